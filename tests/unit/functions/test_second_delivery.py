"""Every outcome of every step, delivered again: nothing new is made, nobody is told twice."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import dump_dataset, parse_dataset
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Labeling
from tests.datasets import KEYS, a_dataset
from tests.mocked_aws import GROUP
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event, training_event
from tests.unit.functions.test_record_outcome import NO_CAPACITY, train
from tests.unit.functions.test_start_training import ready

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


def strict(pipeline):
    pipeline.settings = replace(pipeline.settings, gate=Gate(min_records=10**6))


def loose(pipeline):
    """Hardly anything is forbidden."""
    gate = Gate(min_records=2, classes_in_both_splits=False)
    pipeline.settings = replace(pipeline.settings, gate=gate)


def labeled(aws, pipeline, **job):
    return "convert", labeling_event(finish_labeling_job(aws, at=AN_HOUR_AGO, **job))


def refused_labels(aws, pipeline):
    strict(pipeline)
    return labeled(aws, pipeline)


def unusable(aws, pipeline):
    loose(pipeline)
    return labeled(aws, pipeline, manifest="not json\n")


def failed_labeling(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, labeling=Labeling(statuses=("Completed", "Failed")))
    return labeled(aws, pipeline, status="Failed", FailureReason="why")


def ignored_labeling(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, labeling=Labeling(statuses=("Completed",)))
    return labeled(aws, pipeline, status="Stopped")


def late(aws, pipeline):
    arn = aws.sagemaker.add_labeling_job("late", output="s3://labels/out/late/output.manifest")
    return "convert", labeling_event(arn)


def a_ready_dataset(aws, pipeline):
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket="datasets")
    return "start", ready()


def refused_start(aws, pipeline):
    strict(pipeline)
    return a_ready_dataset(aws, pipeline)


def no_quota(aws, pipeline):
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}
    return a_ready_dataset(aws, pipeline)


def refused_request(aws, pipeline):
    aws.sagemaker.refusal = "Could not assume role"
    return a_ready_dataset(aws, pipeline)


def trained(aws, pipeline, status="Completed", *secondary, **more):
    job = train(aws, a_dataset(), hyperparameters=pipeline.settings.training.hyperparameters)
    aws.sagemaker.end_training_job(job, status, *secondary, **more)
    return "record", training_event(job, status)


def failed_training(aws, pipeline):
    return trained(aws, pipeline, "Failed", FailureReason="?")


def without_capacity(aws, pipeline):
    return trained(aws, pipeline, "Failed", FailureReason=NO_CAPACITY)


def stopped(aws, pipeline):
    return trained(aws, pipeline, "Stopped", ModelArtifacts={})


def unknown_job(aws, pipeline):
    return "record", training_event("groundtrain-test-nobody")


OUTCOMES = {  # how many mails, and the kinds of the events
    labeled: (0, {"Dataset Ready"}),
    refused_labels: (1, {"Dataset Rejected"}),
    unusable: (1, {"Dataset Rejected"}),
    failed_labeling: (1, set()),
    ignored_labeling: (0, set()),
    late: (0, set()),
    a_ready_dataset: (0, set()),
    refused_start: (1, set()),
    no_quota: (1, set()),
    refused_request: (1, set()),
    trained: (1, set()),
    failed_training: (1, set()),
    without_capacity: (1, {"Dataset Ready"}),
    stopped: (1, set()),
    unknown_job: (1, set()),
}


def made(aws):
    """All that the steps leave behind."""
    packages = aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)
    objects = {bucket: {key: aws.get(key, bucket) for key in aws.written(bucket)} for bucket in ("datasets",)}
    return objects, sorted(aws.sagemaker.training_requests), len(packages["ModelPackageSummaryList"])


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.__name__)
def test_a_second_and_a_third_delivery_change_nothing_and_tell_nobody_again(aws, pipeline, outcome):
    mails, kinds = OUTCOMES[outcome]
    step, event = outcome(aws, pipeline)
    kept = getattr(pipeline, step)(event)
    first, told, announced = made(aws), aws.mails(), aws.events()
    assert len(told) == mails
    assert {one["detail-type"] for one in announced} == kinds
    for _ in range(2):
        assert getattr(pipeline, step)(event) == kept
        assert made(aws) == first
        assert aws.mails() == []
        again = aws.events()
        assert [one["detail"] for one in again] == [one["detail"] for one in announced]
        assert {one["detail-type"] for one in again} == kinds


def test_the_gate_of_an_unusable_manifest_stays_closed(aws, pipeline):
    step, event = unusable(aws, pipeline)
    for _ in range(2):
        getattr(pipeline, step)(event)
        (key,) = [key for key in aws.written() if key.endswith("dataset.json")]
        assert not parse_dataset(aws.get(key)).gate.open
        assert [one["detail-type"] for one in aws.events()] == ["Dataset Rejected"]
