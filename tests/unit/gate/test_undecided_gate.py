"""A gate that nobody decided is closed, and starting refuses it: forgetting to ask costs nothing."""

import json

import pytest

from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import UNDECIDED, dump_dataset, parse_dataset
from groundtrain.gate.decision import decide_gate, deciding
from groundtrain.pipeline.start_training_once import UndecidedError, prepare
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER_ADDRESS, a_dataset
from tests.manifest_lines import good, manifest_of

ENVIRONMENT = Environment(name="test", region="eu-west-1", gate=Gate(min_records=1000))
BUCKETS = BucketsAndRole(FOLDER_ADDRESS, "models", "arn:aws:iam::123456789012:role/r")


def test_what_is_converted_without_a_decision_is_closed_and_undecided(tmp_path):
    dataset = convert(manifest_of(tmp_path, *good(30)), ENVIRONMENT.dataset, tmp_path / "d")
    assert dataset.gate == UNDECIDED
    assert not dataset.gate.open
    assert not dataset.gate.made
    assert not parse_dataset(dump_dataset(dataset)).gate.made


@pytest.mark.parametrize("gate", [a_dataset().gate, decide_gate(a_dataset(), ENVIRONMENT)])
def test_a_decided_gate_is_no_undecided_one(gate):
    assert gate.made


def test_nothing_is_prepared_for_training_before_somebody_decided():
    with pytest.raises(UndecidedError):
        prepare(a_dataset(gate=UNDECIDED), ENVIRONMENT, BUCKETS, None)
    assert prepare(a_dataset(), ENVIRONMENT, BUCKETS, None).request["TrainingJobName"]


def test_the_report_is_written_once_with_the_findings_on_the_settings(tmp_path, monkeypatch):
    written = []
    write = type(tmp_path).write_bytes
    monkeypatch.setattr(
        type(tmp_path), "write_bytes", lambda path, text: (written.append(path.name), write(path, text))
    )
    manifest = manifest_of(tmp_path, *good(30))
    written.clear()
    dataset = convert(manifest, ENVIRONMENT.dataset, tmp_path / "d", decide=deciding(ENVIRONMENT))
    assert dataset.gate == decide_gate(dataset, ENVIRONMENT)
    assert written.count("report.json") == 1
    report = json.loads((tmp_path / "d" / "report.json").read_text())
    assert "GT522" in {rule["code"] for rule in report["rules"]}
