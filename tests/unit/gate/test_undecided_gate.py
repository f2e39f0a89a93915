"""What is converted is no dataset before its gate is decided, and what it is decided by is in its report."""

import json

from msgspec.structs import replace

from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import Dataset, GateDecision, dump_dataset, parse_dataset
from groundtrain.gate import decision
from groundtrain.gate.decision import decide_again, decide_gate, make_dataset
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment
from tests.datasets import a_dataset
from tests.manifest_lines import good, manifest_of

ENVIRONMENT = Environment(name="test", region="eu-west-1", gate=Gate(min_records=1000))
UNDECIDED = GateDecision(open=False, reasons=("Nobody has decided yet whether to train on it.",))
"""As versions of before 27 November 2026 wrote it where a dataset was converted, and its gate not decided."""


def test_what_is_converted_is_no_dataset_before_its_gate_is_decided(tmp_path):
    conversion = convert(manifest_of(tmp_path, *good(30)), ENVIRONMENT.dataset, tmp_path / "d")
    assert not isinstance(conversion.contents, Dataset)
    assert not (tmp_path / "d" / "report.json").exists()
    dataset = make_dataset(conversion, ENVIRONMENT, tmp_path / "d")
    assert (dataset.gate.open, dataset.type) == (False, conversion.contents.type)


def test_an_undecided_gate_of_an_earlier_version_is_closed_until_it_is_decided():
    earlier = parse_dataset(dump_dataset(a_dataset(gate=UNDECIDED)))
    assert earlier.gate == UNDECIDED
    now = decide_again(earlier, ENVIRONMENT)
    assert now.gate == decide_gate(a_dataset(), ENVIRONMENT)
    assert replace(now, gate=UNDECIDED) == earlier


def test_the_report_is_written_once_with_the_findings_on_the_settings(tmp_path, monkeypatch):
    written = []
    write = decision.write_report
    monkeypatch.setattr(
        decision, "write_report", lambda report, into: (written.append("report.json"), write(report, into))
    )
    manifest = manifest_of(tmp_path, *good(30))
    written.clear()
    conversion = convert(manifest, ENVIRONMENT.dataset, tmp_path / "d")
    dataset = make_dataset(conversion, ENVIRONMENT, tmp_path / "d")
    assert dataset.gate == decide_gate(dataset, ENVIRONMENT)
    assert written.count("report.json") == 1
    report = json.loads((tmp_path / "d" / "report.json").read_text())
    assert "GT522" in {rule["code"] for rule in report["rules"]}
