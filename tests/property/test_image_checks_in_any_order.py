"""Events of labels and of a map's end in any order, lost or repeated, maps that fail: the end is the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundtrain.dataset.description import parse_dataset
from tests.interrupted import finished_with_images
from tests.mocked_aws import mocked_aws
from tests.unit.functions.image_map import end, executions, look_at_every_image, run_map
from tests.unit.functions.pipeline import Pipeline, labeling_event

JOB = "arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/pallets-07"
STEPS = ("labels", "sweep", "end", "work", "fail", "stop", "redrive", "delete")


class Labels:
    """Labels whose images are to be looked at, and what happens to them."""

    def __init__(self, aws, patch):
        self.aws, self.pipeline = aws, Pipeline(aws, patch)
        finished_with_images(self.pipeline)
        aws.sagemaker.labeling_jobs["pallets-07"]["LastModifiedTime"] = datetime.now(UTC) - timedelta(days=1)
        look_at_every_image(self.pipeline)
        self.deleted = 0

    def happen(self, step):
        """An event comes, or something becomes of the map that was started last."""
        running = [each for each in executions() if each.status == "RUNNING"]
        ended = [each for each in executions() if each.status != "RUNNING"]
        if step == "labels":
            self.hand_over(labeling_event(JOB))
        elif step == "sweep":
            self.hand_over(*self.pipeline.sweep())
        elif step == "end" and ended:
            self.hand_over(end(ended[-1], ended[-1].status))
        elif step == "work" and running:
            run_map(self.pipeline, running[-1])
        elif step == "fail" and running:
            run_map(self.pipeline, running[-1], without=(0,), status="FAILED")
        elif step == "stop" and running:
            end(running[-1], "ABORTED")
        elif step == "redrive" and ended and ended[-1].status != "SUCCEEDED":
            ended[-1].status = "RUNNING"
        elif step == "delete":
            for key in self.datasets():
                self.deleted += 1
                self.aws.clients.s3.delete_object(Bucket="datasets", Key=key)

    def hand_over(self, *events):
        """Messages that are kept lie in the dead letters: nobody sends them again."""
        self.pipeline.convert(*events)
        self.aws.receive(self.pipeline.queues["convert_manifest"])

    def datasets(self):
        return [key for key in self.aws.written() if key.endswith("dataset.json")]

    def settle(self):
        """A person lets what failed go on, its work is done, and the sweep looks once more."""
        for step in ("sweep", "redrive", "work", "end"):
            self.happen(step)


@settings(max_examples=15)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8))
@example(steps=["labels", "work", "end", "delete", "end", "fail", "end", "labels"])
@example(steps=["labels", "stop", "end", "redrive", "work", "labels", "end"])
def test_the_labels_become_one_dataset_with_what_was_found(clients, steps):
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        labels = Labels(aws, patch)
        for step in steps:
            labels.happen(step)
        labels.settle()
        (key,) = labels.datasets()
        dataset = parse_dataset(aws.get(key))
        assert (dataset.findings["GT602"], "GT614" in dataset.findings) == (1, False)
        assert len(executions()) <= 1 + labels.deleted
        assert [event["detail-type"] for event in aws.events()][-1] == "Dataset Rejected"
