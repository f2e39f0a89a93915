"""report.json: the findings on a manifest, and statistics of the dataset."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.dataset.description import REPORT, DatasetContents
from groundtrain.json_pieces import ComputedSequence, json_pieces
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding


class ClassCounts(Struct, frozen=True):
    """One class: records that show it, and items of it (such as boxes), on each side."""

    name: str
    train_records: int
    validation_records: int
    train_items: int
    validation_items: int


class RuleCount(Struct, frozen=True):
    """A rule, the number of its findings, and the fix."""

    code: str
    name: str
    severity: str
    count: int
    why: str
    fix: str


class Report(Struct, frozen=True):
    """report.json.

    Attributes:
        findings: the first findings of each rule, each with its fix; `rules` has the exact counts.
        fixed: findings on records of the dataset that were fixed, by code.
    """

    manifest: str
    records: int
    train: int
    validation: int
    rejected: int
    classes: Sequence[ClassCounts]
    statistics: dict[str, float]
    rules: tuple[RuleCount, ...]
    findings: tuple[Finding, ...]
    fixed: dict[str, int] = {}


def build_report(
    dataset: DatasetContents, items: tuple[dict[int, int], dict[int, int]], findings: tuple[Finding, ...]
) -> Report:
    """The report on a dataset; `items` are the items by class of train and validation."""
    train, validation = dataset.train, dataset.validation

    def counts(i: int) -> ClassCounts:
        name = dataset.classes[i]
        records = (side.records_by_class.get(name, 0) for side in (train, validation))
        return ClassCounts(name, *records, *(side.get(i, 0) for side in items))

    return Report(
        manifest=dataset.source.uri,
        records=dataset.source.records,
        train=train.records,
        validation=validation.records,
        rejected=dataset.rejected,
        classes=ComputedSequence(len(dataset.classes), counts),
        statistics=dataset.statistics,
        rules=tuple(_rule_count(code, count) for code, count in dataset.findings.items()),
        findings=tuple(map(_with_fix, findings)),
        fixed=dataset.fixed,
    )


def with_findings(report: Report, findings: Sequence[Finding]) -> Report:
    """The report with further findings, each on the dataset as a whole."""
    counts = Counter(finding.code for finding in findings)
    rules = tuple(_rule_count(code, count) for code, count in counts.items())
    return replace(
        report, rules=(*report.rules, *rules), findings=(*report.findings, *map(_with_fix, findings))
    )


def write_report(report: Report, into: Path) -> None:
    """Write report.json into a directory: indented, one final newline."""
    with (into / REPORT).open("wb") as file:
        file.writelines(json_pieces(report))
        file.write(b"\n")


def _with_fix(finding: Finding) -> Finding:
    return replace(finding, fix=finding.advice)


def _rule_count(code: str, count: int) -> RuleCount:
    rule = RULES[code]
    return RuleCount(code, rule.name, rule.severity, count, rule.why, rule.fix)
