"""Compose the messages to subscribers, as plain text; they are sent elsewhere."""

from collections.abc import Mapping, Sequence

from groundtrain.dataset.description import DESCRIPTION, REJECTED, REPORT, Dataset
from groundtrain.events import DatasetAnnouncement
from groundtrain.manifest.rules import RULES
from groundtrain.report.message import Message
from groundtrain.report.message_ids import Refuser, about_outcome, about_rejection, about_wait
from groundtrain.report.next_steps import how_to_make_again, how_to_override, in_words, ready_event
from groundtrain.training.cost import Estimate
from groundtrain.training.failure_reasons import Explanation, explain
from groundtrain.training.suspects import Suspect

_MOST_REASONS, _MOST_CLASSES = 10, 100
_LONGEST_REASON, _LONGEST_CLASS = 1000, 100  # characters


def dataset_rejected(
    dataset: Dataset, announcement: DatasetAnnouncement, *, by: Refuser, costs: Sequence[Estimate] = ()
) -> Message:
    """The gate is closed: why, what was left out, and how to override it; `by` is the step."""
    name = _what(dataset)
    return Message(
        f"[{announcement.environment}] {name}: not trained",
        _paragraphs(
            f"The labels of {name} became a dataset, but no training job was started:",
            _bullets(_first(dataset.gate.reasons, _MOST_REASONS, _LONGEST_REASON)),
            _tally(dataset),
            f"Lines left out, with reasons: {announcement.dataset}{REJECTED}",
            f"All findings: {announcement.dataset}{REPORT}",
            how_to_make_again(announcement),
            *how_to_override(dataset, announcement, costs),
        ),
        about_rejection(by, announcement.environment, dataset.dataset_id, dataset.gate.reasons),
    )


def labeling_job_failed(labeling_job: str, environment: str, reason: str | None) -> Message:
    """A labeling job failed: there is no dataset."""
    return Message(
        f"[{environment}] {labeling_job}: the labeling job failed",
        _paragraphs(
            f'Labeling job "{labeling_job}" failed; no dataset was made from it.',
            f"SageMaker's reason: {reason or 'none given'}",
            "What was labeled until then is in the job's output folder; chain a new job to label the rest.",
        ),
        ("labeling job failed", environment, labeling_job),
    )


def step_failed(step: str, environment: str, problem: str, event: str) -> Message:
    """A step cannot go on with an event without a person."""
    return Message(
        f"[{environment}] {step} cannot go on",
        _paragraphs(
            f"{problem}.",
            f"The message is kept in the dead letters of {step} for a week or more."
            f" Once the cause is fixed, send it again: groundtrain redrive {environment}",
        ),
        ("step failed", environment, step, event, problem),
    )


def training_waits(
    job: str, environment: str, refusals: Mapping[str, str], costs: Sequence[Estimate] = ()
) -> Message:
    """No instance type has quota or capacity: the job is retried, less and less often."""
    return Message(
        f"[{environment}] {job}: waiting for a machine",
        _paragraphs(
            f'Training job "{job}" could not be started; it is asked for again at growing intervals.',
            _bullets([f"{instance_type}: {reason}" for instance_type, reason in refusals.items()]),
            "A missing quota comes only when it is asked for: Service Quotas, Amazon SageMaker,"
            ' "for training job usage" or, with spot, "for spot training job usage".',
            in_words(costs),
        ),
        about_wait("training waits", environment, job),
    )


def training_waits_its_turn(
    job: str, environment: str, limit: str, costs: Sequence[Estimate] = ()
) -> Message:
    """The settings allow no further job now: it is retried, less and less often."""
    return Message(
        f"[{environment}] {job}: waiting its turn",
        _paragraphs(
            f'Training job "{job}" was not started: {limit}.',
            "It is asked for again at growing intervals; to have it sooner, raise the limit in the settings"
            " and deploy.",
            in_words(costs),
        ),
        about_wait("training waits its turn", environment, job),
    )


def model_registered(
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    *,
    job: str,
    package: str,
    metrics: Mapping[str, float],
) -> Message:
    """A model package waits for approval."""
    return Message(
        f"[{announcement.environment}] {_what(dataset)}: a new model waits for approval",
        _paragraphs(
            f'Training job "{job}" has ended; its model is registered as\n{package}',
            _bullets(
                [f"{name}: {value:.4g}" for name, value in metrics.items()] or ["no metrics were reported"]
            ),
            _tally(dataset),
            f"Dataset: {announcement.dataset}",
            f"Classes, in order of their ids: {_classes(dataset)}",
            "To approve it:\naws sagemaker update-model-package --model-approval-status Approved"
            f" --model-package-arn {package}",
        ),
        about_outcome("model registered", announcement.environment, job),
    )


def training_failed(
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    *,
    job: str,
    reason: str | None,
    suspects: Sequence[Suspect] = (),
) -> Message:
    """A training job failed: SageMaker's reason, what is known about it, how to start again."""
    known = explain(reason or "")
    return Message(
        f"[{announcement.environment}] {_what(dataset)}: training failed",
        _paragraphs(
            f'Training job "{job}" failed.',
            f"SageMaker's reason: {reason or 'none given'}",
            f"{known.meaning}\n{known.fix}" if known else "",
            f"Records to look at first:\n{_bullets([str(suspect) for suspect in suspects])}"
            if suspects
            else "",
            _rules_that_look_for_it(known),
            f"Dataset: {announcement.dataset}",
            "To start it again, send this event:",
            ready_event(announcement, attempt=announcement.attempt + 1),
        ),
        about_outcome("training failed", announcement.environment, job),
    )


def training_goes_elsewhere(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, full: str, next_type: str
) -> Message:
    """A training job found no capacity; the next instance type of the settings is tried automatically."""
    return Message(
        f"[{announcement.environment}] {_what(dataset)}: no {full} was free, now on {next_type}",
        _paragraphs(
            f'Training job "{job}" failed because AWS had no {full} free.',
            f"It is started again by itself on {next_type}, which training.instance_types names next.",
            f"Dataset: {announcement.dataset}",
        ),
        about_outcome("training goes elsewhere", announcement.environment, job),
    )


def training_stopped(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, status: str
) -> Message:
    """A training job was stopped and left no model to register."""
    return Message(
        f"[{announcement.environment}] {_what(dataset)}: training was stopped",
        _paragraphs(
            f'Training job "{job}" was stopped and no model was registered. {_why_stopped(status)}',
            f"Dataset: {announcement.dataset}",
            "To start it again, send this event:",
            ready_event(announcement, attempt=announcement.attempt + 1),
        ),
        about_outcome("training stopped", announcement.environment, job),
    )


def _rules_that_look_for_it(known: Explanation | None) -> str:
    if known is None or not known.rules:
        return ""
    names = ", ".join(f"{code} ({RULES[code].name})" for code in known.rules)
    return f"Rules that look for this before a job is started: {names}; groundtrain rule explains them."


def _why_stopped(status: str) -> str:
    if status == "MaxWaitTimeExceeded":
        return "Spot capacity did not come within training.max_wait: raise it, or set spot = false."
    if status == "MaxRuntimeExceeded":
        return "It reached training.max_runtime before there was a model: raise it, or lower epochs."
    return "Someone stopped it."


def _what(dataset: Dataset) -> str:
    return dataset.labeling_job or f"dataset {dataset.dataset_id}"


def _classes(dataset: Dataset) -> str:
    return ", ".join(_first(dataset.classes, _MOST_CLASSES, _LONGEST_CLASS))


def _tally(dataset: Dataset) -> str:
    counts = (
        f"{dataset.source.records} records: {dataset.train.records} for training,"
        f" {dataset.validation.records} for validation, {dataset.rejected} left out."
    )
    most = sorted(dataset.reasons.items(), key=lambda item: (-item[1], item[0]))[:_MOST_REASONS]
    return f"{counts}\n{_bullets([_reason(code, number) for code, number in most])}".rstrip()


def _reason(code: str, number: int) -> str:
    rule = RULES.get(code)
    return f"{number} {rule.name} ({code}): {rule.fix}" if rule else f"{number} {code}"


def _first(things: Sequence[str], most: int, longest: int) -> Sequence[str]:
    """The first items, shortened, and the number of the others: SNS takes 256 KiB; dataset.json has all."""
    shown = [thing if len(thing) <= longest else f"{thing[:longest]}..." for thing in things[:most]]
    left = len(things) - most
    return [*shown, f"and {left} more, all in {DESCRIPTION}"] if left > 0 else shown


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text) + "\n"
