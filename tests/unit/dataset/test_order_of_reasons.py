"""Only lines that are kept can be repeated: a line rejected for any reason leaves room for a good one."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from groundtrain.settings.dataset_settings import DatasetSettings
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
    "GT417": (
        GOOD | {"side": "unsure"},
        GOOD | {"side": "train"},
        DatasetSettings(split_attribute="side"),
        {},
    ),
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


ALL_AT_ONCE = DatasetSettings(
    label="boxes",
    without_objects="drop",
    machine_labeled="drop",
    split_attribute="side",
    verified_by="check",
    accepted=("good",),
)
FAULTS = {  # in the order in which they are asked for
    "GT405": "an empty image",
    "GT406": "labeled by machine",
    "GT417": "on another side",
    "GT418": "not accepted",
    "GT302": "an unlisted class",
    "GT601": "a missing image",
}


def line_with(faults: set[str]) -> bytes:
    boxes = [] if "GT405" in faults else [box()]
    classes = {"0": "van" if "GT302" in faults else "car"} if boxes else {}
    by = "no" if "GT406" in faults else "yes"
    source = f"s3://bucket/{'gone' if 'GT601' in faults else 'a'}.jpg"
    line = record(source, *boxes, classes=classes, **{"human-annotated": by})
    side = {"side": "unsure" if "GT417" in faults else "train"}
    return dump(line | side | (REFUSED if "GT418" in faults else VERIFIED))


def reasons_of_line_with(faults: set[str], directory: Path) -> dict[str, int]:
    """Beside a line without fault of the same image."""
    made = Converted(
        directory,
        line_with(faults),
        line_with(set()),
        settings=ALL_AT_ONCE,
        classes=("car",),
        image_exists=lambda uri: "gone" not in uri,
    )
    return made.dataset.reasons


IMPOSSIBLE = ("GT405", "GT302")  # an empty image shows no class


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(FAULTS, 2) if pair != IMPOSSIBLE]
)
def test_of_two_reasons_on_one_line_the_first_in_order_counts(
    first: str, second: str, tmp_path: Path
) -> None:
    assert reasons_of_line_with({first, second}, tmp_path) == {first: 1}


@pytest.mark.parametrize("code", FAULTS)
def test_each_of_these_reasons_counts_alone(code: str, tmp_path: Path) -> None:
    assert reasons_of_line_with({code}, tmp_path) == {code: 1}


def test_a_missing_image_leaves_room_for_nothing_but_is_never_a_repetition(tmp_path: Path) -> None:
    made = Converted(tmp_path, dump(GOOD), dump(GOOD), *good(2), image_exists=lambda uri: "a.jpg" not in uri)
    assert made.dataset.reasons == {"GT601": 2}
