from pathlib import Path

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from tests.manifest_lines import LABEL, box, dump, good, manifest_of, record

UNLABELED = [dump({"source-ref": f"s3://bucket/raw-{i}.jpg"}) for i in range(1500)]
CHAINED = dump(
    {**record("s3://bucket/a.jpg", box()), "v": "0", "v-metadata": {"type": "groundtruth/label-verification"}}
)


def test_the_only_label_attribute_is_the_one(tmp_path: Path) -> None:
    found = find_label(manifest_of(tmp_path, *good(1)), None)
    assert (found.name, found.type, found.job) == (LABEL, "groundtruth/object-detection", "street")


def test_a_label_attribute_far_down_is_found(tmp_path: Path) -> None:
    assert find_label(manifest_of(tmp_path, *UNLABELED, *good(1)), None).name == LABEL


def test_of_several_one_must_be_chosen_and_they_are_listed(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError) as raised:
        find_label(manifest_of(tmp_path, CHAINED), None)
    assert "boxes (groundtruth/object-detection, job street, 2026-02-01)" in raised.value.fix
    assert "v (groundtruth/label-verification)" in raised.value.fix


def test_the_chosen_one_of_several_is_taken(tmp_path: Path) -> None:
    assert find_label(manifest_of(tmp_path, CHAINED), "boxes").name == "boxes"


def test_one_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError, match="no label attribute cars") as raised:
        find_label(manifest_of(tmp_path, *good(1)), "cars")
    assert LABEL in raised.value.fix
    assert raised.value.exit_code == 2


def test_a_manifest_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no label attribute"):
        find_label(manifest_of(tmp_path, *UNLABELED), None)


def test_metadata_without_a_type_is_told(tmp_path: Path) -> None:
    line = record("s3://bucket/a.jpg", box())
    del line[f"{LABEL}-metadata"]["type"]
    with pytest.raises(ManifestError, match=f"the metadata of {LABEL} says no type"):
        find_label(manifest_of(tmp_path, dump(line)), None)


def test_a_key_that_merely_ends_like_metadata_is_no_label(tmp_path: Path) -> None:
    line = dump({**record("s3://bucket/a.jpg", box()), "camera-metadata": {"lens": 50}, "x-metadata": "text"})
    assert find_label(manifest_of(tmp_path, line), None).name == LABEL
