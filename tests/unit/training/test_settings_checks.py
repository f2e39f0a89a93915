"""Settings that cannot work are refused when they are read, with the reason and what would be possible."""

import botocore.session
import pytest

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment, load_environment, parse_environment
from groundtrain.training.algorithms.registry import ALGORITHMS
from groundtrain.training.instance_types import KNOWN
from groundtrain.training.plan import plan_for
from groundtrain.training.plan_checks import find_unknown_instance_types
from groundtrain.training.settings_checks import training_mistakes

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detector:7"
TEXT, BOXES = "groundtruth/text-classification", "groundtruth/object-detection"


@pytest.fixture
def load(tmp_path):
    def load(text):
        file = tmp_path / "dev.toml"
        file.write_text(f'region = "eu-west-1"\n[training]\n{text}')
        return load_environment(file, training_mistakes)

    return load


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            'algorithm = "object-detection"\ninstance_types = ["ml.c5.2xlarge"]',
            "has no GPU.*nearest possible is ml.g5.2xlarge",
        ),
        (
            'algorithm = "blazingtext"\ninstance_types = ["ml.g5.2xlarge"]',
            "nearest possible is ml.c5.2xlarge",
        ),
        ('algorithm = "image-classification"\ninstance_count = 2', "GT507.*instance_count = 1"),
        ('algorithm = "semantic-segmentation"\ninstance_count = 2', "GT507"),
        ('algorithm = "blazingtext"\nspot = true', "keeps no checkpoints.*1h at most"),
        (f'instance_types = ["ml.g5.2xlarge"]\nvolume_key_arn = "{KEY}"', "has a disk of its own"),
        ('algorithm = "own-image"', "needs the address of its image"),
        (f'algorithm = "object-detection"\nimage_uri = "{IMAGE}"', "has its own image"),
        (
            'max_runtime = "28d"\nspot = true\ncapacity_wait = "3d"',
            "capacity_wait: 3d .* at most 30d together",
        ),
        ('max_runtime = "29d"', "max_runtime: 29d is longer.*at most 28d"),
        ('max_wait = "8h"', "capacity_wait"),
        ("[training.hyperparameters]\nepohcs = 3", "the nearest is epochs"),
        ("[training.hyperparameters]\nresize = 200", "the nearest possible is 224"),
        ("[training.overrides.blazingtext]\nspot = true", "keeps no checkpoints"),
        ("[training.overrides.blazingtext]\nspto = true", "training.overrides.*spto"),
        ('[training.overrides.blazingtext]\nmax_runtime = "4x"', "training.overrides.*4x"),
        ("[training.overrides.boxes]\nspot = true", "overrides"),
        ('image_uri = "detector:7"', "image_uri"),
        ('volume_key_arn = "alias/mine"', "volume_key_arn"),
        ('[training.network]\nsubnets = ["net-1"]', "subnets"),
        ('[training.tags]\n"aws:team" = "x"', "tags"),
        ("retry_attempts = 31", "retry_attempts"),
        ("max_jobs_per_day = 0", "max_jobs_per_day"),
    ],
)
def test_what_cannot_work_is_refused(load, text, reason):
    with pytest.raises(SettingsError, match=rf"(?s)dev\.toml: .*{reason}"):
        load(text)


@pytest.mark.parametrize(
    "text",
    [
        'instance_types = ["ml.g5.2xlarge"]',
        'instance_types = ["ml.c5.2xlarge"]',
        "[training.hyperparameters]\nbase_network = 'resnet-50'",
        "instance_count = 4",
        'algorithm = "blazingtext"\nspot = true\nmax_runtime = "50m"\ncapacity_wait = "10m"',
        'algorithm = "blazingtext"',
        f'instance_types = ["ml.p3.2xlarge"]\nvolume_key_arn = "{KEY}"',
        f'algorithm = "own-image"\nimage_uri = "{IMAGE}"\ninstance_types = ["ml.trn1.2xlarge"]',
        'algorithm = "object-detection"\ninstance_types = ["ml.p5.48xlarge"]',
    ],
)
def test_what_may_work_for_one_algorithm_is_taken(load, text):
    assert load(text).name == "dev"


def test_an_override_holds_for_its_algorithm_alone(load):
    environment = load(
        'spot = true\nmax_runtime = "2h"\n[training.hyperparameters]\nepochs = 7\n'
        '[training.overrides.blazingtext]\nspot = false\nmax_runtime = "30m"\n'
        "[training.overrides.blazingtext.hyperparameters]\nword_ngrams = 3\n"
    )
    text, boxes = (plan_for(environment, kind) for kind in (TEXT, BOXES))
    assert (text.training.spot, text.training.max_runtime) == (False, 1800)
    assert text.chosen == {"epochs": "7", "word_ngrams": "3"}
    assert (boxes.training.spot, boxes.training.max_runtime) == (True, 7200)
    assert boxes.chosen == {"epochs": "7"}
    assert parse_environment(dump_environment(environment), training_mistakes) == environment


def test_without_settings_each_algorithm_has_what_it_is_usually_trained_on():
    environment = Environment(name="dev", region="eu-west-1")
    text, boxes = (plan_for(environment, kind).training for kind in (TEXT, BOXES))
    assert (text.instance_types[0], text.spot) == ("ml.c5.2xlarge", False)
    assert (boxes.instance_types[0], boxes.spot) == ("ml.g5.2xlarge", True)


def test_labels_that_nothing_learns_from_have_no_plan_unless_the_image_is_ones_own(load):
    kind = "groundtruth/text-span"
    assert plan_for(load(""), kind) is None
    own = load(f'algorithm = "own-image"\nimage_uri = "{IMAGE}"')
    assert plan_for(own, kind).algorithm.name == "own-image"


@pytest.mark.parametrize(
    ("text", "path", "meant"),
    [
        ('instance_types = ["ml.g5.2xlrge"]', "training.instance_types", "the nearest is ml.g5.2xlarge"),
        ('instance_types = ["ml.g5.3xlarge"]', "training.instance_types", "the nearest is ml.g5."),
        ('instance_types = ["ml.qqqqqqq.9q"]', "training.instance_types", "none is spelled alike"),
        (
            'price_per_hour = { "ml.g5.2xlrge" = 1 }',
            "training.price_per_hour",
            "the nearest is ml.g5.2xlarge",
        ),
    ],
)
def test_an_instance_type_that_aws_is_not_known_to_have_is_warned_of(load, text, path, meant):
    (found,) = find_unknown_instance_types(load(text).training)
    assert (found.code, found.path) == ("GT531", path)
    assert meant in found.message


@pytest.mark.locked
def test_the_known_instance_types_are_those_of_the_service_model():
    model = botocore.session.get_session().get_service_model("sagemaker")
    assert set(model.shape_for("TrainingInstanceType").enum) == KNOWN
    assert {usual for algorithm in ALGORITHMS.values() for usual in algorithm.machines.usual} <= KNOWN
