"""Which events start which step; names from `groundtrain.events`.

Of this account's events only: a bus may be open to other accounts, which then could send such events too.
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


def labeling_job_ended(at: Resources) -> events.EventPattern:
    """A labeling job that the settings ask for has ended; the event names it in its ARN and nowhere else."""
    labeling = at.environment.labeling
    arns = [
        events.Match.prefix(f"{at.labeling_jobs}{prefix}") for prefix in labeling.job_name_prefixes if prefix
    ]
    every_job = len(arns) < len(labeling.job_name_prefixes)
    return events.EventPattern(
        account=[at.stack.account],
        source=[SAGEMAKER],
        detail_type=[LABELING_JOB_STATE_CHANGE],
        detail={"LabelingJobStatus": list(labeling.statuses)},
        resources=None if every_job else events.Match.any_of(*arns),
    )


def dataset_ready(at: Resources) -> events.EventPattern:
    """This environment has made a dataset, or a person says that it should be trained on."""
    return events.EventPattern(
        account=[at.stack.account],
        source=[GROUNDTRAIN],
        detail_type=[DATASET_READY],
        detail={"environment": [at.environment.name]},
    )


def training_job_ended(at: Resources) -> events.EventPattern:
    """One of this environment's training jobs has ended, well or not."""
    return events.EventPattern(
        account=[at.stack.account],
        source=[SAGEMAKER],
        detail_type=[TRAINING_JOB_STATE_CHANGE],
        detail={
            "TrainingJobStatus": list(TRAINING_JOB_END_STATUSES),
            "TrainingJobName": events.Match.prefix(at.training_job_prefix),
        },
    )
