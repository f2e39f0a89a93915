"""GT52: what the environment's gate requires of a dataset before a GPU is paid for."""

from collections.abc import Iterator

from groundtrain.checking.verdict import rejected_for_cause
from groundtrain.dataset.description import Dataset
from groundtrain.manifest.rules import LEFT_OUT_BY_SETTINGS, RULES
from groundtrain.manifest.rules.findings import Finding
from groundtrain.quantities import quantity
from groundtrain.settings.dataset import Gate


def find_policy_problems(dataset: Dataset, gate: Gate) -> Iterator[Finding]:
    """Findings where the dataset does not meet the gate's settings."""
    yield from _too_many_rejected(dataset, gate)
    yield from _too_few_records(dataset, gate)
    yield from _poor_classes(dataset, gate)
    yield from _one_sided_classes(dataset, gate)


def _too_many_rejected(dataset: Dataset, gate: Gate) -> Iterator[Finding]:
    """GT521."""
    rejected = rejected_for_cause(dataset)
    records = dataset.source.records - (dataset.rejected - rejected)
    if rejected <= gate.max_rejected * records:
        return
    faults = {code: n for code, n in dataset.reasons.items() if code not in LEFT_OUT_BY_SETTINGS}
    code = max(faults, key=faults.__getitem__)
    yield Finding(
        "GT521",
        0,
        "gate.max_rejected",
        f"{rejected} of {quantity(records, 'record')} were rejected,"
        f" more than {gate.max_rejected:.0%} (max_rejected);"
        f" {faults[code]} of them are {RULES[code].name} ({code}), where the fix is to {RULES[code].fix}",
    )


def _too_few_records(dataset: Dataset, gate: Gate) -> Iterator[Finding]:
    """GT522."""
    usable = dataset.train.records + dataset.validation.records
    if usable < gate.min_records:
        yield Finding(
            "GT522",
            0,
            "gate.min_records",
            f"{quantity(usable, 'record')} can be used, fewer than {gate.min_records} (min_records)",
        )


def _poor_classes(dataset: Dataset, gate: Gate) -> Iterator[Finding]:
    """GT523."""
    for name in dataset.classes:
        records = sum(_by_side(dataset, name))
        if records < gate.min_records_per_class:
            yield Finding(
                "GT523",
                0,
                "gate.min_records_per_class",
                f'the class "{name}" is on {quantity(records, "record")},'
                f" fewer than {gate.min_records_per_class} (min_records_per_class)",
            )


def _one_sided_classes(dataset: Dataset, gate: Gate) -> Iterator[Finding]:
    """GT524; an empty side is left to GT402."""
    if not gate.classes_in_both_splits or not (dataset.train.records and dataset.validation.records):
        return
    for name in dataset.classes:
        train, validation = _by_side(dataset, name)
        if bool(train) != bool(validation):
            yield Finding(
                "GT524",
                0,
                "gate.classes_in_both_splits",
                f'the class "{name}" is on {quantity(train, "record")} in training'
                f" and {validation} in validation (classes_in_both_splits)",
            )


def _by_side(dataset: Dataset, name: str) -> tuple[int, int]:
    train, validation = dataset.train.records_by_class, dataset.validation.records_by_class
    return train.get(name, 0), validation.get(name, 0)
