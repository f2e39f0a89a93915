"""Whether a training job that exists is the training that is asked for.

Its name says so already, by its digest of dataset and settings. What the name leaves out may differ: the
machines, the model that incremental training started from, and the place, which is another one after the
stacks were destroyed and deployed again, while SageMaker keeps training jobs for ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundtrain.s3_addresses import key_of

_LEFT_OUT = ("Tags", "RoleArn", "OutputDataConfig", "CheckpointConfig", "EnableManagedSpotTraining")


def unlike(asked: Mapping[str, Any], found: Mapping[str, Any], instance_types: Sequence[str]) -> list[str]:
    """Paths at which an existing job differs in what is trained; any of the instance types is as good."""
    one, other = _training(asked), _training(found)
    if found["ResourceConfig"].get("InstanceType") in instance_types:
        one["ResourceConfig"] = {
            **one["ResourceConfig"],
            "InstanceType": found["ResourceConfig"]["InstanceType"],
        }
    return sorted(differences(one, other))


def elsewhere(asked: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Where the results of a job are whose results or dataset are in other buckets than asked; else ""."""
    results = str(found["OutputDataConfig"]["S3OutputPath"])
    same = results == asked["OutputDataConfig"]["S3OutputPath"] and _sources(asked) == _sources(found)
    return "" if same else results


def differences(asked: Any, found: Any, path: str = "") -> Iterator[str]:
    """Paths at which the job differs from the request; fields that AWS added are ignored."""
    if isinstance(asked, dict) and isinstance(found, dict):
        for key, value in asked.items():
            yield from differences(value, found.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(asked, list) and isinstance(found, list) and len(asked) == len(found):
        for index, (one, other) in enumerate(zip(asked, found, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif asked != found:
        yield path


def _training(job: Mapping[str, Any]) -> dict[str, Any]:
    limits = {k: v for k, v in job["StoppingCondition"].items() if k != "MaxWaitTimeInSeconds"}
    kept = {key: value for key, value in job.items() if key not in _LEFT_OUT}
    channels = [_without_bucket(channel) for channel in _channels(job)]
    return {**kept, "StoppingCondition": limits, "InputDataConfig": channels}


def _channels(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [channel for channel in job["InputDataConfig"] if channel["ChannelName"] != "model"]


def _sources(job: Mapping[str, Any]) -> list[str]:
    return [channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in _channels(job)]


def _without_bucket(channel: dict[str, Any]) -> dict[str, Any]:
    source = channel["DataSource"]["S3DataSource"]
    return {**channel, "DataSource": {"S3DataSource": {**source, "S3Uri": key_of(source["S3Uri"])}}}
