"""A split that is given by a manifest for each side: kept as it is, and told where it is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.dataset.passes.label_choice import DifferentLabelsError
from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.given_split import converted, given
from tests.manifest_lines import LABEL, box, dump, good, record

CAR, BUS = {"0": "car"}, {"0": "bus"}


def line(name: str, class_id: int = 0, names: dict[str, str] | None = None, **more: Any) -> bytes:
    return dump({**record(f"s3://bucket/{name}.jpg", box(class_id), classes=names or CAR), **more})


def test_a_pair_is_written_as_it_is_given(tmp_path: Path) -> None:
    made = converted(tmp_path, train=good(9), validation=good(3, "v"))
    assert made.lines("train") == good(9)
    assert made.lines("validation") == good(3, "v")
    assert "test.manifest" not in made.files
    assert made.dataset.test_records is None
    assert made.dataset.source.manifests == {
        side: str(tmp_path / name) for side, name in (("train", "a"), ("validation", "b"))
    }


def test_so_is_a_triple(tmp_path: Path) -> None:
    made = converted(tmp_path, train=good(9), validation=good(3, "v"), test=good(4, "t"))
    assert [made.lines(side) for side in ("train", "validation", "test")] == [
        *(good(9), good(3, "v"), good(4, "t"))
    ]
    assert made.report["test"] == 4


def test_an_image_on_two_sides_is_lost_by_training(tmp_path: Path) -> None:
    made = converted(tmp_path, train=[*good(5), line("x")], validation=[*good(2, "v"), line("x")])
    assert made.lines("train") == good(5)
    assert made.lines("validation") == [*good(2, "v"), line("x")]
    assert made.told("GT431") == [("a", 6, "line 3 of b has the same source")]
    (rejected,) = made.rejected
    assert (rejected["manifest"], rejected["line"], rejected["code"]) == ("a", 6, "GT431")
    assert made.dataset.reasons == {"GT431": 1}


def test_an_image_for_validation_and_test_is_lost_by_validation(tmp_path: Path) -> None:
    made = converted(tmp_path, train=good(5), validation=[line("v"), line("x")], test=[line("x")])
    assert (made.lines("validation"), made.lines("test")) == ([line("v")], [line("x")])
    assert made.told("GT431") == [("b", 2, "line 1 of c has the same source")]


def test_another_page_of_the_image_is_the_image_all_the_same(tmp_path: Path) -> None:
    made = converted(tmp_path, train=[*good(2), line("x", page=1)], validation=[line("x", page=2)])
    assert made.told("GT431") == [("a", 3, "line 1 of b has the same source")]


def test_a_repetition_within_a_manifest_is_told_as_such(tmp_path: Path) -> None:
    made = converted(tmp_path, train=[*good(2), *good(1)], validation=good(2, "v"))
    assert made.told("GT401") == [("a", 3, "line 1 of a has the same source")]
    assert made.told("GT431") == []


def test_where_leaks_are_ignored_the_image_still_counts_once(tmp_path: Path) -> None:
    settings = DatasetSettings(ignore=("GT431",))
    made = converted(tmp_path, settings, train=[*good(2), line("x")], validation=[line("x")])
    assert made.told("GT401") == [("a", 3, "line 1 of b has the same source")]


def test_a_label_that_cannot_be_used_is_no_leak(tmp_path: Path) -> None:
    unlabeled = b'{"source-ref":"s3://bucket/x.jpg"}'
    made = converted(tmp_path, train=[*good(2), line("x")], validation=[*good(1, "v"), unlabeled])
    assert made.told("GT431") == []
    assert made.lines("train")[-1] == line("x")


@pytest.mark.parametrize(
    "settings", [DatasetSettings(group_attribute="clip"), DatasetSettings(group_by="(clip-[0-9])")]
)
def test_a_group_on_two_sides_is_told_and_stays(settings: DatasetSettings, tmp_path: Path) -> None:
    train = [line(f"clip-{i}-{i}{j}", clip=i) for i in range(3) for j in range(2)]
    made = converted(tmp_path, settings, train=train, validation=[line("clip-1-v", clip=1), line("other")])
    assert made.told("GT432") == [("a", n, "line 1 of b is of the same group") for n in (3, 4)]
    assert len(made.lines("train")) == len(train)
    assert made.told("GT416") == []


def test_frames_of_a_video_in_two_manifests_are_told_without_settings(tmp_path: Path) -> None:
    frames = [line(f"clip-{clip}/{i:04}") for i in range(4) for clip in "abc"]
    made = converted(tmp_path, train=frames[:8], validation=frames[8:])
    ((_, _, message),) = made.told("GT404")
    assert "3 of 3 series of numbered images are on both sides" in message
    (finding,) = (one for one in made.report["findings"] if one["code"] == "GT404")
    assert finding["fix"].startswith("keep each in one manifest; ")


def test_a_class_that_a_manifest_lacks_is_told_of_that_manifest(tmp_path: Path) -> None:
    names = {"0": "car", "1": "bus"}
    made = converted(
        tmp_path,
        train=[line("1", 0, names), line("2", 1, names)],
        validation=[line("3", 1, names)],
        test=[line("4", 0, names)],
    )
    assert made.told("GT403") == [
        ("b", 0, 'the class "car" is on no record, and on 1 of a and 1 of c'),
        ("c", 0, 'the class "bus" is on no record, and on 1 of a and 1 of b'),
    ]


def test_ids_that_differ_between_manifests_become_the_same_by_name(tmp_path: Path) -> None:
    train = [line("1", 0, CAR), line("2", 1, {"1": "bus"})]
    validation = [line("3", 1, {"1": "car"}), line("4", 0, BUS)]
    made = converted(tmp_path, train=train, validation=validation)
    ((manifest, _, message),) = made.told("GT434")
    assert manifest == "b"
    assert message == (
        'class ids differ: "bus" is 0 here and 1 for training, "car" is 1 here and 0 for training'
    )
    assert made.told("GT303") == made.told("GT304") == []
    ids = {
        json.loads(text)["source-ref"][-5]: json.loads(text)[LABEL]["annotations"][0]["class_id"]
        for side in ("train", "validation")
        for text in made.lines(side)
    }
    assert ids == {"1": 0, "3": 0, "2": 1, "4": 1}, "those of training stay"
    assert made.lines("train") == train


def test_an_id_of_two_names_within_a_manifest_is_told_of_that_manifest(tmp_path: Path) -> None:
    made = converted(tmp_path, train=[line("1", 0, CAR), line("2", 0, BUS)], validation=[line("3", 0, CAR)])
    assert [manifest for manifest, _, _ in made.told("GT303")] == ["a"]


def test_of_ids_that_cannot_change_those_of_training_count(tmp_path: Path) -> None:
    def mask(name: str, road: str) -> bytes:
        colours = {"0": {"class-name": "BACKGROUND"}, "1": {"class-name": road}}
        metadata = {"internal-color-map": colours, "type": "groundtruth/semantic-segmentation"}
        return dump(
            {
                "source-ref": f"s3://bucket/{name}.jpg",
                "road-ref": f"s3://bucket/{name}.png",
                "road-ref-metadata": metadata,
            }
        )

    made = converted(
        tmp_path,
        train=[mask("1", "road"), mask("2", "road")],
        validation=[mask("3", "grass"), mask("4", "road")],
    )
    assert [(one["manifest"], one["line"], one["code"]) for one in made.rejected] == [("b", 1, "GT330")]


def test_deviations_of_a_file_are_told_of_that_file(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        train=b"\xef\xbb\xbf" + b"\r\n".join(good(3)) + b"\r\n",
        validation=b"\n".join([*good(2, "v"), b"", line("x")]),
        test=b"\n\n" + b"\n".join(good(2, "t")) + b"\n",
    )
    where = {code: [told[0] for told in made.told(code)] for code in ("GT110", "GT111", "GT112", "GT113")}
    assert where == {"GT110": ["a"], "GT111": ["a"], "GT112": ["c", "b"], "GT113": ["b"]}
    assert made.lines("train") == good(3)
    assert made.lines("validation") == [*good(2, "v"), line("x")]
    settings = DatasetSettings(fix=("GT11",))
    again = converted(tmp_path, settings, train=b"\xef\xbb\xbf" + good(1)[0], validation=good(1, "v")[0])
    assert again.dataset.fixed == {"GT110": 1, "GT113": 2}


def test_places_are_counted_behind_blank_lines_and_other_manifests(tmp_path: Path) -> None:
    made = converted(tmp_path, train=b"\n" + good(1)[0] + b"\n{x\n", validation=[*good(2, "v"), b"", b"{y"])
    assert [(manifest, n) for manifest, n, _ in made.told("GT101")] == [("b", 4), ("a", 3)]


def test_the_largest_record_is_named_with_its_manifest(tmp_path: Path) -> None:
    large = dump(record("s3://bucket/large.jpg", box(), box(0, 50), box(0, 90)))
    made = converted(tmp_path, train=[*good(3), large], validation=good(2, "v"))
    assert made.dataset.largest_record is not None
    assert (made.dataset.largest_record.manifest, made.dataset.largest_record.line) == ("a", 4)


@pytest.mark.parametrize(
    "settings",
    [
        DatasetSettings(validation=0.4, test=0.3),
        DatasetSettings(split="stratified"),
        DatasetSettings(split_attribute="side"),
    ],
    ids=["shares", "stratified", "attribute"],
)
def test_settings_that_say_how_to_split_change_nothing(settings: DatasetSettings, tmp_path: Path) -> None:
    sides: dict[str, Any] = {
        "train": [line("1", side="val"), *good(4)],
        "validation": [line("2", side="train"), line("3", side="unsure")],
    }
    plain, made = converted(tmp_path / "p", **sides), converted(tmp_path / "m", settings, **sides)
    assert made.files["train.manifest"] == plain.files["train.manifest"]
    assert made.files["validation.manifest"] == plain.files["validation.manifest"]
    assert made.dataset.dataset_id == plain.dataset.dataset_id
    assert made.told("GT430") == made.told("GT417") == []


def test_the_other_way_round_it_is_another_dataset(tmp_path: Path) -> None:
    one = converted(tmp_path / "p", train=good(4), validation=good(3, "v"))
    other = converted(tmp_path / "m", train=good(3, "v"), validation=good(4))
    assert one.dataset.dataset_id != other.dataset.dataset_id


def test_a_side_without_a_usable_record_is_told_of_its_manifest(tmp_path: Path) -> None:
    broken = [
        b'{"source-ref":"s3://bucket/1.jpg","boxes":0,"boxes-metadata":{"type":"groundtruth/object-detection"}}'
    ]
    made = converted(tmp_path, train=[*good(3), *[b"{x"] * 9], validation=broken, test=[*broken, *broken])
    assert made.told("GT402") == [("b", 0, "its only record cannot be used")]
    assert made.told("GT430") == [("c", 0, "none of its 2 records can be used")]
    assert made.files["test.manifest"] == b""
    fixes = {one["code"]: one["fix"] for one in made.report["findings"] if not one["line"]}
    assert fixes["GT402"] == fixes["GT430"] != RULES["GT101"].fix
    assert made.dataset.test_records == 0


def renamed(lines: list[bytes], label: str) -> list[bytes]:
    return [text.replace(f'"{LABEL}'.encode(), f'"{label}'.encode()) for text in lines]


def test_another_label_attribute_is_refused_with_the_command_that_renames_it(tmp_path: Path) -> None:
    with pytest.raises(DifferentLabelsError) as refused:
        converted(tmp_path, train=good(3), validation=renamed(good(3, "v"), "week2"))
    assert str(refused.value).startswith(
        "b: the label attribute for training is boxes, and here there is week2"
    )
    assert "groundtrain merge b --take week2 --label boxes --output FILE" in refused.value.fix
    (finding,) = refused.value.findings
    assert (finding.code, finding.manifest) == ("GT433", "b")


def test_each_manifest_with_another_label_attribute_is_named(tmp_path: Path) -> None:
    with pytest.raises(DifferentLabelsError) as refused:
        converted(
            tmp_path,
            train=good(3),
            validation=renamed(good(3, "v"), "week2"),
            test=renamed(good(3, "t"), "week3"),
        )
    assert [finding.manifest for finding in refused.value.findings] == ["c", "b"]


def test_labels_of_another_type_are_refused(tmp_path: Path) -> None:
    metadata = {"type": "groundtruth/image-classification", "class-name": "car", "confidence": 1}
    other = dump({"source-ref": "s3://bucket/1.jpg", LABEL: 0, f"{LABEL}-metadata": metadata})
    with pytest.raises(DifferentLabelsError, match="of type groundtruth/object-detection for training, and"):
        converted(tmp_path, train=good(3), validation=[other])


def test_a_label_attribute_beside_that_of_training_does_no_harm(tmp_path: Path) -> None:
    both = [dump({**json.loads(one), **json.loads(renamed([one], "week2")[0])}) for one in good(3, "v")]
    made = converted(tmp_path, train=good(3), validation=both)
    assert len(made.lines("validation")) == 3


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "b is empty"),
        (b"\n \n", "b"),
        (b"\x1f\x8b\x08" + b"x" * 50, "b is gzip-compressed"),
        (b'{"images":[],"annotations":[],"categories":[]}', "b "),
        (b"hello\n", "b "),
        (b'{"source-ref":"s3://bucket/1.jpg"}\n', "b has no label attribute"),
        (good(1)[0].decode().encode("utf-16"), "b"),
    ],
    ids=["empty", "blank", "gzip", "COCO", "text", "unlabeled", "UTF-16"],
)
def test_a_file_that_is_no_manifest_with_labels_is_refused_by_its_name(
    file: bytes, told: str, tmp_path: Path
) -> None:
    for sides in ({"validation": file}, {"validation": good(2, "v"), "test": file}):
        with pytest.raises((ManifestError, LabelAttributeError)) as refused:
            converted(tmp_path, train=good(3), **sides)
        assert str(refused.value).startswith(told.replace("b", "b" if "test" not in sides else "c", 1))
        assert refused.value.fix


def test_the_bytes_of_all_are_those_that_are_counted(tmp_path: Path) -> None:
    split = given(tmp_path, train=good(3), validation=b"\xef\xbb\xbf" + good(1, "v")[0])
    assert b"".join(split.open()) == good(1, "v")[0] + b"\n" + b"".join(text + b"\n" for text in good(3))
    assert split.name == "a with b"
    assert [(file.name, file.first) for file in split.files.files] == [("b", 1), ("a", 2)]
