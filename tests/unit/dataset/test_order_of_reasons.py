"""Only lines that are kept can be repeated: a line rejected for any reason leaves room for a good one."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.settings.dataset import DatasetSettings
from tests.manifest_lines import Converted, box, dump, good, record

GOOD = record("s3://bucket/a.jpg", box(), **{"human-annotated": "yes"})
VERIFIED = {"check": 0, "check-metadata": {"type": "groundtruth/label-verification", "class-name": "good"}}
REFUSED = {"check": 0, "check-metadata": {"type": "groundtruth/label-verification", "class-name": "bad"}}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], DatasetSettings, dict[str, Any]]] = {
    "GT204": (record("s3://bucket/a.jpg", box(left=630)), GOOD, DatasetSettings(), {}),
    "GT405": (record("s3://bucket/a.jpg"), GOOD, DatasetSettings(without_objects="drop"), {}),
    "GT406": (
        record("s3://bucket/a.jpg", box(), **{"human-annotated": "no"}),
        GOOD,
        DatasetSettings(machine_labeled="drop"),
        {},
    ),
    "GT417": (GOOD | {"side": "test"}, GOOD | {"side": "train"}, DatasetSettings(split_attribute="side"), {}),
    "GT418": (
        GOOD | REFUSED,
        GOOD | VERIFIED,
        DatasetSettings(label="boxes", verified_by="check", accepted=("good",)),
        {},
    ),
    "GT302": (
        record("s3://bucket/a.jpg", box(), classes={"0": "van"}),
        GOOD,
        DatasetSettings(),
        {"classes": ("car",)},
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_rejected_line_does_not_make_a_good_one_of_its_source_a_repetition(
    code: str, tmp_path: Path
) -> None:
    rejected, kept, settings, more = CASES[code]
    made = Converted(tmp_path, dump(rejected), dump(kept), settings=settings, **more)
    assert made.dataset.reasons == {code: 1}
    assert [line["line"] for line in made.rejected] == [1]


@pytest.mark.parametrize("code", CASES)
def test_a_line_with_another_fault_has_that_reason_though_it_is_repeated(code: str, tmp_path: Path) -> None:
    rejected, kept, settings, more = CASES[code]
    made = Converted(tmp_path, dump(kept), dump(rejected), settings=settings, **more)
    assert made.dataset.reasons == {code: 1}


def test_a_missing_image_leaves_room_for_nothing_but_is_never_a_repetition(tmp_path: Path) -> None:
    made = Converted(tmp_path, dump(GOOD), dump(GOOD), *good(2), image_exists=lambda uri: "a.jpg" not in uri)
    assert made.dataset.reasons == {"GT601": 2}
