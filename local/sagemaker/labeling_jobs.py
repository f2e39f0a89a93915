"""Labeling jobs: created and described as in AWS, worked on by whoever calls LocalFinishLabelingJob.

Sources: botocore's model; SageMaker Developer Guide, "Monitor labeling job status" and "Output data". The ARN
holds the name in lower case, the output folder holds it as typed.
"""

import uuid
from collections.abc import Iterable

from local.sagemaker.accounts import Account, Json, as_tag_map, in_order, matches_filters, now, page
from local.sagemaker.api_errors import in_use, not_found, validation_error
from local.sagemaker.operations import Grant, Operation, nothing, passes_role

STATE_CHANGE = "SageMaker Ground Truth Labeling Job State Change"
SUMMARY = (
    "LabelingJobName",
    "LabelingJobArn",
    "CreationTime",
    "LastModifiedTime",
    "LabelingJobStatus",
    "LabelCounters",
    "WorkteamArn",
    "PreHumanTaskLambdaArn",
    "AnnotationConsolidationLambdaArn",
    "FailureReason",
    "LabelingJobOutput",
    "InputConfig",
)
NO_COUNTS = dict.fromkeys(
    ("TotalLabeled", "HumanLabeled", "MachineLabeled", "FailedNonRetryableError", "Unlabeled"), 0
)


def _create(account: Account, request: Json) -> Json:
    name = request["LabelingJobName"]
    if name.lower() in account.labeling_jobs:
        raise in_use(f"Labeling job name must be unique. A labeling job with the name {name} already exists.")
    _refuse_attribute_name(request["LabelAttributeName"])
    job = dict(request)
    tags = job.pop("Tags", [])
    job["LabelingJobArn"] = _arn(account, name)
    job["OutputConfig"] = {"KmsKeyId": ""} | job[
        "OutputConfig"
    ]  # AWS answers with "" where nothing was given
    job["CreationTime"] = job["LastModifiedTime"] = now()
    job["LabelingJobStatus"] = "InProgress"
    job["LabelCounters"] = NO_COUNTS
    job["JobReferenceCode"] = uuid.uuid4().hex
    job["Tags"] = tags
    account.tags[job["LabelingJobArn"]] = as_tag_map(tags)
    account.labeling_jobs[name.lower()] = job
    return {"LabelingJobArn": job["LabelingJobArn"]}


def _refuse_attribute_name(name: str) -> None:
    if name.endswith("-metadata") or name in ("source", "source-ref"):
        raise validation_error(f"LabelAttributeName '{name}' is reserved or ends in -metadata")


def _describe(account: Account, request: Json) -> Json:
    return _find(account, request)


def _list(account: Account, request: Json) -> Json:
    jobs = [
        job
        for job in account.labeling_jobs.values()
        if matches_filters(job, request, "LabelingJobName", "LabelingJobStatus")
    ]
    chosen, more = page([_summary(job) for job in in_order(jobs, request)], request)
    return {"LabelingJobSummaryList": chosen, **more}


def _summary(job: Json) -> Json:
    task = job["HumanTaskConfig"]
    found = job | {
        "WorkteamArn": task["WorkteamArn"],
        "PreHumanTaskLambdaArn": task.get("PreHumanTaskLambdaArn", ""),
        "AnnotationConsolidationLambdaArn": task.get("AnnotationConsolidationConfig", {}).get(
            "AnnotationConsolidationLambdaArn", ""
        ),
    }
    return {key: found[key] for key in SUMMARY if key in found}


def _stop(account: Account, request: Json) -> Json:
    """Nobody has labeled anything, so nothing is written; the output that it would have is named (C03)."""
    job = _find(account, request)
    _end(account, job, "Stopped", {"LabelingJobOutput": _output(job)})
    return {}


def _output(job: Json) -> Json:
    folder = job["OutputConfig"]["S3OutputPath"].rstrip("/")
    manifest = f"{folder}/{job['LabelingJobName']}/manifests/output/output.manifest"
    return {"OutputDatasetS3Uri": manifest, "FinalActiveLearningModelArn": ""}


def _finish(account: Account, request: Json) -> Json:
    """Play the workforce: the job ends as the request says, and `Events` events tell of it (default 1).

    `LabelAttributeName` and `LastModifiedTime` replace what the job has, where given: an old job.
    """
    job = _find(account, request)
    output = _output(job)
    result: Json = {
        "LabelingJobOutput": {
            **output,
            "OutputDatasetS3Uri": request.get("OutputDatasetS3Uri", output["OutputDatasetS3Uri"]),
        },
        "LabelCounters": NO_COUNTS | request.get("LabelCounters", {}),
    }
    if "LabelAttributeName" in request:
        result["LabelAttributeName"] = request["LabelAttributeName"]
    status = request.get("LabelingJobStatus", "Completed")
    if status == "Failed":
        result["FailureReason"] = request.get("FailureReason", "")
    _end(account, job, status, result, events=request.get("Events", 1))
    job["LastModifiedTime"] = request.get("LastModifiedTime", job["LastModifiedTime"])
    return {"LabelingJobArn": job["LabelingJobArn"]}


def _end(account: Account, job: Json, status: str, result: Json, events: int = 1) -> None:
    job.update(result, LabelingJobStatus=status, LastModifiedTime=now())
    for _ in range(events):
        account.publish(STATE_CHANGE, job["LabelingJobArn"], {"LabelingJobStatus": status})


def _find(account: Account, request: Json) -> Json:
    job = account.labeling_jobs.get(request["LabelingJobName"].lower())
    if job is None:
        raise not_found(f"Labeling job {request['LabelingJobName']}")
    return job


def _arn(account: Account, name: str) -> str:
    return account.arn(f"labeling-job/{name.lower()}")


def _may_create(account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:CreateLabelingJob", _arn(account, request["LabelingJobName"]))
    yield passes_role(request["RoleArn"])


def _may_describe(account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:DescribeLabelingJob", _arn(account, request["LabelingJobName"]))


def _may_list(_account: Account, _request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:ListLabelingJobs", "*")


def _may_stop(account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:StopLabelingJob", _arn(account, request["LabelingJobName"]))


OPERATIONS = {
    "CreateLabelingJob": Operation(_may_create, _create),
    "DescribeLabelingJob": Operation(_may_describe, _describe),
    "ListLabelingJobs": Operation(_may_list, _list),
    "StopLabelingJob": Operation(_may_stop, _stop),
    "LocalFinishLabelingJob": Operation(nothing, _finish, modelled=False),
}
