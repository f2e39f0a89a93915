"""The detail of a training job's state-change event.

Source: SageMaker Developer Guide, "Automating Amazon SageMaker with Amazon EventBridge".
"""

from typing import Any

from local.sagemaker.accounts import Json

IN_EVENT = (
    "TrainingJobName",
    "TrainingJobArn",
    "TrainingJobStatus",
    "SecondaryStatus",
    "FailureReason",
    "HyperParameters",
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "VpcConfig",
    "StoppingCondition",
    "CreationTime",
    "TrainingStartTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "SecondaryStatusTransitions",
    "ModelArtifacts",
)
TIMES = ("CreationTime", "TrainingStartTime", "TrainingEndTime", "LastModifiedTime", "StartTime", "EndTime")


def event_detail(job: Json, tags: dict[str, str]) -> Json:
    """The detail of a state-change event: as described, but times in milliseconds, and tags as a map."""
    return {**_in_milliseconds({key: job[key] for key in IN_EVENT if key in job}), "Tags": tags}


def _in_milliseconds(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_milliseconds(item) for item in value]
    if isinstance(value, dict):
        return {
            key: round(item * 1000) if key in TIMES else _in_milliseconds(item) for key, item in value.items()
        }
    return value
