"""report.json: the findings on a manifest, and statistics of the dataset."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from groundtrain.dataset.description import REPORT, DatasetContents
from groundtrain.json_pieces import ComputedSequence, json_pieces
from groundtrain.manifest.classes.class_change_checks import ClassChange
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding


class ClassCounts(Struct, frozen=True):
    """One class: records that show it, and items of it (such as boxes), on each side that there is."""

    name: str
    train_records: int
    validation_records: int
    train_items: int
    validation_items: int
    test_records: int | UnsetType = UNSET
    test_items: int | UnsetType = UNSET


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
        test: records on the test side; unset where there is none.
        findings: the first findings of each rule, each with its fix; `rules` has the exact counts.
        fixed: findings on records of the dataset that were fixed, by code.
        class_changes: what became of classes that the settings change; unset where they change none.
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
    test: int | UnsetType = UNSET
    class_changes: tuple[ClassChange, ...] | UnsetType = UNSET


def build_report(
    dataset: DatasetContents, items: Sequence[dict[int, int]], findings: tuple[Finding, ...]
) -> Report:
    """The report on a dataset; `items` are the items by class of train, validation and test."""

    def counts(i: int) -> ClassCounts:
        name = dataset.classes[i]
        (train, validation, *test), of = (
            [side.records_by_class.get(name, 0) for side in dataset.sides],
            [side.get(i, 0) for side in items],
        )
        of_test = (test[0], of[2]) if test else ()
        return ClassCounts(name, train, validation, of[0], of[1], *of_test)

    return Report(
        manifest=dataset.source.uri,
        records=dataset.source.records,
        train=dataset.train.records,
        validation=dataset.validation.records,
        test=UNSET if dataset.test is UNSET else dataset.test.records,
        rejected=dataset.rejected,
        classes=ComputedSequence(len(dataset.classes), counts),
        statistics=dataset.statistics,
        rules=tuple(_rule_count(code, count) for code, count in dataset.findings.items()),
        findings=tuple(map(_with_fix, findings)),
        fixed=dataset.fixed,
        class_changes=dataset.class_changes,
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
