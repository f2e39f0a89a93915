"""Explain SageMaker's FailureReason: what it means, and what to do.

Each row comes from public reports of the message; if they do not prove a cause, the row does not claim one.
That today's messages are still worded so is not confirmed (C23).
"""

import re

from msgspec import Struct
from msgspec.structs import asdict, replace

from groundtrain.training.results import lines_at_fault
from groundtrain.training.results.lines_at_fault import Finder


class Wording(Struct, frozen=True):
    """What can be done where an explanation is read: clauses that go into its fix."""

    convert_again: str
    start_again: str
    rights: str
    hyperparameters: str
    findings: str


MAIL = Wording(
    convert_again="delete its dataset.json, and when a sweep has made it again, send the event below",
    start_again="Send the event below",
    rights="Name every bucket that holds images in labeling.buckets of the environment and deploy again",
    hyperparameters="training.hyperparameters of the environment",
    findings="see report.json and rejected.jsonl of the dataset",
)
TERMINAL = Wording(
    convert_again="convert the manifest again (groundtrain convert) and train on that",
    start_again="Try it later",
    rights="Give the role that trains s3:GetObject on every bucket that holds images",
    hyperparameters="[training] hyperparameters of the settings file",
    findings="see groundtrain check with --images",
)


class Explanation(Struct, frozen=True):
    """What a failure means and what to do about it, a sentence each.

    Attributes:
        rules: codes of the rules that look for its cause before a job is started.
        finder: finds the records that may be at fault; None if the data is not the cause.
    """

    meaning: str
    fix: str
    rules: tuple[str, ...] = ()
    finder: Finder | None = None


class _Reason(Struct, frozen=True):
    pattern: re.Pattern[str]
    explanation: Explanation


def _reason(
    pattern: str, meaning: str, fix: str, rules: tuple[str, ...] = (), finder: Finder | None = None
) -> _Reason:
    return _Reason(re.compile(pattern, re.IGNORECASE), Explanation(meaning, fix, rules, finder))


_NO_CAPACITY = r"CapacityError|Unable to provision requested ML compute capacity|InsufficientCapacity"

# The first match counts, so specific rows come before general ones.
_REASONS = (
    _reason(
        r"label_width",
        "One image has more boxes than the algorithm's label_width holds.",
        "Label width is derived here, so the manifest was probably replaced after the dataset was made:"
        " {convert_again}.",
        ("GT504", "GT502"),
        lines_at_fault.most_boxes,
    ),
    _reason(
        r"empty batch from pipe|AttributeNames",
        "The stream held no usable batch: an attribute name does not match the keys of the manifest's lines.",
        "Compare AttributeNames of the training job with a line of train.manifest.",
        ("GT201", "GT203", "GT236"),
        lines_at_fault.without_attribute,
    ),
    _reason(
        r"correct recordio format|magic number",
        "The algorithm could not read the stream: record wrapper, input mode and content type disagree.",
        "Compare the training job's channels with a job of groundtrain that succeeded.",
    ),
    _reason(
        r"pipe channel timed out|number of batches.*did not match",
        "The algorithm read fewer records than announced, or stopped reading. Public reports name images or"
        " annotations that cannot be used, but prove no cause.",
        "Look for unreadable images and odd labels: {findings}, and the warnings in the training job's log.",
        ("GT205", "GT415", "GT601", "GT602", "GT603"),
        lines_at_fault.without_objects,
    ),
    _reason(
        r"bigger or equal to the mini_batch_size",
        "A channel has fewer images than one batch.",
        "Label more images, or lower mini_batch_size.",
        ("GT501",),
    ),
    _reason(
        r"label.{0,40}(num_classes|out of range)|num_classes.{0,40}label",
        "A class id is not below the number of classes.",
        "Class ids and their number are derived here, so the manifest was probably replaced after the dataset"
        " was made: {convert_again}.",
        ("GT301", "GT302", "GT502", "GT624"),
    ),
    _reason(
        r"Additional properties are not allowed|hyperparameter",
        "The algorithm does not take one of the hyperparameters.",
        "Correct {hyperparameters}.",
        ("GT513", "GT514", "GT515"),
    ),
    _reason(
        _NO_CAPACITY,
        "AWS had no machine of this type free, and training.instance_types names none after it.",
        "{start_again}, or name further types in training.instance_types.",
    ),
    _reason(
        r"MaxWaitTimeExceeded",
        "AWS had no spot machine of this type free, or took it away, until max_runtime and capacity_wait"
        " together were over.",
        "{start_again}, name further types in training.instance_types, raise training.capacity_wait, or train"
        " on demand: training.spot = false.",
    ),
    _reason(
        r"MaxRuntimeExceeded",
        "The job reached training.max_runtime before there was a model.",
        "Raise it, or lower epochs.",
    ),
    _reason(
        r"ResourceLimitExceeded|account-level service limit",
        "The account's quota for this instance type is used up; spot and on-demand have quotas of their own.",
        "Ask for a higher quota in Service Quotas.",
    ),
    _reason(
        r"AccessDenied|access denied|\b403\b|not authorized|Forbidden|kms:",
        "The training role may not read an object (image or manifest), or may not use its key.",
        "{rights}; objects under a key of your own need kms:Decrypt for the training role.",
        ("GT511", "GT512"),
        lines_at_fault.named_object,
    ),
    _reason(
        r"NoSuchKey|NoSuchBucket|\b404\b|does not exist|not found",
        "An object that the manifest names is not there (any more).",
        "Put the images back, or make the dataset without them: {convert_again}.",
        ("GT601", "GT620"),
        lines_at_fault.named_object,
    ),
    _reason(
        r"only GPU instances are supported|not supported by algorithm|Unsupported instance type",
        "The algorithm does not run on this instance type.",
        "Name a type of a documented family in training.instance_types: g5 or g4dn, for text c5 or m5.",
        ("GT505", "GT519"),
    ),
    _reason(
        r"out of memory|cudaMalloc|OutOfMemory",
        "The batch does not fit into the memory of the machine or its GPU.",
        "Lower mini_batch_size or image_shape, or use a larger instance type.",
    ),
    _reason(
        r"InternalServerError|internal error",
        "SageMaker reports an error of its own; public reports show it also for streams that stopped early.",
        "When it fails again, read the training job's log.",
    ),
)


def is_want_of_capacity(reason: str) -> bool:
    """Whether the job never ran because AWS had no machine of its type free."""
    return re.search(_NO_CAPACITY, reason, re.IGNORECASE) is not None


def explain(reason: str, wording: Wording = MAIL) -> Explanation | None:
    """What is known about a FailureReason, in words of where it is read; None when nothing is."""
    found = next((row.explanation for row in _REASONS if row.pattern.search(reason)), None)
    return found and replace(found, fix=found.fix.format_map(asdict(wording)))
