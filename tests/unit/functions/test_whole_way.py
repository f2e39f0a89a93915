"""From a finished labeling job to a registered model; with interruptions in tests/property."""

from tests.mocked_aws import GROUP
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event, training_event


def datasets(aws):
    return {key: aws.get(key) for key in aws.written()}


def jobs(aws):
    return dict(aws.sagemaker.training_requests)


def packages(aws):
    found = aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    return [package["ModelPackageArn"] for package in found]


def go_the_whole_way(aws, pipeline, *, times=1):
    """Every event arrives that many times."""
    pipeline.convert(*[labeling_event(finish_labeling_job(aws))] * times)
    pipeline.start(*aws.events() * times)
    pipeline.record(*[training_event(name) for name in jobs(aws)] * times)


def test_a_finished_labeling_job_becomes_a_registered_model(aws, pipeline):
    go_the_whole_way(aws, pipeline)
    assert len(jobs(aws)) == 1
    assert len(packages(aws)) == 1
    assert len(aws.mails()) == 1


def test_every_event_three_times_gives_one_dataset_one_job_one_package(aws, pipeline):
    go_the_whole_way(aws, pipeline, times=3)
    assert len([key for key in datasets(aws) if key.endswith("dataset.json")]) == 1
    assert len(jobs(aws)) == 1
    assert len(packages(aws)) == 1
    assert len(aws.mails()) == 1


def test_nothing_trains_twice_after_others_have_read_and_copied_the_ledger(aws, pipeline):
    go_the_whole_way(aws, pipeline)
    for key, body in datasets(aws).items():
        aws.put(f"copies/{key}", body, bucket="datasets")
        aws.clients.s3.copy_object(Bucket="models", Key=key, CopySource={"Bucket": "datasets", "Key": key})
    before = datasets(aws)
    go_the_whole_way(aws, pipeline)
    assert datasets(aws) == before
    assert len(jobs(aws)) == 1
    assert len(packages(aws)) == 1
    assert len(aws.mails()) == 1
