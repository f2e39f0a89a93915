"""Bounds on memory and on what people read."""

from pathlib import Path

import pytest

from groundtrain.dataset.split import leakage
from groundtrain.dataset.split.leakage import Leakage
from groundtrain.manifest.repeated_sources import LinesSeen, fingerprint
from groundtrain.quantities import first_few, quoted, several, shortened
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from tests.manifest_lines import Converted, good


def test_only_the_first_names_are_looked_at_for_leakage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakage, "MOST_RECORDS", 5)
    looked = Leakage()
    for number in range(50):
        looked.add(f"s3://bkt/clip{number}_{number:03}.jpg", "train")
    assert len(looked._groups) == len(looked._names) == len(looked._groups_of_any) == 5


def test_a_log_keeps_so_many_findings_of_a_rule_and_in_all_and_counts_the_others() -> None:
    log = FindingLog(most=3, most_in_all=4)
    log.add(Finding(code, line, "$", "m") for code in ("GT101", "GT204") for line in range(10))
    assert log.counts == {"GT101": 10, "GT204": 10}
    assert [finding.code for finding in log.examples()] == ["GT101"] * 3 + ["GT204"]


def test_a_source_and_its_line_take_twelve_bytes() -> None:
    seen = LinesSeen()
    for number in range(1, 1001):
        assert seen.add(fingerprint(str(number)), number) == 0
    assert sum(map(len, seen._buckets)) == 12_000
    assert all(seen.add(fingerprint(str(number)), 7) == number for number in range(1, 1001))


def test_a_mark_across_another_and_its_line_is_no_mark() -> None:
    seen = LinesSeen()
    seen.add(b"\0\0\0\0\0\0\0\1", 1)
    seen.add(b"\0\0\0\2\0\0\0\0", 2)
    assert seen.add(b"\0\0\0\0\0\1\0\0", 3) == 0
    assert seen.line_of(b"\0\0\0\2\0\0\0\0") == 2


def test_a_repetition_names_the_line_that_came_first(tmp_path: Path) -> None:
    lines = good(20)
    made = Converted(tmp_path, *lines, lines[4], b"{", lines[4])
    assert [line["reason"].rpartition(": ")[2] for line in made.rejected if line["code"] == "GT401"] == [
        "line 5 has the same source"
    ] * 2


def test_lists_and_names_have_an_end() -> None:
    assert first_few(range(5), 3) == "0, 1, 2 and 2 more"
    assert first_few(range(3), 3) == "0, 1, 2"
    assert several(["a", "b"]) == '"a", "b"'
    assert quoted("x" * 100) == f'"{"x" * 60}…" (100 characters)'
    assert shortened("x" * 600).startswith("x" * 500 + "… (600 characters")
    assert shortened("short") == "short"
