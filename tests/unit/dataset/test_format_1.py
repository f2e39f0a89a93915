"""A dataset.json of format 1, as it was written until 27 November 2026, is read as it always was."""

import json
from pathlib import Path

import msgspec
import pytest

from groundtrain.calls.settings import environment_of
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import LargestRecord, dump_dataset, parse_dataset
from groundtrain.gate.decision import make_dataset
from groundtrain.manifest.source import FileManifest

FORMAT_1 = (Path(__file__).parent / "data" / "dataset-format-1.json").read_bytes()
MANIFEST = Path(__file__).parents[3] / "docs" / "examples" / "pallets.manifest"


def test_its_keys_have_their_names_of_today() -> None:
    dataset = parse_dataset(FORMAT_1)
    assert [finding.code for finding in dataset.manifest_findings] == ["GT403", "GT410", "GT415"]
    assert dataset.largest_record == LargestRecord(11, "s3://acme-yard/2026-02/cam1/0011.jpg")
    assert dataset.records_with_findings == {"GT201": 1, "GT202": 1, "GT204": 1, "GT301": 1, "GT401": 1}


def test_it_is_the_dataset_that_the_same_manifest_makes_today(tmp_path: Path) -> None:
    environment = environment_of(None)
    conversion = convert(FileManifest(MANIFEST), environment.dataset, tmp_path)
    made, earlier = make_dataset(conversion, environment, tmp_path), parse_dataset(FORMAT_1)
    assert (made.dataset_id, made.gate) == (earlier.dataset_id, earlier.gate)
    assert msgspec.structs.replace(made, source=earlier.source) == earlier


def test_it_is_written_in_the_format_of_today() -> None:
    written = json.loads(dump_dataset(parse_dataset(FORMAT_1)))
    assert written["format"] == 2
    assert not written.keys() & {"remarks", "fullest", "found_on"}


@pytest.mark.parametrize("text", [b'{"format": 1}', b'{"format": 1, "remarks": 5}', FORMAT_1[:-3]])
def test_what_is_no_dataset_is_refused_in_either_format(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        parse_dataset(text)
