import json

import msgspec
import pytest

from groundtrain.dataset.description import dump_dataset
from groundtrain.settings.dataset_settings import Gate
from tests.datasets import FOLDER, KEYS, a_dataset, an_announcement


def ready(**changes):
    return {
        "source": "groundtrain",
        "detail-type": "Dataset Ready",
        "detail": msgspec.to_builtins(an_announcement(**changes)),
    }


@pytest.fixture
def dataset(aws):
    dataset = a_dataset()
    aws.put(f"{KEYS}dataset.json", dump_dataset(dataset), bucket="datasets")
    return dataset


def the_request(aws):
    (request,) = aws.sagemaker.training_requests.values()
    return request


def test_a_ready_dataset_starts_its_training_job(aws, pipeline, dataset):
    pipeline.start(ready())
    request = the_request(aws)
    assert request["HyperParameters"]["num_training_samples"] == str(dataset.train.records)
    train, validation = (
        channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in request["InputDataConfig"]
    )
    assert (train, validation) == (f"{FOLDER}train.manifest", f"{FOLDER}validation.manifest")
    assert request["OutputDataConfig"]["KmsKeyId"].startswith("arn:aws:kms:")
    assert aws.mails() == []


def test_three_deliveries_start_one_job(aws, pipeline, dataset):
    pipeline.start(ready(), ready(), ready())
    assert len(aws.sagemaker.training_requests) == 1
    assert aws.mails() == []


def test_a_higher_attempt_starts_another_job(aws, pipeline, dataset):
    pipeline.start(ready(), ready(attempt=1))
    first, second = aws.sagemaker.training_requests
    assert second == f"{first}-a1"


def test_the_gate_is_checked_again_from_the_dataset(aws, pipeline, dataset):
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=5000))
    pipeline.start(ready())
    assert aws.sagemaker.training_requests == {}
    (mail,) = aws.mails()
    assert "5000" in mail["Message"]


def test_a_closed_gate_can_be_overridden(aws, pipeline, dataset):
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=5000))
    pipeline.start(ready(override_gate=True))
    assert len(aws.sagemaker.training_requests) == 1


def test_nothing_trains_on_an_empty_dataset_even_with_the_gate_overridden(aws, pipeline):
    empty = msgspec.structs.replace(a_dataset(), train=msgspec.structs.replace(a_dataset().train, records=0))
    aws.put(f"{KEYS}dataset.json", dump_dataset(empty), bucket="datasets")
    assert pipeline.start(ready(override_gate=True))
    assert aws.sagemaker.training_requests == {}
    assert len(aws.mails()) == 1


def test_without_quota_the_next_instance_type_is_taken(aws, pipeline, dataset):
    aws.sagemaker.without_quota.add("ml.g5.2xlarge")
    pipeline.start(ready())
    assert the_request(aws)["ResourceConfig"]["InstanceType"] == "ml.g4dn.2xlarge"


def test_without_any_machine_the_message_waits_and_people_hear_once(aws, pipeline, dataset):
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}
    assert pipeline.start(ready()) == [ready()]
    assert pipeline.postpone("start_training", 2)
    (mail,) = aws.mails()
    assert "ml.g4dn.2xlarge for training job usage" in mail["Message"]


def test_a_job_started_before_a_crash_is_found_although_it_uses_up_the_quota(aws, pipeline, dataset):
    pipeline.start(ready())
    aws.sagemaker.quota_first = True
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}
    assert pipeline.start(ready()) == []
    assert aws.mails() == []
    assert len(aws.sagemaker.training_requests) == 1


def test_a_job_of_that_name_with_other_inputs_is_an_error_that_people_hear_of(aws, pipeline, dataset):
    pipeline.start(ready())
    (name,) = aws.sagemaker.training_requests
    aws.sagemaker.end_training_job(name, "InProgress", HyperParameters={"epochs": "1"})
    assert pipeline.start(ready())
    assert "other inputs (HyperParameters" in aws.mails()[0]["Message"]


def test_what_sagemaker_refuses_is_told_in_its_own_words(aws, pipeline, dataset):
    aws.sagemaker.refusal = "Could not assume role"
    assert pipeline.start(ready())
    assert "Could not assume role" in aws.mails()[0]["Message"]


def test_a_dataset_elsewhere_is_not_trained_on(aws, pipeline):
    assert pipeline.start(ready(dataset="s3://elsewhere/datasets/x/"))
    assert aws.sagemaker.training_requests == {}


def test_a_dataset_json_of_another_kind_is_told_to_people(aws, pipeline):
    aws.put(f"{KEYS}dataset.json", b'{"format": 1}', bucket="datasets")
    assert pipeline.start(ready())
    assert len(aws.mails()) == 1


def test_a_misspelt_announcement_starts_nothing(aws, pipeline, dataset):
    event = ready()
    event["detail"]["overide_gate"] = True
    assert pipeline.start(event)
    assert aws.sagemaker.training_requests == {}
    assert "overide_gate" in aws.mails()[0]["Message"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped", "InProgress"])
def test_what_an_earlier_deployment_trained_is_not_trained_again_and_people_hear_how_it_is(
    aws, pipeline, dataset, status
):
    pipeline.start(ready())
    ((name, request),) = aws.sagemaker.training_requests.items()
    moved = json.dumps(request).replace("s3://datasets/", "s3://old-datasets/")
    moved = json.loads(moved.replace("s3://models/", "s3://old-models/"))
    aws.sagemaker.outcomes[name] = {
        key: moved[key] for key in ("InputDataConfig", "OutputDataConfig", "CheckpointConfig")
    } | {"RoleArn": "arn:aws:iam::123456789012:role/old", "TrainingJobStatus": status}
    assert pipeline.start(ready(), ready()) == []
    assert list(aws.sagemaker.training_requests) == [name]
    (mail,) = aws.mails()
    assert "not trained again" in mail["Subject"]
    assert f"Its status is {status}." in mail["Message"]
    assert "s3://old-models/training/" in mail["Message"]
