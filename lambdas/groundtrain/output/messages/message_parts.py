"""Parts that several messages share."""

from collections.abc import Sequence

from groundtrain.dataset.description import DESCRIPTION, Dataset
from groundtrain.events import DatasetAnnouncement
from groundtrain.output.messages.mail import Words, bullets, first, joined, words
from groundtrain.rules import RULES
from groundtrain.rules.readers import DEPLOYED
from groundtrain.training.results.failure_reasons import Explanation
from groundtrain.training.results.lines_at_fault import Suspect

MOST_LINES = 10
_MOST_CLASSES = 100
_LONGEST_CLASS = 100  # characters


def reason_of_sagemaker(reason: str | None) -> Words:
    """SageMaker's own sentence."""
    return words("SageMaker's reason: {reason}", reason=reason or "none given")


def records_to_look_at(suspects: Sequence[Suspect]) -> Words | None:
    """The suspects, or nothing."""
    if not suspects:
        return None
    lines = bullets(first(suspects, MOST_LINES, "in the manifests"))
    return words("Records to look at first:\n{lines}", lines=lines)


def rules_that_look_for_it(known: Explanation | None) -> Words | None:
    """Rules that look for the cause beforehand, or nothing."""
    if known is None or not known.rules:
        return None
    names = ", ".join(f"{code} ({RULES[code].name})" for code in known.rules)
    return words(
        "Rules that look for this before a job is started: {names}; groundtrain rule explains them.",
        names=names,
    )


def why_stopped(status: str) -> str:
    """What a job's secondary status says about its end."""
    if status == "MaxRuntimeExceeded":
        return "It reached training.max_runtime before there was a model: raise it, or lower epochs."
    return "Someone stopped it."


def dataset_folder(announcement: DatasetAnnouncement) -> Words:
    """Where the dataset lies."""
    return words("Dataset: {folder}", folder=announcement.dataset)


def what(dataset: Dataset) -> str:
    """What people call the dataset."""
    return dataset.labeling_job or f"dataset {dataset.dataset_id}"


def all_classes(dataset: Dataset) -> Words:
    """The names of the classes in the order of their ids, the first hundred of them."""
    return joined(first(dataset.classes, _MOST_CLASSES, f"all in {DESCRIPTION}", longest=_LONGEST_CLASS))


def tally(dataset: Dataset) -> Words:
    """How many records there are on each side, and why most of the others were left out."""
    counts = (
        f"{dataset.source.records} records: {dataset.train.records} for training,"
        f" {dataset.validation.records} for validation, {dataset.rejected} left out."
    )
    most = sorted(dataset.reasons.items(), key=lambda item: (-item[1], item[0]))[:MOST_LINES]
    lines = bullets([words("{reason}", reason=_reason(code, number)) for code, number in most])
    return words("{counts}\n{lines}", counts=counts, lines=lines) if most else words("{it}", it=counts)


def _reason(code: str, number: int) -> str:
    rule = RULES.get(code)
    return f"{number} {rule.name} ({code}): {DEPLOYED.worded(rule.fix)}" if rule else f"{number} {code}"
