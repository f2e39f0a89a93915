"""moto's SageMaker, taught what it lacks and AWS has.

Labeling jobs; refusal of a training-job name that was used before; quotas; registration that is idempotent by
token; training jobs that end as a test says. Shapes and codes: botocore's model, SageMaker API reference.
"""

import json
import threading
from datetime import UTC, datetime

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse

ACCOUNT, REGION = "123456789012", "eu-west-1"


class ResourceNotFound(ServiceException):
    code = "ResourceNotFound"


class ResourceInUse(ServiceException):
    code = "ResourceInUse"


class ResourceLimitExceeded(ServiceException):
    code = "ResourceLimitExceeded"


class ValidationException(ServiceException):
    code = "ValidationException"


class SageMakerFake:
    """What tests set and look at.

    Attributes:
        without_quota: instance types that are refused.
        quota_first: whether a repeated name is noticed only where there is quota.
        refusal: what CreateTrainingJob is refused with.
        registry_refusal: what CreateModelPackage is refused with.
        training_requests: accepted CreateTrainingJob requests by name.
    """

    def __init__(self, monkeypatch):
        self.labeling_jobs = {}
        self.without_quota = set()
        self.quota_first = False
        self.refusal = ""
        self.registry_refusal = ""
        self.groups = set()
        self.training_requests = {}
        self.training_started = {}
        self.training_changed = {}
        self.outcomes = {}
        self.packages = {}
        self._registering = threading.Lock()
        self._moto_create = SageMakerResponse.create_training_job
        self._moto_describe = SageMakerResponse.describe_training_job
        self._moto_register = SageMakerResponse.create_model_package
        self._moto_make_group = SageMakerResponse.create_model_package_group
        fake = self

        def answer(method):
            return lambda response: method(fake, response)

        for operation in (
            "describe_labeling_job",
            "list_labeling_jobs",
            "create_training_job",
            "describe_training_job",
            "list_training_jobs",
            "create_model_package",
            "create_model_package_group",
        ):
            monkeypatch.setattr(
                SageMakerResponse, operation, answer(getattr(SageMakerFake, f"_{operation}")), False
            )

    def add_labeling_job(self, name, *, status="Completed", output=None, label="boxes", at=None, **more):
        """A labeling job as typed; its ARN is in lower case, as AWS's are."""
        self.labeling_jobs[name.lower()] = {
            "LabelingJobName": name,
            "LabelingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/{name.lower()}",
            "LabelingJobStatus": status,
            "LabelAttributeName": label,
            "LabelCounters": {"TotalLabeled": 1},
            "LabelingJobOutput": {"OutputDatasetS3Uri": output or "", "FinalActiveLearningModelArn": ""},
            "CreationTime": datetime.now(UTC),
            "LastModifiedTime": at or datetime.now(UTC),
            "JobReferenceCode": "r",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bkt/input.manifest"}}},
            "OutputConfig": {"S3OutputPath": "s3://labels/out/", "KmsKeyId": ""},
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/labeling",
            "HumanTaskConfig": {},
            **more,
        }
        return self.labeling_jobs[name.lower()]["LabelingJobArn"]

    def end_training_job(self, name, status, secondary_status=None, *, at=None, **more):
        """How DescribeTrainingJob shall answer from now on, and lists when the job ended at that time."""
        self.training_changed[name] = at or datetime.now(UTC)
        self.outcomes[name] = {
            "TrainingJobStatus": status,
            "SecondaryStatus": secondary_status or status,
            **more,
        }

    def _describe_labeling_job(self, response):
        return ActionResult(self._find_labeling_job(response._get_param("LabelingJobName")))

    def _find_labeling_job(self, name):
        if name.lower() not in self.labeling_jobs:
            raise ResourceNotFound("Requested labeling job could not be found")
        return self.labeling_jobs[name.lower()]

    def _list_labeling_jobs(self, response):
        status = response._get_param("StatusEquals")
        found = [
            job
            for job in self.labeling_jobs.values()
            if job["LabelingJobStatus"] == status and _changed_when_asked_for(job, response)
        ]
        return _page(found, "LabelingJobSummaryList", response)

    def _create_training_job(self, response):
        name = response._get_param("TrainingJobName")
        instance_type = response._get_param("ResourceConfig")["InstanceType"]
        if self.refusal:
            raise ValidationException(self.refusal)
        if name in self.training_requests and not self.quota_first:
            raise ResourceInUse(f"Training job names must be unique: {name} already exists")
        if instance_type in self.without_quota:
            raise ResourceLimitExceeded(
                f"The account-level service limit '{instance_type} for training job usage' is 0 Instances"
            )
        self.training_requests[name] = json.loads(response.body)
        self.training_started[name] = datetime.now(UTC)
        return self._moto_create(response)

    def _describe_training_job(self, response):
        answer = self._moto_describe(response)
        answer.result.update(self.outcomes.get(response._get_param("TrainingJobName"), {}))
        return answer

    def _list_training_jobs(self, response):
        part, status = response._get_param("NameContains"), response._get_param("StatusEquals")
        after = response._get_param("CreationTimeAfter")
        found = [
            self._summary(name)
            for name, started in self.training_started.items()
            if part in name and (after is None or after <= started.replace(tzinfo=None))
        ]
        wanted = [
            job
            for job in found
            if status in (None, job["TrainingJobStatus"]) and _changed_when_asked_for(job, response)
        ]
        return _page(wanted, "TrainingJobSummaries", response)

    def _summary(self, name):
        """Jobs are taken to have ended until a test says otherwise."""
        return {
            "TrainingJobName": name,
            "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{name}",
            "CreationTime": self.training_started[name],
            "LastModifiedTime": self.training_changed.get(name, self.training_started[name]),
            "TrainingJobStatus": self.outcomes.get(name, {}).get("TrainingJobStatus", "Completed"),
        }

    def _create_model_package(self, response):
        if self.registry_refusal:
            raise ValidationException(self.registry_refusal)
        token = response._get_param("ClientToken")
        with self._registering:  # of two requests with one token in the same moment, too, one registers
            if token not in self.packages:
                self.packages[token] = self._moto_register(response)
            return self.packages[token]

    def _create_model_package_group(self, response):
        name = response._get_param("ModelPackageGroupName")
        if name in self.groups:
            raise ValidationException(f"Model Package Group already exists: {name}")
        self.groups.add(name)
        return self._moto_make_group(response)


def _changed_when_asked_for(job, response):
    after, before = (response._get_param(f"LastModifiedTime{side}") for side in ("After", "Before"))
    changed = job["LastModifiedTime"].replace(tzinfo=None)
    return (after or changed) <= changed <= (before or changed)


def _page(found, key, response):
    start, size = int(response._get_param("NextToken") or 0), int(response._get_param("MaxResults") or 10)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return ActionResult({key: found[start : start + size], **more})
