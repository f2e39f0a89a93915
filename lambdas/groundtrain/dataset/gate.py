"""Whether a dataset may be trained on."""

from collections.abc import Iterator

from groundtrain.dataset.description import Dataset, GateDecision, Split
from groundtrain.manifest.rules import LEFT_OUT_BY_SETTINGS, RULES
from groundtrain.settings import Gate, Training


def decide_gate(dataset: Dataset, gate: Gate, training: Training) -> GateDecision:
    """Open when there is no reason against training; each reason is a sentence with what to do."""
    reasons = (
        *_too_many_rejected(dataset, gate),
        *_too_few_records(dataset, gate),
        *_poor_classes(dataset, gate),
        *_one_sided_classes(dataset, gate),
        *_short_of_a_batch(dataset.train, training),
        *_short_of_a_batch(dataset.validation, training),
    )
    return GateDecision(open=not reasons, reasons=reasons)


def _too_many_rejected(dataset: Dataset, gate: Gate) -> Iterator[str]:
    wished = sum(dataset.reasons.get(code, 0) for code in LEFT_OUT_BY_SETTINGS)
    rejected, records = dataset.rejected - wished, dataset.source.records - wished
    if rejected <= gate.max_rejected * records:
        return
    code, count = max(
        dataset.reasons.items(), key=lambda item: item[1] * (item[0] not in LEFT_OUT_BY_SETTINGS)
    )
    rule = RULES[code]
    yield (
        f"{rejected} of {records} records were rejected, more than {gate.max_rejected:.0%} (max_rejected);"
        f" {count} of them are {rule.name} ({code}): {rule.fix}."
    )


def _too_few_records(dataset: Dataset, gate: Gate) -> Iterator[str]:
    usable = dataset.train.records + dataset.validation.records
    if usable < gate.min_records:
        yield f"{usable} records can be used, fewer than {gate.min_records} (min_records): label more images."


def _poor_classes(dataset: Dataset, gate: Gate) -> Iterator[str]:
    for name in dataset.classes:
        records = dataset.train.records_by_class.get(name, 0) + dataset.validation.records_by_class.get(
            name, 0
        )
        if records < gate.min_records_per_class:
            yield (
                f'The class "{name}" is on {records} records, fewer than {gate.min_records_per_class}'
                f" (min_records_per_class): label more of it."
            )


def _one_sided_classes(dataset: Dataset, gate: Gate) -> Iterator[str]:
    if not gate.classes_in_both_splits:
        return
    for name in dataset.classes:
        train, validation = (
            side.records_by_class.get(name, 0) for side in (dataset.train, dataset.validation)
        )
        if bool(train) != bool(validation):
            yield (
                f'The class "{name}" is on {train} records in training and {validation} in validation'
                f" (classes_in_both_splits): label more of it, or raise the validation share."
            )


def _short_of_a_batch(split: Split, training: Training) -> Iterator[str]:
    """Where the settings name no batch size, the training request takes one that can be filled."""
    batch = int(training.hyperparameters.get("mini_batch_size", 1))
    if split.records == 0:
        yield f"{split.manifest} is empty: label more images, or change the validation share."
    elif split.records < batch:
        yield (
            f"{split.manifest} has {split.records} records, fewer than one batch of {batch}"
            f" (mini_batch_size): label more, change the validation share, or set a smaller mini_batch_size."
        )
