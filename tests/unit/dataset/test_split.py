import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import LABEL, Converted, box, dump, good, record

NAMES = {"0": "car", "1": "bus"}


def line(number: int, class_id: int = 0, **attributes: Any) -> bytes:
    made = record(
        f"s3://bucket/{number:03}.jpg", box(class_id), classes={str(class_id): NAMES[str(class_id)]}
    )
    return dump({**made, **attributes})


def sides(made: Converted) -> dict[str, str]:
    """By the last part of the source: the side it is on."""
    both = (("train", made.train), ("validation", made.validation))
    return {json.loads(text)["source-ref"][-7:-4]: side for side, lines in both for text in lines}


def stratified(directory: Path, *lines: bytes, **more: Any) -> Converted:
    return Converted(directory, *lines, settings=DatasetSettings(split="stratified", **more))


def test_frames_of_one_video_stay_together() -> None:
    rule = SplitRule(DatasetSettings(validation=0.5, group_by=r"video-\d+"))
    for video in range(50):
        assert len({rule.place(f"s3://bkt/video-{video}/{frame}.jpg").side for frame in range(5)}) == 1


def test_records_in_which_an_attribute_is_equal_stay_together(tmp_path: Path) -> None:
    lines = [line(number, video=number // 10) for number in range(100)]
    settings = DatasetSettings(validation=0.4, group_attribute="video")
    found = sides(Converted(tmp_path, *lines, settings=settings))
    for video in range(10):
        assert len({found[f"{number:03}"] for number in range(10 * video, 10 * video + 10)}) == 1
    assert set(found.values()) == {"train", "validation"}


@pytest.mark.parametrize("spelling", ["validation", "Validation", "val", "valid"])
def test_what_a_line_says_of_its_side_goes_before_everything_else(tmp_path: Path, spelling: str) -> None:
    lines = [line(number, side=spelling if number < 30 else "train") for number in range(40)]
    for split in ("stable", "stratified"):
        settings = DatasetSettings(split=split, split_attribute="side")
        found = sides(Converted(tmp_path / split, *lines, settings=settings))
        assert [found[f"{number:03}"] == "validation" for number in range(40)] == [True] * 30 + [False] * 10


def test_a_line_that_names_no_side_goes_by_its_digest(tmp_path: Path) -> None:
    lines = good(40)
    settings = DatasetSettings(split_attribute="side")
    assert Converted(tmp_path, *lines, settings=settings).train == Converted(tmp_path, *lines).train


@pytest.mark.parametrize("says", ["unsure", 3, ["train"], {"a": 1}])
def test_a_line_that_names_another_side_is_left_out(tmp_path: Path, says: Any) -> None:
    made = Converted(
        tmp_path, *good(30), line(1, side=says), settings=DatasetSettings(split_attribute="side")
    )
    [rejected] = made.rejected
    assert (rejected["code"], rejected["line"]) == ("GT417", 31)


@pytest.mark.parametrize("value", [b'"\\ud800"', b"1e999", b"[1e999]", b"[" * 2000 + b"]" * 2000])
def test_a_value_that_does_not_decode_costs_only_its_line(tmp_path: Path, value: bytes) -> None:
    odd = line(1)[:-1] + b',"side":' + value + b"}"
    made = Converted(tmp_path / "a", *good(30), odd, settings=DatasetSettings(split_attribute="side"))
    assert [rejected["line"] for rejected in made.rejected] == [31]
    grouped = Converted(tmp_path / "b", *good(30), odd, settings=DatasetSettings(group_attribute="side"))
    assert len(grouped.kept) + len(grouped.rejected) == 31


def test_a_rare_class_is_on_both_sides_of_a_stratified_split(tmp_path: Path) -> None:
    lines = [line(number) for number in range(60)] + [line(number, 1) for number in (900, 901)]
    settings = DatasetSettings(validation=0.1)
    assert {sides(Converted(tmp_path / "a", *lines, settings=settings))[n] for n in ("900", "901")} == {
        "train"
    }
    made = stratified(tmp_path / "b", *lines)
    assert {sides(made)[n] for n in ("900", "901")} == {"train", "validation"}
    assert len(made.validation) == 7


def test_a_stratified_split_does_not_depend_on_the_order_of_the_lines(tmp_path: Path) -> None:
    lines = [line(number, int(number % 3 == 0)) for number in range(50)]
    there, back = stratified(tmp_path / "a", *lines), stratified(tmp_path / "b", *reversed(lines))
    assert sides(there) == sides(back)


def test_a_stratified_split_keeps_groups_together(tmp_path: Path) -> None:
    lines = [line(number, int(number % 7 == 0), video=number // 5) for number in range(100)]
    found = sides(stratified(tmp_path, *lines, group_attribute="video", validation=0.3))
    for video in range(20):
        assert len({found[f"{number:03}"] for number in range(5 * video, 5 * video + 5)}) == 1


def test_class_ids_with_gaps_are_renumbered_in_the_same_second_pass(tmp_path: Path) -> None:
    lines = [
        dump(record(f"s3://bkt/{n}.jpg", box(5 * (n % 2)), classes={str(5 * (n % 2)): NAMES[str(n % 2)]}))
        for n in range(40)
    ]
    made = stratified(tmp_path, *lines)
    assert made.dataset.classes == ("car", "bus")
    for side in (made.train, made.validation):
        assert {b["class_id"] for text in side for b in json.loads(text)[LABEL]["annotations"]} == {0, 1}


def test_a_source_that_the_pattern_misses_is_its_own_group() -> None:
    assert SplitRule(DatasetSettings(group_by="video")).group("s3://bucket/a.jpg")[0] == "s3://bucket/a.jpg"


def test_the_first_group_of_the_pattern_names_the_group() -> None:
    assert (
        SplitRule(DatasetSettings(group_by=r"/(\w+)-\d+")).group("s3://bucket/street-17.jpg")[0] == "street"
    )


def test_the_split_is_pinned_for_ever() -> None:
    rule = SplitRule(DatasetSettings(validation=0.3))
    stays = [rule.place(f"s3://bucket/{i}.jpg").side for i in range(12)]
    assert "".join(side[0] for side in stays) == "tvttvtttvttv"
