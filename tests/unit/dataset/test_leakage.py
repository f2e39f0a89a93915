import re

import pytest

from groundtrain.dataset.split.leakage import GROUP_BY, GROUP_BY_ANY, MOST_RECORDS, Leakage, numbered_stem


def looked_at(*sources: str, validating: int = 4) -> Leakage:
    """Every `validating`-th source is on the validation side."""
    leakage = Leakage()
    for i, source in enumerate(sources):
        leakage.add(source, "train" if i % validating else "validation")
    return leakage


def frames(video: str, count: int = 6) -> list[str]:
    return [f"s3://bucket/{video}{i:06}.jpg" for i in range(count)]


def test_frames_of_one_video_on_both_sides_are_told_with_what_keeps_them_together() -> None:
    (finding,) = looked_at(*frames("clip-a/"), *frames("clip-b/")).split_groups()
    assert finding.code == "GT404"
    assert "2 of 2 series" in finding.message
    assert GROUP_BY in finding.fix


def test_the_pattern_puts_the_frames_of_one_video_together() -> None:
    groups = {match[1] for source in frames("clip-a/v1-") if (match := re.search(GROUP_BY, source))}
    assert groups == {"s3://bucket/clip-a/v1-"}


def test_videos_on_one_side_each_are_no_leak() -> None:
    leakage = Leakage()
    for video, side in (("clip-a/", "validation"), ("clip-b/", "train")):
        for source in frames(video):
            leakage.add(source, side)
    assert list(leakage.split_groups()) == []


def test_one_long_series_says_nothing() -> None:
    assert list(looked_at(*frames("IMG_", 60)).split_groups()) == []


def test_a_few_numbered_images_among_others_say_nothing() -> None:
    others = [f"s3://bucket/{name}-{i}.jpg" for name in ("cat", "dog", "bird") for i in range(10)]
    assert list(looked_at(*frames("a/", 3), *frames("b/", 3), *others).split_groups()) == []


def test_one_name_under_two_prefixes_is_told() -> None:
    (finding,) = looked_at("s3://bucket/day/1.jpg", "s3://bucket/night/1.jpg").same_names()
    assert finding.code == "GT407"
    assert "1, such as s3://bucket/day/1.jpg and s3://bucket/night/1.jpg" in finding.message


def test_a_repeated_source_is_no_twin() -> None:
    assert list(looked_at("s3://bucket/1.jpg", "s3://bucket/1.jpg").same_names()) == []


def test_only_the_first_records_are_looked_at() -> None:
    many = (f"s3://bucket/{i}.jpg" for i in range(MOST_RECORDS))
    late = ("s3://bucket/a/0.jpg", "s3://bucket/b/0.jpg")
    assert list(looked_at(*many, *late).same_names()) == []


@pytest.mark.parametrize(
    "source",
    [
        *(
            "s3://bucket/drive-1/frame-00012.jpg",
            "frame-12.jpg",
            "frame-12",
            "frame-012.",
            "12.jpg",
            "frame.jpg",
        ),
        *("frame-012.tar.gz", "frame-012.d/a", "a.b/frame-012", "a\n/frame-012.jpg", "frame-012.jpg\n"),
        *("frame-\n012.jpg", "frame-012\n.jpg", "frame-0\u0661\u0662.jpg", "frame-\u0661.jpg", "", ".", "1."),
    ],
)
def test_the_number_of_a_frame_is_the_one_that_the_patterns_find(source: str) -> None:
    stem, digits = numbered_stem(source)
    found = {1: re.search(GROUP_BY_ANY, source), 3: re.search(GROUP_BY, source)}
    assert {least: match[1] if match else None for least, match in found.items()} == {
        least: stem if digits >= least else None for least in found
    }
