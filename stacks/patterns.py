"""Event patterns that start the steps; names come from `groundtrain.events`.

They match events of this account only, since the bus may be open to other accounts.
"""

from aws_cdk import aws_events as events

from groundtrain.events import (
    DATASET_READY,
    GROUNDTRAIN,
    LABELING_JOB_STATE_CHANGE,
    SAGEMAKER,
    TRAINING_JOB_END_STATUSES,
    TRAINING_JOB_STATE_CHANGE,
)
from stacks.resources import Resources


def labeling_job_ended(resources: Resources) -> events.EventPattern:
    """A labeling job selected by the settings has ended; the event names it only in its ARN."""
    labeling = resources.environment.labeling
    arns = [
        events.Match.prefix(f"{resources.labeling_jobs}{prefix}")
        for prefix in labeling.job_name_prefixes
        if prefix
    ]
    every_job = len(arns) < len(labeling.job_name_prefixes)
    return events.EventPattern(
        account=[resources.stack.account],
        source=[SAGEMAKER],
        detail_type=[LABELING_JOB_STATE_CHANGE],
        detail={"LabelingJobStatus": list(labeling.statuses)},
        resources=None if every_job else events.Match.any_of(*arns),
    )


def dataset_ready(resources: Resources) -> events.EventPattern:
    """This environment has made a dataset, or a person has sent the event to train on one."""
    return events.EventPattern(
        account=[resources.stack.account],
        source=[GROUNDTRAIN],
        detail_type=[DATASET_READY],
        detail={"environment": [resources.environment.name]},
    )


def training_job_ended(resources: Resources) -> events.EventPattern:
    """One of this environment's training jobs has ended, well or not."""
    return events.EventPattern(
        account=[resources.stack.account],
        source=[SAGEMAKER],
        detail_type=[TRAINING_JOB_STATE_CHANGE],
        detail={
            "TrainingJobStatus": list(TRAINING_JOB_END_STATUSES),
            "TrainingJobName": events.Match.prefix(resources.training_job_prefix),
        },
    )
