"""Structured logs and metrics of the functions; the only place that creates a logger or metrics.

What is logged may hold text of others, so every value is made printable and bounded on its way into the log.
Every log line about a message carries its labeling job or its uploaded manifest. Metrics are written in
embedded metric format, in the environment's namespace, with one dimension, `service`: the name of the step.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.printable_text import printable

_LONGEST = 8000  # characters of one value; CloudWatch Logs takes 256 KB in all


def as_line(record: dict[str, Any]) -> str:
    """A log record as one line of JSON, with values that do no harm to whoever looks at it."""
    return json.dumps({key: _harmless(value) for key, value in record.items()}, separators=(",", ":"))


def _harmless(value: Any) -> Any:
    """Lines of a traceback are kept apart, as JSON writes them."""
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, dict):
        return {printable(str(key)): _harmless(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(each) for each in value]
    text = "\n".join(map(printable, str(value).split("\n")))
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"


logger = Logger(json_serializer=as_line)
metrics = Metrics()  # namespace and service are environment variables, POWERTOOLS_…

_Answer = TypeVar("_Answer")
Handler = Callable[[dict[str, Any], LambdaContext], _Answer]


class Metric(StrEnum):
    """Names of the metrics; dashboard and alarms use the same ones."""

    WAITING = "Waiting"  # messages put off
    GIVEN_UP = "GivenUp"  # messages whose last attempt failed; SQS moves them to the dead letters
    LABELING_JOBS_OF_OTHERS = "LabelingJobsOfOthers"  # their output is in no bucket of ours
    DATASETS_READY = "DatasetsReady"
    DATASETS_REJECTED = "DatasetsRejected"
    RECORDS_USED = "RecordsUsed"
    RECORDS_REJECTED = "RecordsRejected"
    TRAINING_JOBS_STARTED = "TrainingJobsStarted"
    TRAINING_JOBS_WAITING = "TrainingJobsWaiting"
    TRAINING_JOBS_FAILED = "TrainingJobsFailed"
    MODELS_REGISTERED = "ModelsRegistered"
    LABELING_JOBS_SWEPT = "LabelingJobsSwept"
    TRAINING_JOBS_SWEPT = "TrainingJobsSwept"
    UPLOADS_SWEPT = "UploadsSwept"


def namespace_of(environment: str) -> str:
    """CloudWatch namespace of an environment, so that environments in one account do not add up."""
    return f"groundtrain/{environment}"


def count(metric: Metric, number: int = 1) -> None:
    """Add to a metric of this invocation."""
    metrics.add_metric(name=metric, unit=MetricUnit.Count, value=number)


def append_job_key(labeling_job: str) -> None:
    """Add the labeling job to every further log line of this invocation."""
    logger.append_keys(labeling_job=labeling_job)


def append_upload_key(address: str) -> None:
    """Add the uploaded manifest to every further log line of this invocation."""
    logger.append_keys(manifest=address)


def append_message_keys(message: str, delivery: int) -> None:
    """Add a queue message's id and its delivery number to every further log line of this invocation."""
    logger.append_keys(message_id=message, delivery=delivery)


def observed(handler: Handler[_Answer]) -> Handler[_Answer]:
    """Decorate a handler: add its log keys, and write its metrics even when it raises."""

    @logger.inject_lambda_context(clear_state=True)
    @wraps(handler)
    def run(event: dict[str, Any], context: LambdaContext) -> _Answer:
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return run
