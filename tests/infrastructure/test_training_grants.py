"""Grants that only some training settings need."""

import json

import aws_cdk as cdk
import pytest

from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Network, Training
from stacks.bundling import Bundles
from stacks.deployment import Deployment
from stacks.permissions import functions, sagemaker
from template_review.template_copies import ROOT
from tests.infrastructure.cloud import as_list

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CONTEXT = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
IMAGE = "444455556666.dkr.ecr.eu-central-1.amazonaws.com/detectors/yolo:7"


@pytest.fixture
def granted(tmp_path):
    """What start_training and the training role may do under these settings, by action."""

    def under(**training):
        environment = Environment(name="dev", region="eu-west-1", training=Training(**training))
        arns = Deployment(cdk.App(context=CONTEXT), environment, Bundles(tmp_path)).pipeline.arns
        grants = [*functions.start_training(arns, "topic", "role"), *sagemaker.training(arns)]
        found = {}
        for grant in grants:
            statement = arns.stack.resolve(grant.statement.to_statement_json())
            for action in as_list(statement["Action"]):
                found.setdefault(action, []).extend(map(str, as_list(statement["Resource"])))
        return found

    return under


def test_jobs_are_listed_only_where_their_number_is_limited(granted):
    assert "sagemaker:ListTrainingJobs" not in granted()
    assert "sagemaker:ListTrainingJobs" in granted(max_jobs_per_day=5)
    assert "sagemaker:ListTrainingJobs" in granted(overrides={"blazingtext": {"max_concurrent_jobs": 1}})


def test_models_are_looked_up_only_where_training_is_incremental(granted):
    assert "sagemaker:ListModelPackages" not in granted()
    found = granted(incremental=True)
    assert found["sagemaker:ListModelPackages"] == ["*"]
    assert all("groundtrain-dev" in resource for resource in found["sagemaker:DescribeModelPackage"])


def test_network_interfaces_are_made_only_in_a_network_and_only_there(granted):
    assert not [action for action in granted() if action.startswith("ec2:")]
    found = granted(network=Network(subnets=("subnet-1a",), security_groups=("sg-2b",)))
    where = " ".join(found["ec2:CreateNetworkInterface"])
    assert "subnet/subnet-1a" in where
    assert "security-group/sg-2b" in where
    assert found["ec2:DescribeSubnets"] == ["*"]


def test_a_volume_key_is_granted_on_only_where_it_is_named(granted):
    assert "kms:CreateGrant" not in granted()
    assert granted(volume_key_arn=KEY)["kms:CreateGrant"] == [KEY]


@pytest.mark.parametrize(
    "settings", [{"image_uri": IMAGE}, {"overrides": {"own-image": {"image_uri": IMAGE}}}], ids=["all", "one"]
)
def test_an_image_of_ones_own_is_pulled_from_its_own_repository(granted, settings):
    found = granted(algorithm="own-image", **settings)["ecr:BatchGetImage"]
    assert len(found) == 1
    assert "444455556666:repository/detectors/yolo" in found[0]


def test_every_algorithm_that_may_train_is_pulled(granted):
    found = " ".join(granted()["ecr:BatchGetImage"])
    assert all(name in found for name in ("object-detection", "image-classification", "blazingtext"))
    assert "blazingtext" not in " ".join(granted(algorithm="object-detection")["ecr:BatchGetImage"])
