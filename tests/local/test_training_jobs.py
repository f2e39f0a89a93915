import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws
from tests.local.conftest import make_role
from tests.waiting import eventually

IMAGE = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/object-detection:1"


@pytest.fixture
def request_for(aws: EmbeddedAws, unique: str, training_role: str) -> Callable[..., dict[str, Any]]:
    """A CreateTrainingJob request over a small data set of its own; arguments replace members."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=unique, Key="a.jpg", Body=b"jpg")
    line = {"source-ref": f"s3://{unique}/a.jpg", "boxes": {"annotations": [{"class_id": 0}] * 3}}
    s3.put_object(Bucket=unique, Key="train.manifest", Body=(json.dumps(line) + "\n").encode() * 4)

    def request(**replaced: Any) -> dict[str, Any]:
        return {
            "TrainingJobName": unique,
            "RoleArn": training_role,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "Pipe"},
            "HyperParameters": {
                "mini_batch_size": "4",
                "num_classes": "1",
                "num_training_samples": "4",
            },
            "InputDataConfig": [channel(unique)],
            "OutputDataConfig": {"S3OutputPath": f"s3://{unique}/training/"},
            "ResourceConfig": {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            **replaced,
        }

    return request


def channel(bucket: str, *attributes: str) -> dict[str, Any]:
    source = {
        "S3DataType": "AugmentedManifestFile",
        "S3Uri": f"s3://{bucket}/train.manifest",
        "AttributeNames": list(attributes or ("source-ref", "boxes")),
    }
    return {"ChannelName": "train", "DataSource": {"S3DataSource": source}}


def wait_for_end(sagemaker: Any, name: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped") else None

    job = eventually(ended)
    assert job is not None, f"{name} did not end"
    return job


def refused(sagemaker: Any, request: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        sagemaker.create_training_job(**request)


def test_a_job_completes_and_leaves_its_artifact(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    sagemaker.create_training_job(**request_for())
    job = wait_for_end(sagemaker, unique)
    assert job["TrainingJobStatus"] == "Completed"
    key = f"training/{unique}/output/model.tar.gz"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{unique}/{key}"
    assert aws.client("s3").get_object(Bucket=unique, Key=key)["Body"].read(2) == b"\x1f\x8b"
    assert [metric["MetricName"] for metric in job["FinalMetricDataList"]] == ["validation:mAP"]


def test_every_state_sends_an_event_with_times_in_milliseconds_and_tags_as_a_map(
    sagemaker: Any, unique: str, request_for: Any, events: Any
) -> None:
    sagemaker.create_training_job(**request_for(Tags=[{"Key": "team", "Value": "vision"}]))
    wait_for_end(sagemaker, unique)
    own = [e for e in events() if e["resources"][0].endswith(f"training-job/{unique}")]
    states = [event["detail"]["SecondaryStatus"] for event in own]
    assert sorted(states) == sorted(
        [
            "Starting",
            "LaunchingMLInstances",
            "PreparingTrainingStack",
            "Downloading",
            "Training",
            "Uploading",
            "Completed",
        ]
    )
    detail = own[-1]["detail"]
    assert own[-1]["detail-type"] == "SageMaker Training Job State Change"
    assert detail["Tags"] == {"team": "vision"}
    assert detail["CreationTime"] > 10**12


def test_a_repeated_name_is_refused(sagemaker: Any, request_for: Any) -> None:
    sagemaker.create_training_job(**request_for())
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="must be unique"):
        sagemaker.create_training_job(**request_for())


def test_a_role_that_sagemaker_cannot_assume_is_refused(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    role = make_role(aws, unique, "lambda.amazonaws.com", ["s3:*"])
    refused(sagemaker, request_for(RoleArn=role), "Could not assume role")


def test_a_cpu_instance_is_refused_by_a_gpu_algorithm(sagemaker: Any, request_for: Any) -> None:
    instances = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}
    refused(sagemaker, request_for(ResourceConfig=instances), "only GPU instances")


def test_spot_without_a_longest_wait_is_refused(sagemaker: Any, request_for: Any) -> None:
    refused(sagemaker, request_for(EnableManagedSpotTraining=True), "MaxWaitTimeInSeconds")


def test_an_augmented_manifest_in_file_mode_is_refused(sagemaker: Any, request_for: Any) -> None:
    algorithm = {"TrainingImage": IMAGE, "TrainingInputMode": "File"}
    refused(sagemaker, request_for(AlgorithmSpecification=algorithm), "Pipe")


def test_a_volume_key_on_local_storage_is_refused(sagemaker: Any, request_for: Any) -> None:
    instances = request_for()["ResourceConfig"] | {"VolumeKmsKeyId": "alias/any"}
    refused(sagemaker, request_for(ResourceConfig=instances), "VolumeKmsKeyId")


def test_a_quota_of_zero_is_refused_with_its_name(aws: EmbeddedAws, sagemaker: Any, request_for: Any) -> None:
    aws.control("LocalSetQuota", InstanceType="ml.p3.2xlarge", Limit=0)
    instances = request_for()["ResourceConfig"] | {"InstanceType": "ml.p3.2xlarge"}
    with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded, match="training job usage' is 0"):
        sagemaker.create_training_job(**request_for(ResourceConfig=instances))


SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200},
}


def test_a_type_without_capacity_fails_a_job_on_demand(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalSetCapacity", InstanceType="ml.p3.8xlarge", Available=False)
    instances = request_for()["ResourceConfig"] | {"InstanceType": "ml.p3.8xlarge"}
    sagemaker.create_training_job(**request_for(ResourceConfig=instances))
    assert wait_for_end(sagemaker, unique)["FailureReason"].startswith("CapacityError")


def test_a_spot_job_without_capacity_is_stopped_when_its_wait_is_over_and_never_ran(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalSetCapacity", InstanceType="ml.p3.16xlarge", Available=False, Spot=True)
    instances = request_for()["ResourceConfig"] | {"InstanceType": "ml.p3.16xlarge"}
    sagemaker.create_training_job(**request_for(ResourceConfig=instances, **SPOT))
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    stages = [stage["Status"] for stage in job["SecondaryStatusTransitions"]]
    assert stages == ["Starting", "Stopping", "MaxWaitTimeExceeded"]
    assert "FailureReason" not in job
    assert "TrainingStartTime" not in job


def test_a_type_without_spot_capacity_still_runs_on_demand(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalSetCapacity", InstanceType="ml.p3.16xlarge", Available=False, Spot=True)
    instances = request_for()["ResourceConfig"] | {"InstanceType": "ml.p3.16xlarge"}
    sagemaker.create_training_job(**request_for(ResourceConfig=instances))
    assert wait_for_end(sagemaker, unique)["TrainingJobStatus"] == "Completed"


def test_a_spot_job_that_finds_no_machine_after_an_interruption_leaves_checkpoints(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalNextTrainingOutcome", Outcome="MaxWaitTimeExceeded")
    checkpoints = {"S3Uri": f"s3://{unique}/checkpoints/{unique}/"}
    sagemaker.create_training_job(**request_for(CheckpointConfig=checkpoints, **SPOT))
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    stages = [stage["Status"] for stage in job["SecondaryStatusTransitions"]]
    assert stages[-4:] == ["Training", "Interrupted", "Stopping", "MaxWaitTimeExceeded"]
    assert "ModelArtifacts" not in job
    found = aws.client("s3").list_objects_v2(Bucket=unique, Prefix=f"checkpoints/{unique}/")
    assert found["KeyCount"] == 1


@pytest.mark.parametrize(
    ("hyperparameters", "reason"),
    [
        ({"label_width": "16", "mini_batch_size": "1"}, "label_width"),
        ({"mini_batch_size": "5"}, "mini_batch_size"),
    ],
)
def test_data_that_does_not_fit_the_hyperparameters_fails_the_job(
    sagemaker: Any, unique: str, request_for: Any, hyperparameters: dict[str, str], reason: str
) -> None:
    counts = {"num_classes": "1", "num_training_samples": "4"}
    sagemaker.create_training_job(**request_for(HyperParameters=counts | hyperparameters))
    job = wait_for_end(sagemaker, unique)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]


def test_an_attribute_that_is_not_in_the_manifest_fails_the_job(
    sagemaker: Any, unique: str, request_for: Any
) -> None:
    sagemaker.create_training_job(**request_for(InputDataConfig=[channel(unique, "source-ref", "other")]))
    assert "Got empty batch from pipe" in wait_for_end(sagemaker, unique)["FailureReason"]


def test_a_missing_image_fails_the_job(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.client("s3").delete_object(Bucket=unique, Key="a.jpg")
    sagemaker.create_training_job(**request_for())
    assert "a.jpg" in wait_for_end(sagemaker, unique)["FailureReason"]


def test_a_role_that_cannot_read_the_data_fails_the_job(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    role = make_role(aws, unique, "sagemaker.amazonaws.com", ["s3:PutObject"])
    sagemaker.create_training_job(**request_for(RoleArn=role))
    assert "train.manifest" in wait_for_end(sagemaker, unique)["FailureReason"]


def test_a_stopped_job_ends_stopped(sagemaker: Any, unique: str, request_for: Any) -> None:
    sagemaker.create_training_job(**request_for())
    sagemaker.stop_training_job(TrainingJobName=unique)
    assert wait_for_end(sagemaker, unique)["TrainingJobStatus"] == "Stopped"


def test_a_job_that_runs_out_of_time_is_stopped_and_keeps_its_artifact(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalNextTrainingOutcome", Outcome="MaxRuntimeExceeded")
    sagemaker.create_training_job(**request_for())
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert "ModelArtifacts" in job


def test_a_job_can_end_without_a_word_and_seem_to_have_ended_long_ago(
    aws: EmbeddedAws, sagemaker: Any, events: Any, unique: str, request_for: Any
) -> None:
    aws.control("LocalNextTrainingOutcome", Events=0, LastModifiedTime=1_700_000_000)
    sagemaker.create_training_job(**request_for())
    assert wait_for_end(sagemaker, unique)["LastModifiedTime"].timestamp() == 1_700_000_000
    own = [e for e in events() if e["resources"][0].endswith(f"training-job/{unique}")]
    assert {event["detail"]["TrainingJobStatus"] for event in own} == {"InProgress"}


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (["iam:PassRole"], "sagemaker:CreateTrainingJob"),
        (["sagemaker:CreateTrainingJob"], "iam:PassRole"),
    ],
)
def test_a_caller_without_a_grant_is_refused(
    aws: EmbeddedAws, unique: str, request_for: Any, granted: list[str], missing: str
) -> None:
    caller = client_of_user(aws, unique, granted)
    refused(caller, request_for(), f"AccessDeniedException.*{missing}")


def test_a_wrong_signature_is_refused(aws: EmbeddedAws, unique: str, request_for: Any) -> None:
    caller = client_of_user(aws, unique, ["sagemaker:*", "iam:*"], secret="wrong")
    refused(caller, request_for(), "InvalidSignature|SignatureDoesNotMatch")


def client_of_user(aws: EmbeddedAws, name: str, actions: list[str], secret: str | None = None) -> Any:
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName=name, PolicyName="some", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], secret or key["SecretAccessKey"], region_name=aws.region)
    return session.client("sagemaker", endpoint_url=aws.endpoint)
