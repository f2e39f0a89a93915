"""Real manifests of other people, beside the repository; they are read, never copied in."""

import json
import re
from pathlib import Path

import pytest

from groundtrain.dataset.convert import convert
from groundtrain.dataset.overview import build_overview
from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.corpus import CORPUS, PAGE, index, page_with, tables

ROWS = index()
LABELS = [
    pytest.param(row, label, int(lines), id=f"{row['file'][-60:]} {label}")
    for row in ROWS
    if row["form"] == "jsonl"
    for label, lines in re.findall(r"([^ ,]+)\((\d+)\)", row["label_attributes"])
]
OF_BOXES = [row for row in ROWS if row["form"] == "jsonl" and row["types"].startswith("groundtruth/object-d")]


@pytest.mark.skipif(not ROWS, reason="the corpus is not here")
def test_the_corpus_has_labels() -> None:
    assert (len(OF_BOXES), len(LABELS)) >= (9, 24)


@pytest.mark.skipif(not ROWS, reason="the corpus is not here")
def test_the_page_shows_what_check_finds() -> None:
    assert PAGE.read_text("utf-8") == page_with(tables(CORPUS)), "run python -m tests.corpus"


@pytest.mark.parametrize(("row", "label", "lines"), LABELS)
def test_each_label_of_a_real_manifest_converts_or_is_refused(
    row: dict[str, str], label: str, lines: int, tmp_path: Path
) -> None:
    settings = DatasetSettings(label=label, fix=("GT",))
    try:
        dataset = convert(FileManifest(CORPUS / row["file"]), settings, tmp_path).contents
    except ManifestError as error:
        assert "no usable record" in str(error)  # noqa: PT017 - files with placeholders for addresses
        placeholder = "impossible-bucket (GT127)" in str(error)
        assert placeholder or "template.manifest" in row["file"] or "s3_s3_uri" in row["oddities_measured"]
        return
    rejected = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_bytes().splitlines()]
    kept = dataset.train.records + dataset.validation.records
    assert dataset.type in LABEL_TYPES
    assert dataset.source.records == int(row["records"]) == kept + dataset.rejected
    assert len(rejected) == dataset.rejected
    assert lines >= kept > 0


@pytest.mark.parametrize("row", OF_BOXES, ids=lambda row: row["file"][-60:])
def test_a_real_bounding_box_manifest_converts_whole(row: dict[str, str], tmp_path: Path) -> None:
    dataset = convert(FileManifest(CORPUS / row["file"]), DatasetSettings(), tmp_path).contents
    assert dataset.rejected == 0
    assert dataset.statistics["boxes"] == int(row["annotations"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"][-60:])
def test_any_file_gets_a_verdict_with_its_reason(row: dict[str, str]) -> None:
    check = check_manifest(FileManifest(CORPUS / row["file"]), Environment(name="local", region=""))
    assert bool(check.verdict.because) == (check.verdict.kind in ("will-not-train", "gate-closed"))
    assert all(check.counts[finding.code] for finding in check.findings)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"][-60:])
def test_any_file_converts_or_is_refused_in_a_sentence(row: dict[str, str], tmp_path: Path) -> None:
    try:
        dataset = convert(FileManifest(CORPUS / row["file"]), DatasetSettings(), tmp_path).contents
    except GroundtrainError as error:
        assert error.fix  # noqa: PT017 - either way is right, as long as it is told
    else:
        assert dataset.type in LABEL_TYPES


SAMPLES = [row for row in ROWS if row["file"].startswith("docs/") and row["types"].startswith("groundtruth/")]


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row["file"][-60:])
def test_a_documentation_sample_on_one_line_has_the_types_it_shows(
    row: dict[str, str], tmp_path: Path
) -> None:
    text = (CORPUS / row["file"]).read_text("utf-8")
    try:
        sample = json.loads(text)
    except ValueError:
        pytest.skip("it is shortened, and no JSON")
    manifest = tmp_path / "output.manifest"
    manifest.write_text(json.dumps(sample) + "\n", encoding="utf-8")
    overview = build_overview(FileManifest(manifest))
    assert {label.type for label in overview.labels} == set(row["types"].split(", "))
    for label in overview.labels:
        assert label.usable == 1 or label.rejected == {"GT107": 1}  # "S3 bucket location" is no address
