"""The training role against the requests that start_training builds, for every algorithm."""

import pytest

from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.training_settings import Network, Training
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER_ADDRESS
from tests.permissions.comparing import OTHERS, never_called, refused, without
from tests.permissions.evaluator import as_list, atoms
from tests.permissions.granted import OWN_KEY
from tests.permissions.training import needs_of_training
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.training_plans import LABEL_TYPES, a_dataset_of, planned_request

SOURCES = ["s3://labels/images/0001.jpg", "s3://labels/out/masks/0001.png"]
LABELING = Labeling(buckets=("labels",))
NETWORK = Network(subnets=("subnet-1a",), security_groups=("sg-2b",))
TRAINING = {
    "dev": Training(),
    "unusual": Training(network=NETWORK),
    "uploads": Training(),
}  # as their settings say
ROLE = f"arn:aws:iam::{ACCOUNT}:role/training"


@pytest.fixture
def requests(granted):
    training = TRAINING[granted.environment]
    environment = Environment(name="test", region=REGION, labeling=LABELING, training=training)
    buckets = BucketsAndRole(FOLDER_ADDRESS, "models", ROLE, OWN_KEY)
    datasets = [a_dataset_of(label_types[0]) for label_types in LABEL_TYPES.values()]
    return [planned_request(dataset, environment, buckets) for dataset in datasets]


@pytest.fixture
def statements(granted):
    return granted.to("TrainingRole")


@pytest.fixture
def needs(granted, requests):
    found = [need for request in requests for need in needs_of_training(request, SOURCES, granted.world)]
    return list({str(need): need for need in found}.values())


def test_the_training_role_may_do_what_each_request_asks_for(statements, needs):
    assert refused(statements, needs) == []


def test_the_training_role_may_do_nothing_else(statements, needs):
    assert never_called(statements, needs) == []


def test_without_any_single_action_some_training_would_fail(statements, needs):
    for atom in atoms(statements):
        assert refused(without(statements, atom), needs), atom


def test_one_action_more_for_the_training_role_is_noticed(statements, needs):
    for statement in statements:
        for action in (*OTHERS[1:], "s3:PutBucketPolicy"):
            widened = {**statement, "Action": [action]}
            assert never_called([*statements, widened], needs)


def test_images_of_other_buckets_are_out_of_reach(granted, requests, statements):
    elsewhere = ["s3://someone-elses-bucket/image.jpg"]
    found = list(needs_of_training(requests[0], elsewhere, granted.world))
    assert [need for need in refused(statements, found) if "someone-elses-bucket" in need]


def test_the_training_role_writes_nowhere_but_in_the_models_bucket(statements):
    for statement in statements:
        if any(action in ("s3:PutObject", "s3:DeleteObject") for action in as_list(statement["Action"])):
            assert all(place.startswith("arn:aws:s3:::models/") for place in as_list(statement["Resource"]))
