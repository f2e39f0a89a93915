"""From a finished labeling job to a registered model: with repeated events, and with a crash anywhere."""

import itertools

import pytest
from botocore.client import BaseClient

from tests.mocked_aws import GROUP, mocked_aws
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.unit.functions.pipeline import Pipeline, finish_labeling_job, labeling_event, training_event

PALLETS = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/pallets-07"
QUEUE_CALLS = ("SendMessage", "ReceiveMessage", "DeleteMessage")  # Lambda's own, not the functions'


class CrashError(Exception):
    """The function ends here; nothing of ours catches this."""


class Calls:
    """Counts the functions' calls to AWS, and crashes before or after one of them."""

    def __init__(self, monkeypatch):
        self.made = []
        self.crash_at = None
        self._call = BaseClient._make_api_call
        monkeypatch.setattr(BaseClient, "_make_api_call", lambda *call: self._count(*call))

    def _count(self, client, operation, parameters):
        if operation in QUEUE_CALLS:
            return self._call(client, operation, parameters)
        number = len(self.made)
        self.made.append(operation)
        if self.crash_at == (number, "before"):
            raise CrashError(operation)
        try:
            return self._call(client, operation, parameters)
        finally:
            if self.crash_at == (number, "after"):
                raise CrashError(operation)


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


STEPS = {
    "convert_manifest": lambda pipeline, _: pipeline.convert(labeling_event(PALLETS)),
    "start_training": lambda pipeline, announced: pipeline.start(*announced),
    "record_outcome": lambda pipeline, _: pipeline.record(*map(training_event, jobs(pipeline.aws))),
}
LAST_CALLS = {
    "convert_manifest": "PutEvents",
    "start_training": "CreateTrainingJob",
    "record_outcome": "Publish",
}


def run(clients, step, *, crash_at=None):
    """The step in an AWS of its own, after all that comes before: calls made, and what is there at last."""
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        pipeline = Pipeline(aws, patch)
        finish_labeling_job(aws, lines=12)
        announced = []
        for earlier in list(STEPS)[: list(STEPS).index(step)]:
            STEPS[earlier](pipeline, announced)
            announced = announced or aws.events()
        calls = Calls(patch)
        if crash_at is not None:
            calls.crash_at = crash_at
            with pytest.raises(CrashError):
                STEPS[step](pipeline, announced)
            calls.crash_at = None
        STEPS[step](pipeline, announced)
        made = list(calls.made)
        told = {mail["Message"] for mail in aws.mails()}
        return made, (
            datasets(aws),
            jobs(aws),
            packages(aws),
            told,
            [event["detail"] for event in aws.events()][:1],
        )


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_call_and_another_delivery_end_as_if_nothing_had_been(clients, step):
    made, undisturbed = run(clients, step)
    assert made[-1] == LAST_CALLS[step]
    for number, moment in itertools.product(range(len(made)), ("before", "after")):
        _, state = run(clients, step, crash_at=(number, moment))
        assert state == undisturbed, f"crash {moment} call {number}, {made[number]}"
