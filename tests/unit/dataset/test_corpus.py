"""Real manifests of other people, beside the repository; they are read, never copied in."""

import csv
import json
from pathlib import Path

import pytest

from groundtrain.dataset.convert import convert
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest
from groundtrain.settings import DatasetSettings

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def rows() -> list[dict[str, str]]:
    index = CORPUS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


ROWS = rows()
BOXES = [r for r in ROWS if r["form"] == "jsonl" and r["types"].startswith("groundtruth/object-detection(")]


@pytest.mark.skipif(not ROWS, reason="the corpus is not here")
def test_the_corpus_has_bounding_boxes() -> None:
    assert len(BOXES) >= 9


@pytest.mark.parametrize("row", BOXES, ids=lambda row: row["file"][-60:])
def test_a_real_bounding_box_manifest_converts_whole(row: dict[str, str], tmp_path: Path) -> None:
    dataset = convert(FileManifest(CORPUS / row["file"]), DatasetSettings(), tmp_path)
    rejected = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_bytes().splitlines()]
    assert dataset.source.records == int(row["records"])
    assert dataset.source.records == dataset.train.records + dataset.validation.records + dataset.rejected
    assert dataset.statistics["boxes"] == int(row["annotations"])
    assert len(rejected) == dataset.rejected
    assert all(line["code"] for line in rejected)


@pytest.mark.parametrize("row", [r for r in ROWS if r not in BOXES], ids=lambda row: row["file"][-60:])
def test_any_other_file_is_told_in_a_sentence(row: dict[str, str], tmp_path: Path) -> None:
    try:
        dataset = convert(FileManifest(CORPUS / row["file"]), DatasetSettings(), tmp_path)
    except GroundtrainError as error:
        assert error.fix  # noqa: PT017 - a documentation sample of boxes on one line converts
    else:
        assert dataset.type == "groundtruth/object-detection"
