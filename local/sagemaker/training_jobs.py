"""Training jobs: accepted or refused as AWS does, then run by `training_run`.

Sources: botocore's model; SageMaker Developer Guide, "Automating Amazon SageMaker with Amazon EventBridge".
"""

import threading
from collections.abc import Iterable, Mapping
from functools import partial

from local.sagemaker import training_run
from local.sagemaker.accounts import Account, Json, as_tag_map, in_order, matches_filters, now, page
from local.sagemaker.api_errors import ApiError, in_use, not_found
from local.sagemaker.operations import Grant, Operation, nothing, passes_role
from local.sagemaker.programs import Command
from local.sagemaker.refused_training_requests import refuse_impossible

ENDED = ("Completed", "Failed", "Stopped")
SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)


class TrainingJobs:
    """The operations on training jobs; each job runs in a thread of its own.

    Args:
        endpoint: where jobs find S3.
        seconds: how long a job takes that trains nothing.
        programs: what really trains, by image.
    """

    def __init__(self, endpoint: str, seconds: float, programs: Mapping[str, Command] = {}) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._programs = programs

    def operations(self) -> dict[str, Operation[Account]]:
        """The rows of the table, those included that only this emulator has."""
        return {
            "CreateTrainingJob": Operation(_may_create, self._create),
            "DescribeTrainingJob": Operation(partial(_may, "DescribeTrainingJob"), _find),
            "ListTrainingJobs": Operation(_may_list, _list),
            "StopTrainingJob": Operation(partial(_may, "StopTrainingJob"), _stop),
            "LocalDescribeTrainingRequest": Operation(nothing, _describe_request, modelled=False),
            "LocalSetQuota": Operation(nothing, _set_quota, modelled=False),
            "LocalSetCapacity": Operation(nothing, _set_capacity, modelled=False),
            "LocalNextTrainingOutcome": Operation(nothing, _set_outcome, modelled=False),
        }

    def _create(self, account: Account, request: Json) -> Json:
        name = request["TrainingJobName"]
        refuse_impossible(account, request)
        if name in account.training_jobs:
            raise in_use(
                f"Training job names must be unique within an AWS account and region. {name} already exists."
            )
        _refuse_over_quota(account, request)
        job = training_run.accepted(account, request)
        account.training_jobs[name] = job
        account.training_requests[name] = request
        account.tags[job["TrainingJobArn"]] = as_tag_map(request.get("Tags", []))
        program = self._programs.get(request["AlgorithmSpecification"].get("TrainingImage", ""), ())
        run = training_run.TrainingRun(account, job, self._endpoint, self._seconds, program)
        threading.Thread(target=run.run, daemon=True, name=name).start()
        return {"TrainingJobArn": job["TrainingJobArn"]}


def _refuse_over_quota(account: Account, request: Json) -> None:
    instances = request["ResourceConfig"]
    kind, wanted = instances["InstanceType"], instances["InstanceCount"]
    limit = account.quotas.get(kind)
    used = sum(
        job["ResourceConfig"]["InstanceCount"]
        for job in account.training_jobs.values()
        if job["ResourceConfig"]["InstanceType"] == kind and job["TrainingJobStatus"] not in ENDED
    )
    if limit is not None and used + wanted > limit:
        spot = "spot " if request.get("EnableManagedSpotTraining") else ""
        raise ApiError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{kind} for {spot}training job usage' is {limit} Instances,"
            f" with current utilization of {used} Instances and a request delta of {wanted} Instances."
            " Please use AWS Service Quotas to request an increase for this quota.",
        )


def _find(account: Account, request: Json) -> Json:
    job = account.training_jobs.get(request["TrainingJobName"])
    if job is None:
        raise not_found(f"Requested resource not found: training job {request['TrainingJobName']}")
    return job


def _list(account: Account, request: Json) -> Json:
    jobs = [
        job
        for job in account.training_jobs.values()
        if matches_filters(job, request, "TrainingJobName", "TrainingJobStatus")
    ]
    found = in_order(jobs, request)
    chosen, more = page([{key: job[key] for key in SUMMARY if key in job} for job in found], request)
    return {"TrainingJobSummaries": chosen, **more}


def _stop(account: Account, request: Json) -> Json:
    job = _find(account, request)
    if job["TrainingJobStatus"] == "InProgress":
        job["TrainingJobStatus"] = job["SecondaryStatus"] = "Stopping"
        job["LastModifiedTime"] = now()
    return {}


def _describe_request(account: Account, request: Json) -> Json:
    return account.training_requests[_find(account, request)["TrainingJobName"]]


def _set_quota(account: Account, request: Json) -> Json:
    account.quotas[request["InstanceType"]] = request["Limit"]
    return {}


def _set_capacity(account: Account, request: Json) -> Json:
    """Say whether there are machines of `InstanceType`; only on spot, or not, where `Spot` says so."""
    for spot in (request["Spot"],) if "Spot" in request else (True, False):
        machine = request["InstanceType"], spot
        if request["Available"]:
            account.without_capacity.discard(machine)
        else:
            account.without_capacity.add(machine)
    return {}


def _set_outcome(account: Account, request: Json) -> Json:
    """Say how the next training job ends: `Outcome` Failed, MaxRuntimeExceeded or MaxWaitTimeExceeded.

    Interrupted: a program is killed once it has written a checkpoint, and another attempt is made.
    A failed one takes `FailureReason`; one that exceeds MaxWaitTime ran and found no machine any more.
    `Events` events tell of its end (default 1); `LastModifiedTime` is when it seems to have ended.
    """
    account.next_outcomes.append(request)
    return {}


def _may(action: str, account: Account, request: Json) -> Iterable[Grant]:
    yield Grant(f"sagemaker:{action}", account.arn(f"training-job/{request['TrainingJobName']}"))


def _may_list(_account: Account, _request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:ListTrainingJobs", "*")


def _may_create(account: Account, request: Json) -> Iterable[Grant]:
    arn = account.arn(f"training-job/{request['TrainingJobName']}")
    yield Grant("sagemaker:CreateTrainingJob", arn, _conditions(request))
    if request.get("Tags"):
        yield Grant("sagemaker:AddTags", arn, {"sagemaker:TaggingAction": "CreateTrainingJob"})
    yield passes_role(request["RoleArn"])


def _conditions(request: Json) -> Json:
    """Values of the condition keys that CreateTrainingJob has (service authorization reference)."""
    kind = request.get("ResourceConfig", {}).get("InstanceType")
    runtime = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    found = {
        "sagemaker:InstanceTypes": [kind] if kind else None,
        "sagemaker:MaxRuntimeInSeconds": runtime,
        "sagemaker:NetworkIsolation": request.get("EnableNetworkIsolation"),
        "sagemaker:InterContainerTrafficEncryption": request.get("EnableInterContainerTrafficEncryption"),
        "sagemaker:VolumeKmsKey": request.get("ResourceConfig", {}).get("VolumeKmsKeyId"),
        "sagemaker:OutputKmsKey": request["OutputDataConfig"].get("KmsKeyId"),
    }
    tags = {f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in request.get("Tags", [])}
    spelled = {key: str(value).lower() if isinstance(value, bool) else value for key, value in found.items()}
    return {key: value for key, value in {**spelled, **tags}.items() if value is not None}
