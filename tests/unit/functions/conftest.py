"""The functions' tests run under the grants of the committed templates: a call beyond them fails its test."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.infrastructure.cloud import Cloud
from tests.mocked_aws import aws, clients
from tests.permissions.comparing import refused
from tests.permissions.granted import Granted
from tests.permissions.needs import needs_of
from tests.permissions.recording import recorded
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.unit.functions.image_map import NAME
from tests.unit.functions.pipeline import Pipeline

__all__ = ["aws", "clients"]

COPIES = Path(__file__).parents[3] / "cdk.out" / "review"
ROLES = {
    "convert_manifest": "ConvertHandlerRole",
    "start_training": "StartTrainingHandlerRole",
    "record_outcome": "RecordOutcomeHandlerRole",
    "sweep": "SweepHandlerRole",
}
INCREMENTAL = {  # granted where the settings ask for it, which those of dev do not
    "Effect": "Allow",
    "Action": ["sagemaker:ListModelPackages", "sagemaker:DescribeModelPackage"],
    "Resource": "*",
}
UPLOADS = [  # granted where the settings name folders for manifests, which those of dev do not
    {"Effect": "Allow", "Action": action, "Resource": resource}
    for action, resource in (
        ("s3:GetObjectVersion", "arn:aws:s3:::labels/manifests/*.manifest"),
        (["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::datasets/uploads/*"),
        ("s3:ListBucket", "arn:aws:s3:::nowhere-at-all"),
    )
]
IMAGE_CHECKS = [  # granted where the settings ask for every pixel, which those of dev do not
    {"Effect": "Allow", "Action": action, "Resource": resource}
    for action, resource in (
        ("states:StartExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{NAME}"),
        ("states:DescribeExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{NAME}:*"),
        (["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::datasets/image-checks/*"),
    )
]


@pytest.fixture(scope="session")
def granted():
    files = ("dev-storage", "dev-pipeline")
    return Granted(Cloud({f: json.loads((COPIES / f"{f}.json").read_text("utf-8")) for f in files}), "dev")


@pytest.fixture
def pipeline(aws, monkeypatch, granted):
    pipeline, calls = Pipeline(aws, monkeypatch), defaultdict(list)
    call = pipeline._call

    def watched(function, event):
        with recorded(aws.clients, calls[function]):
            return call(function, event)

    monkeypatch.setattr(pipeline, "_call", watched)
    yield pipeline
    for function, made in calls.items():
        statements = [*granted.to(ROLES[function]), INCREMENTAL, *UPLOADS, *IMAGE_CHECKS]
        needs = [need for one in made for need in needs_of(one, granted.world)]
        assert refused(statements, needs) == []
