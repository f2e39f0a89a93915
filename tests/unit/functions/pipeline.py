"""The four functions, each fed from a queue as Lambda feeds it."""

import contextlib
import importlib
import json
from types import SimpleNamespace

import pytest

from groundtrain.settings.dataset_settings import DatasetSettings, Gate
from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.environment_file import dump_environment
from groundtrain.settings.training_settings import Training
from tests.mocked_aws import DATASETS, GROUP, LABELS, MODELS, ROLE
from tests.sagemaker_fake import REGION

ENVIRONMENT = Environment(
    name="test",
    region=REGION,
    labeling=Labeling(statuses=("Completed", "Stopped")),
    dataset=DatasetSettings(validation=0.3),
    gate=Gate(min_records=4, classes_in_both_splits=False),
    training=Training(hyperparameters={"mini_batch_size": 2, "epochs": 12}),
)
ATTEMPTS = 8
CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=128, invoked_function_arn="arn", aws_request_id="id"
)


class Pipeline:
    """One queue a function; `settings` may be replaced at any time.

    With `image_checks_arn` convert_manifest knows a state machine that looks at images.
    `convert`, `start` and `record` give the events back that were put off. Functions run in `around`. `patch`
    lasts as long as the pipeline.
    """

    def __init__(self, aws, monkeypatch):
        self.aws = aws
        self.settings = ENVIRONMENT
        self.image_checks_arn = ""
        self.around = contextlib.nullcontext
        self.patch = monkeypatch
        self.queues = {
            name: aws.queue(name) for name in ("convert_manifest", "start_training", "record_outcome")
        }

    def convert(self, *events):
        return self._deliver("convert_manifest", events)

    def start(self, *events):
        return self._deliver("start_training", events)

    def record(self, *events):
        return self._deliver("record_outcome", events)

    def sweep(self, queue="convert_manifest"):
        """Run it; the messages it put on that queue."""
        self.call_sweep()
        return self.aws.receive(self.queues[queue])

    def call_sweep(self):
        self._call("sweep", {})

    def look_at_shard(self, shard):
        """As the map calls check_images."""
        return self._call("check_images", shard)

    def postpone(self, name, number):
        """Hand over, as its delivery of that number, a message that failed before."""
        self.aws.clients.sqs.purge_queue(QueueUrl=self.queues[name])
        return self.deliver(name, self._last, number)

    def deliver(self, name, event, number=1):
        """Hand over one message; whether it was put off."""
        self._last = event
        sqs, url = self.aws.clients.sqs, self.queues[name]
        sqs.send_message(QueueUrl=url, MessageBody=event if isinstance(event, str) else json.dumps(event))
        (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
        answer = self._call(name, {"Records": [self._as_lambda_sees(message, number)]})
        kept = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        assert kept in ([], [message["MessageId"]])
        if not kept:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(kept)

    def _deliver(self, name, events):
        return [event for event in events if self.deliver(name, event)]

    def _as_lambda_sees(self, message, number):
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": str(number)},
        }

    def _call(self, name, event):
        for variable, value in self._variables(name).items():
            self.patch.setenv(variable, value)
        handler = importlib.import_module(f"{name}.handler").handler
        with self.around():
            return handler(event, CONTEXT)

    def _variables(self, name):
        return {
            "GROUNDTRAIN_SETTINGS": dump_environment(self.settings),
            "DATASETS_BUCKET": DATASETS,
            "LABELING_BUCKETS": f"another,{LABELS}",
            "IMAGE_CHECKS_ARN": self.image_checks_arn,
            "MODELS_BUCKET": MODELS,
            "MODELS_KEY_ARN": f"arn:aws:kms:{REGION}:123456789012:key/k",
            "TRAINING_ROLE_ARN": ROLE,
            "MODEL_PACKAGE_GROUP": GROUP,
            "TOPIC_ARN": self.aws.topic,
            "QUEUE_URL": self.queues.get(name, ""),
            "ATTEMPTS": str(ATTEMPTS),
            "CONVERT_QUEUE_URL": self.queues["convert_manifest"],
            "OUTCOME_QUEUE_URL": self.queues["record_outcome"],
        }


@pytest.fixture
def pipeline(aws, monkeypatch):
    return Pipeline(aws, monkeypatch)


def labeling_event(arn, status="Completed"):
    return {
        "version": "0",
        "id": "6f2c8f6e-3d8a-4b7e-9c55-0c2f4f1f9d10",
        "detail-type": "SageMaker Ground Truth Labeling Job State Change",
        "source": "aws.sagemaker",
        "account": "123456789012",
        "time": "2026-03-02T09:15:44Z",
        "region": REGION,
        "resources": [arn],
        "detail": {"LabelingJobStatus": status},
    }


def training_event(name, status="Completed"):
    return {
        "version": "0",
        "detail-type": "SageMaker Training Job State Change",
        "source": "aws.sagemaker",
        "resources": [f"arn:aws:sagemaker:{REGION}:123456789012:training-job/{name}"],
        "detail": {"TrainingJobName": name, "TrainingJobStatus": status},
    }


def upload_event(key, *, bucket=LABELS, etag="0", version=None, reason="PutObject"):
    """S3 User Guide, "EventBridge event message structure"."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-11-27T09:15:44Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key,
                "size": 5,
                "etag": etag,
                **({"version-id": version} if version else {}),
                "sequencer": "617f08299329d189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": reason,
        },
    }


def labeled_line(number, *, boxes=1, bucket="labels", class_name="pallet"):
    """A line as a bounding-box job writes it."""
    box = {"class_id": 0, "left": 10, "top": 10, "width": 20, "height": 20}
    return json.dumps(
        {
            "source-ref": f"s3://{bucket}/images/{number:04}.jpg",
            "boxes": {
                "image_size": [{"width": 640, "height": 480, "depth": 3}],
                "annotations": [box] * boxes,
            },
            "boxes-metadata": {
                "objects": [{"confidence": 0}] * boxes,
                "class-map": {"0": class_name} if boxes else {},
                "type": "groundtruth/object-detection",
                "human-annotated": "yes",
                "creation-date": "2026-02-01T10:00:00.123456",
                "job-name": "labeling-job/pallets-07",
            },
        }
    )


def finish_labeling_job(aws, name="Pallets-07", *, lines=30, manifest=None, **more):
    """A labeling job with its images and its output manifest; its ARN."""
    for number in range(lines):
        aws.put(f"images/{number:04}.jpg", b"jpeg")
    text = manifest if manifest is not None else "".join(f"{labeled_line(n)}\n" for n in range(lines))
    output = aws.put(f"out/{name}/manifests/output/output.manifest", text)
    return aws.sagemaker.add_labeling_job(name, output=output, **more)
