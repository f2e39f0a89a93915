"""Structured logs and metrics of the functions; logger and metrics are made here and nowhere else.

Every log line of a message carries its labeling job. Metrics are written as embedded metric format, in the
namespace of the environment, with one dimension `service`: the name of the step.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()  # namespace and service are environment variables, POWERTOOLS_…

_Answer = TypeVar("_Answer")
Handler = Callable[[dict[str, Any], LambdaContext], _Answer]


class Measure(StrEnum):
    """What is counted; dashboard and alarms read the same names."""

    WAITING = "Waiting"  # messages put off
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


def namespace_of(environment: str) -> str:
    """Where the metrics of an environment are, apart from those of others in the same account."""
    return f"groundtrain/{environment}"


def count(measure: Measure, number: int = 1) -> None:
    """Add to a metric of this call."""
    metrics.add_metric(name=measure, unit=MetricUnit.Count, value=number)


def concerning(labeling_job: str) -> None:
    """Put the labeling job on every log line that follows in this call."""
    logger.append_keys(labeling_job=labeling_job)


def concerning_message(message: str, delivery: int) -> None:
    """Put a queue message's id, and which delivery of it this is, on every log line that follows."""
    logger.append_keys(message_id=message, delivery=delivery)


def observed(handler: Handler[_Answer]) -> Handler[_Answer]:
    """Give a handler its log keys, and write its metrics however it ends."""

    @logger.inject_lambda_context(clear_state=True)
    @wraps(handler)
    def run(event: dict[str, Any], context: LambdaContext) -> _Answer:
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return run
