"""Manifests as the algorithms read them: a source and a label, and metadata on some lines or on none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import Converted, box, dump, manifest_of, record

MANY = range(60)
TYPE = "groundtruth/"


def image(i: int) -> str:
    return f"s3://acme/img/{i:04}.jpg"


def bare_boxes(i: int) -> dict[str, Any]:
    line = record(image(i), box(i % 2))
    del line["boxes-metadata"]
    return line


SHAPES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "class": ("image-classification", lambda i: {"source-ref": image(i), "class": str(i % 2)}),
    "number": ("image-classification", lambda i: {"source-ref": image(i), "number": i % 2}),
    "other-source": ("image-classification", lambda i: {"image-ref": image(i), "other-source": i % 2}),
    "kinds": (
        "image-classification-multilabel",
        lambda i: {"source-ref": image(i), "kinds": [[0], [1], [0, 1], []][i % 4]},
    ),
    "boxes": ("object-detection", bare_boxes),
    "label": ("text-classification", lambda i: {"source": f"text {i} on shoes", "label": i % 2}),
    "topics": (
        "text-classification-multilabel",
        lambda i: {"source": f"text {i} on shoes", "topics": [[0], [0, 1]][i % 2]},
    ),
    "file": ("text-classification", lambda i: {"source-ref": f"s3://acme/{i}.txt", "file": i % 2}),
}


def checked(directory: Path, *lines: bytes, label: str | None = None, **more: Any) -> Check:
    environment = Environment(name="local", region="", dataset=DatasetSettings(label=label))
    return check_manifest(manifest_of(directory, *lines), environment, **more)


def lines_of(make: Callable[[int], dict[str, Any]]) -> list[bytes]:
    return [dump(make(i)) for i in MANY]


@pytest.mark.parametrize("label", SHAPES)
def test_a_named_label_without_metadata_trains_and_its_classes_are_its_ids(
    label: str, tmp_path: Path
) -> None:
    kind, make = SHAPES[label]
    check = checked(tmp_path, *lines_of(make), label=label)
    assert (str(check.verdict), check.type) == ("will train", TYPE + kind)
    assert [one.name for one in check.classes] == ["0", "1"]
    said = {finding.code: finding.message for finding in check.findings}
    assert said["GT250"].startswith(f"60 of 60 lines with {label} and without {label}-metadata")
    assert said["GT320"].startswith("nothing names class ids 0, 1")


@pytest.mark.parametrize("label", SHAPES)
def test_the_category_file_names_the_classes(label: str, tmp_path: Path) -> None:
    check = checked(tmp_path, *lines_of(SHAPES[label][1]), label=label, classes=("car", "bus"))
    assert [one.name for one in check.classes] == ["car", "bus"]
    assert check.verdict.kind == "will-train"
    assert "GT320" not in check.counts


@pytest.mark.parametrize("label", SHAPES)
def test_without_a_choice_the_attribute_is_listed_with_what_it_looks_like(label: str, tmp_path: Path) -> None:
    kind, make = SHAPES[label]
    (reason,) = checked(tmp_path, *lines_of(make)).verdict.because
    assert f"{label} (such as " in reason
    assert f"looks like {TYPE}{kind}" in reason


def test_what_is_no_label_is_not_listed(tmp_path: Path) -> None:
    line = dump({"source-ref": image(1), "camera": "north", "weight": 0.5, "sharp": True, "note": None})
    (reason,) = checked(tmp_path, line).verdict.because
    assert "looks like" not in reason


def test_for_decides_where_a_number_could_be_of_an_image_or_a_text(tmp_path: Path) -> None:
    lines = [dump({"source-ref": f"s3://acme/{i}", "n": i % 2}) for i in MANY]
    assert checked(tmp_path, *lines, label="n", purpose="text-classification").verdict.kind == "will-train"
    assert checked(tmp_path, *lines, label="n", purpose="image-classification").verdict.kind == "will-train"


def test_masks_need_a_category_file_since_their_classes_are_in_the_pixels(tmp_path: Path) -> None:
    lines = [dump({"source-ref": image(i), "streets-ref": f"s3://acme/masks/{i}.png"}) for i in MANY]
    check = checked(tmp_path, *lines, label="streets-ref")
    assert "o line says which classes its mask can show" in str(check.verdict)
    assert "--category-file" in str(check.verdict)
    assert "BACKGROUND" not in " ".join((*check.gate.reasons, str(check.verdict)))
    check = checked(tmp_path, *lines, label="streets-ref", classes=("road",))
    assert check.verdict.kind == "will-train"
    assert [one.name for one in check.classes] == ["BACKGROUND", "road"]


def species(i: int, **metadata: str) -> bytes:
    line: dict[str, Any] = {"source-ref": image(i), "species": i % 2}
    if metadata:
        line["species-metadata"] = {"type": f"{TYPE}image-classification"} | {
            key.replace("_", "-"): value for key, value in metadata.items()
        }
    return dump(line)


def test_lines_without_metadata_take_their_names_from_the_others(tmp_path: Path) -> None:
    lines = [species(i, class_name=["cat", "dog"][i % 2]) if i > 30 else species(i) for i in MANY]
    check = checked(tmp_path, *lines)
    assert (str(check.verdict), check.rejected) == ("will train", 0)
    assert [(one.name, one.records) for one in check.classes] == [("cat", 30), ("dog", 30)]
    assert set(check.counts) == {"GT250"}
    assert "31 of 60 lines" in check.findings[0].message


def test_the_first_line_without_metadata_may_be_far_down(tmp_path: Path) -> None:
    named = [species(i, class_name=["cat", "dog"][i % 2]) for i in range(1500)]
    check = checked(tmp_path, *named, species(1500))
    assert (check.rejected, str(check.verdict)) == (0, "will train")


def test_an_id_with_two_names_is_not_guessed(tmp_path: Path) -> None:
    lines = [species(2 * i, class_name=["cat", "dog"][i % 2]) for i in MANY]
    check = checked(tmp_path, *lines, species(998))
    assert check.counts["GT203"] == 1
    assert "lines give class id 0 several names" in {f.code: f.message for f in check.findings}["GT320"]


def test_metadata_without_a_label_stay_an_error(tmp_path: Path) -> None:
    line = json.loads(species(1, class_name="dog"))
    del line["species"]
    check = checked(tmp_path, *(species(i, class_name="cat") for i in MANY), dump(line))
    assert check.counts["GT203"] == 1


def test_a_label_of_the_wrong_shape_is_told_as_such_and_not_as_missing_metadata(tmp_path: Path) -> None:
    check = checked(
        tmp_path,
        *(species(i, class_name="cat") for i in MANY),
        dump({"source-ref": image(99), "species": "cat"}),
    )
    assert check.counts["GT205"] == 1


def boxes_without_map(i: int) -> bytes:
    line = record(image(i), box(i % 2))
    del line["boxes-metadata"]["class-map"]
    return dump(line)


def test_a_missing_class_map_is_filled_from_the_category_file(tmp_path: Path) -> None:
    lines = [boxes_without_map(i) for i in MANY]
    check = checked(tmp_path, *lines, classes=("car", "bus"))
    assert check.verdict.kind == "will-train"
    assert [one.name for one in check.classes] == ["car", "bus"]
    check = checked(tmp_path, *lines)
    assert check.verdict.kind == "will-train"
    assert [one.name for one in check.classes] == ["0", "1"]


def test_an_id_that_the_class_map_lacks_is_named_by_the_category_file(tmp_path: Path) -> None:
    lines = [dump(record(image(i), box(i % 2), classes={"0": "car"})) for i in MANY]
    assert checked(tmp_path, *lines, classes=("car", "bus")).rejected == 0
    assert checked(tmp_path, *lines).counts["GT301"] == 30


def test_a_name_on_the_line_is_never_replaced(tmp_path: Path) -> None:
    lines = [dump(record(image(i), box(0), box(1), classes={"0": "van"})) for i in MANY]
    assert checked(tmp_path, *lines, classes=("car", "bus")).counts["GT302"] == 60


def test_a_dataset_has_the_metadata(tmp_path: Path) -> None:
    made = Converted(
        tmp_path, *lines_of(bare_boxes), settings=DatasetSettings(label="boxes"), classes=("car", "bus")
    )
    line = json.loads(made.train[0])
    assert list(line) == ["source-ref", "boxes", "boxes-metadata"]
    assert line["boxes-metadata"]["type"] == f"{TYPE}object-detection"
    assert set(line["boxes-metadata"]["class-map"].values()) <= {"car", "bus"}
    assert len(made.kept) == 60


def test_a_dataset_whose_classes_were_ids_takes_names_later(tmp_path: Path) -> None:
    settings = DatasetSettings(label="class")
    made = Converted(tmp_path, *lines_of(SHAPES["class"][1]), settings=settings)
    check = checked(tmp_path / "again", *made.train, label="class", classes=("cat", "dog"))
    assert [one.name for one in check.classes] == ["cat", "dog"]
    assert check.rejected == 0


def test_lists_of_0_and_1_are_refused_without_names_too(tmp_path: Path) -> None:
    lines = [dump({"source-ref": image(i), "k": [[0, 1, 1], [1, 0, 0], [1, 1, 0]][i % 3]}) for i in MANY]
    assert "GT309" in checked(tmp_path, *lines, label="k").counts


@pytest.mark.parametrize("label", [None, "normal"])
def test_label_and_metadata_of_different_names_are_told_together(label: str | None, tmp_path: Path) -> None:
    lines = [
        dump(
            {
                "source-ref": image(i),
                "normal": i % 2,
                "auto-label-metadata": {"type": f"{TYPE}image-classification", "class-name": "good"},
            }
        )
        for i in MANY
    ]
    check = checked(tmp_path, *lines, label=label)
    assert str(check.verdict).startswith(
        "will not train, because: auto-label-metadata has no auto-label, and normal no normal-metadata:"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("s3://acme/masks/1.png", "semantic-segmentation"),
        (3, "image-classification"),
        ([1, 2], "image-classification-multilabel"),
        ({"annotations": [], "image_size": []}, "object-detection"),
    ],
)
def test_the_type_that_metadata_lack_is_the_one_that_fits(value: object, kind: str, tmp_path: Path) -> None:
    line = dump({"source-ref": image(1), "x-ref": value, "x-ref-metadata": {"job-name": "labeling-job/x"}})
    assert f'"type": "{TYPE}{kind}"' in str(checked(tmp_path, line).verdict)


def twice(kind: str = "object-detection") -> list[bytes]:
    one, other = record(image(1), box(), type=TYPE + kind), record(image(1), box(), type=TYPE + kind)
    return [dump(one | {key.replace("boxes", "cars"): value for key, value in other.items()})]


def test_where_no_label_suits_the_purpose_that_is_said(tmp_path: Path) -> None:
    verdict = str(checked(tmp_path, *twice(), purpose="image-classification").verdict)
    assert "none of the 2 label attributes of" in verdict
    assert "is for image-classification" in verdict
    assert "choose one" not in verdict


def test_where_several_suit_only_those_are_offered(tmp_path: Path) -> None:
    (line,) = twice()
    more = json.loads(line) | {"v": 0, "v-metadata": {"type": f"{TYPE}label-verification"}}
    verdict = str(checked(tmp_path, dump(more), purpose="object-detection").verdict)
    assert "2 label attributes for object-detection: choose one by `dataset.label`" in verdict
    assert "verification" not in verdict


def test_one_attribute_for_each_class_is_recognised(tmp_path: Path) -> None:
    line: dict[str, Any] = {"source-ref": image(1)}
    for name in ("beach", "city"):
        line |= {f"set_{name}": 1}
        line |= {f"set_{name}-metadata": {"type": f"{TYPE}image-classification", "class-name": name}}
    verdict = str(checked(tmp_path, dump(line)).verdict)
    assert "one for each class of the images (set_beach: beach, set_city: city)" in verdict
    assert "groundtruth/image-classification-multilabel" in verdict


def test_a_wanted_label_that_is_nowhere_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError, match="no label attribute cars"):
        checked(tmp_path, dump(record(image(1), box())), label="cars")
    with pytest.raises(ManifestError, match="no label attribute cars with metadata"):
        Converted(tmp_path, dump(bare_boxes(1)), settings=DatasetSettings(label="cars"))


def test_label_and_metadata_of_different_names_are_told_beside_a_label_that_is_whole(tmp_path: Path) -> None:
    line = record(image(1), box())
    line |= {"normal": 1, "auto-metadata": {"type": f"{TYPE}image-classification", "class-name": "good"}}
    verdict = str(checked(tmp_path, dump(line)).verdict)
    assert "auto (groundtruth/image-classification, only metadata)" in verdict
    assert "auto-metadata has no auto, and normal" in str(checked(tmp_path, dump(line), label="auto").verdict)
    assert "auto-metadata has no auto, and normal" in str(
        checked(tmp_path, dump(line), label="normal").verdict
    )
    assert checked(tmp_path, dump(line), label="boxes").rejected == 0


def test_a_first_line_without_a_source_does_not_change_where_the_source_is(tmp_path: Path) -> None:
    lines = [json.loads(species(i, class_name="cat")) | {"depth-ref": f"s3://acme/{i}.tif"} for i in MANY]
    del lines[0]["source-ref"]
    assert checked(tmp_path, *map(dump, lines)).counts["GT106"] == 1


def test_the_shorter_name_of_a_masks_metadata_gets_what_it_lacks(tmp_path: Path) -> None:
    colours = {"0": {"class-name": "BACKGROUND"}, "1": {"class-name": "road"}}
    lines = [
        dump(
            {
                "source-ref": image(i),
                "streets-ref": f"s3://acme/{i}.png",
                "streets-metadata": {"internal-color-map": colours},
            }
        )
        for i in MANY
    ]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(label="streets-ref"))
    assert list(json.loads(made.train[0])) == ["source-ref", "streets-ref", "streets-metadata"]
    assert made.dataset.classes == ("BACKGROUND", "road")


def test_only_what_could_suit_the_purpose_is_offered(tmp_path: Path) -> None:
    line = dump(bare_boxes(1) | {"class": 1})
    verdict = str(checked(tmp_path, line, purpose="image-classification").verdict)
    assert "class (such as 1)" in verdict
    assert "boxes" not in verdict


def test_a_category_file_changes_nothing_where_the_lines_say_all(tmp_path: Path) -> None:
    lines = [dump(record(image(i), box(), classes={"0": "van"})) for i in MANY]
    check = checked(tmp_path, *lines, classes=("car",))
    assert check.counts["GT302"] == 60
    assert not check.counts.keys() & {"GT250", "GT320"}


def test_a_fix_leaves_lines_without_a_fault_as_they_are(tmp_path: Path) -> None:
    lines, fixed = [dump({"source-ref": image(i), "class": i % 2}) for i in MANY], tmp_path / "fixed.manifest"
    lines[3] = lines[3].replace(b"s3://", b"s3://s3://")
    settings = DatasetSettings(label="class", fix=("GT",))
    check_manifest(
        manifest_of(tmp_path, *lines),
        Environment(name="local", region="", dataset=settings),
        fix_into=fixed,
    )
    written = fixed.read_bytes().splitlines()
    assert [new for new, old in zip(written, lines, strict=True) if new != old] == [written[3]]
    assert json.loads(written[3])["source-ref"] == image(3)


def test_numbers_written_otherwise_are_read_without_metadata_too(tmp_path: Path) -> None:
    lines = [dump({"source-ref": image(i), "class": ["01", 0.0, 2][i % 3]}) for i in MANY]
    check = checked(tmp_path, *lines, label="class")
    assert (str(check.verdict), [one.name for one in check.classes]) == ("will train", ["0", "1", "2"])
    lines = [dump(bare_boxes(i)).replace(b'"class_id":1', b'"class_id":"1"') for i in MANY]
    check = checked(tmp_path, *lines, label="boxes")
    assert (str(check.verdict), [one.name for one in check.classes]) == ("will train", ["0", "1"])


@pytest.mark.parametrize("value", ["cat", {"a": 1}, "s3://acme/1.json", True, -1, 0.5])
def test_a_wanted_label_whose_values_tell_no_type_is_told_what_they_should_be(
    value: object, tmp_path: Path
) -> None:
    for beside in ({}, record(image(1), box())):
        line = dump({"source-ref": image(1), **beside, "class": value})
        verdict = str(checked(tmp_path, line, label="class").verdict)
        assert "class has no metadata, and its values, such as" in verdict
        assert "a class is written as its id" in verdict


def test_a_label_without_metadata_that_suits_is_offered_beside_one_that_does_not(tmp_path: Path) -> None:
    line = dump(record(image(1), box()) | {"class": 1})
    verdict = str(checked(tmp_path, line, purpose="image-classification").verdict)
    assert "choose one that could be labels by `dataset.label`: class (such as 1)" in verdict
    assert checked(tmp_path, line, purpose="object-detection").label == "boxes"


@pytest.mark.parametrize("key", ["type", "class-map"])
@pytest.mark.parametrize("is_null", [True, False])
def test_one_key_that_some_metadata_lack_is_taken_from_other_lines(
    key: str, is_null: bool, tmp_path: Path
) -> None:
    lines = [record(image(i), box()) for i in MANY]
    for line in lines[::3]:
        line["boxes-metadata"].pop(key)
        line["boxes-metadata"] |= {key: None} if is_null else {}
    check = checked(tmp_path, *map(dump, lines))
    assert (str(check.verdict), check.rejected) == ("will train", 0)
    assert [one.name for one in check.classes] == ["car"]
