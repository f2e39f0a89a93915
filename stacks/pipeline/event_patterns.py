"""Event patterns that start the steps; names come from `groundtrain.events`.

They match events of this account only, since the bus may be open to other accounts.
"""

import json

from aws_cdk import aws_events as events

from groundtrain.errors import SettingsError
from groundtrain.events import (
    DATASET_READY,
    GROUNDTRAIN,
    LABELING_JOB_STATE_CHANGE,
    SAGEMAKER,
    TRAINING_JOB_END_STATUSES,
    TRAINING_JOB_STATE_CHANGE,
)
from groundtrain.settings.environment import Environment
from stacks.regions import partition_of
from stacks.resource_arns import ResourceArns

LONGEST = 4096  # characters (EventBridge API reference, PutRule, EventPattern)
USUALLY_LONGEST = 2048  # of an account whose quota nobody has raised (EventBridge User Guide, "Quotas")


def size_of_labeling_pattern(environment: Environment) -> int:
    """Characters of the pattern that selects labeling jobs, the longest one that the settings can make."""
    arn = f"arn:{partition_of(environment.region)}:sagemaker:{environment.region}:{'0' * 12}:labeling-job/"
    prefixes = environment.labeling.job_name_prefixes
    pattern = {
        "account": ["0" * 12],
        "source": [SAGEMAKER],
        "detail-type": [LABELING_JOB_STATE_CHANGE],
        "detail": {"LabelingJobStatus": environment.labeling.statuses},
        "resources": [{"prefix": arn + prefix} for prefix in prefixes if all(prefixes)],
    }
    return len(json.dumps(pattern, separators=(",", ":")))


def refuse_too_long(environment: Environment) -> None:
    """Refuse more prefixes than a rule can hold.

    Raises:
        SettingsError
    """
    size = size_of_labeling_pattern(environment)
    if size > LONGEST:
        raise SettingsError(
            f"{environment.name}: labeling.job_name_prefixes: the rule takes {size:,} characters, and"
            f" EventBridge takes {LONGEST:,}",
            fix="name fewer, or shorter ones",
        )


def labeling_job_ended(arns: ResourceArns) -> events.EventPattern:
    """A labeling job selected by the settings has ended; the event names it only in its ARN."""
    labeling = arns.environment.labeling
    selected = [
        events.Match.prefix(f"{arns.labeling_jobs}{prefix}")
        for prefix in labeling.job_name_prefixes
        if prefix
    ]
    every_job = len(selected) < len(labeling.job_name_prefixes)
    return events.EventPattern(
        account=[arns.stack.account],
        source=[SAGEMAKER],
        detail_type=[LABELING_JOB_STATE_CHANGE],
        detail={"LabelingJobStatus": list(labeling.statuses)},
        resources=None if every_job else events.Match.any_of(*selected),
    )


def dataset_ready(arns: ResourceArns) -> events.EventPattern:
    """This environment has made a dataset, or a person has sent the event to train on one."""
    return events.EventPattern(
        account=[arns.stack.account],
        source=[GROUNDTRAIN],
        detail_type=[DATASET_READY],
        detail={"environment": [arns.environment.name]},
    )


def training_job_ended(arns: ResourceArns) -> events.EventPattern:
    """One of this environment's training jobs has ended, well or not."""
    return events.EventPattern(
        account=[arns.stack.account],
        source=[SAGEMAKER],
        detail_type=[TRAINING_JOB_STATE_CHANGE],
        detail={
            "TrainingJobStatus": list(TRAINING_JOB_END_STATUSES),
            "TrainingJobName": events.Match.prefix(arns.training_job_prefix),
        },
    )
