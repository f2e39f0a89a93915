"""Event patterns that start the steps; names come from `groundtrain.events`.

They match events of this account only, since the bus may be open to other accounts.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aws_cdk import aws_events as events

from groundtrain.errors import SettingsError
from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.image_check_event import (
    EXECUTION_END_STATUSES,
    EXECUTION_STATUS_CHANGE,
    STATES,
)
from groundtrain.events.job_events import SAGEMAKER
from groundtrain.events.labeling_job_event import LABELING_JOB_STATE_CHANGE
from groundtrain.events.object_created import OBJECT_CREATED, S3
from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES, TRAINING_JOB_STATE_CHANGE
from groundtrain.s3_addresses import LONGEST as LONGEST_BUCKET
from groundtrain.settings.environment import Environment
from groundtrain.settings.uploads import MANIFEST, WatchedFolder, watched_folder
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


def sizes_of_patterns(environment: Environment) -> Iterator[tuple[str, int]]:
    """Each list of the settings that makes a pattern longer, with the characters of the longest it makes."""
    labeling = environment.labeling
    if labeling.jobs:
        yield "labeling.job_name_prefixes", size_of_labeling_pattern(environment)
    folders = [watched_folder(upload, "0" * LONGEST_BUCKET) for upload in labeling.uploads]
    patterns = (
        uploads_pattern("0" * 12, bucket, prefixes) for bucket, prefixes in by_bucket(folders).items()
    )
    if sizes := [len(json.dumps(pattern, separators=(",", ":"))) for pattern in patterns]:
        yield "labeling.uploads", max(sizes)


def refuse_too_long(environment: Environment) -> None:
    """Refuse more prefixes than a rule can hold.

    Raises:
        SettingsError
    """
    for setting, size in sizes_of_patterns(environment):
        if size > LONGEST:
            raise SettingsError(
                f"{environment.name}: {setting}: the rule takes {size:,} characters, and EventBridge takes"
                f" {LONGEST:,}",
                fix="name fewer, or shorter ones",
            )


def by_bucket(folders: Iterable[WatchedFolder]) -> dict[str, list[str]]:
    """The prefixes that are watched, by the name of their bucket."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        found.setdefault(folder.bucket, []).append(folder.prefix)
    return found


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


def manifest_uploaded(arns: ResourceArns, bucket: str, prefixes: Sequence[str]) -> events.EventPattern:
    """A manifest was put into one of a bucket's folders, or replaced there."""
    pattern = uploads_pattern(arns.stack.account, bucket, prefixes)
    return events.EventPattern(
        account=pattern["account"],
        source=pattern["source"],
        detail_type=pattern["detail-type"],
        detail=pattern["detail"],
    )


def uploads_pattern(account: str, bucket: str, prefixes: Sequence[str]) -> dict[str, Any]:
    """The pattern in EventBridge's words.

    One wildcard, as two matchers of a key would mean either (EventBridge User Guide, "Wildcard matching").

    No folder of the settings has a character that means something in it.
    """
    keys = [{"wildcard": f"{prefix}*{MANIFEST}"} for prefix in prefixes]
    return {
        "account": [account],
        "source": [S3],
        "detail-type": [OBJECT_CREATED],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": keys}},
    }


def image_checks_ended(arns: ResourceArns) -> events.EventPattern:
    """The map over a dataset's images has ended, well or not; its children have another ARN of a machine.

    Source: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
    """
    return events.EventPattern(
        account=[arns.stack.account],
        source=[STATES],
        detail_type=[EXECUTION_STATUS_CHANGE],
        detail={"stateMachineArn": [arns.image_checks], "status": list(EXECUTION_END_STATUSES)},
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
