"""Our detector as an algorithm: what its settings may say, what the dataset decides, what is registered."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groundtrain.errors import SettingsError
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.algorithms.groundtrain_detector import (
    CLASS_NAMES,
    GROUNDTRAIN_DETECTOR,
    METRICS,
    class_name_values,
)
from groundtrain.training.algorithms.registry import algorithm_of, choose_algorithm
from groundtrain.training.dataset_checks import find_training_problems
from groundtrain.training.request import BucketsAndRole
from groundtrain.training.results.model_package import TrainedModel, build_model_package
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import FOLDER, FOLDER_ADDRESS, a_dataset
from tests.training_plans import planned_request

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/groundtrain-detector:1"
ALGORITHM = f'algorithm = "groundtrain-detector"\nimage_uri = "{IMAGE}"\n'
BUCKETS = BucketsAndRole(FOLDER_ADDRESS, "models", "arn:aws:iam::123456789012:role/training")
TEXT = "groundtruth/text-classification"


@pytest.fixture
def load(tmp_path: Path):
    def under(training: str):
        (tmp_path / "dev.toml").write_text(f'region = "eu-west-1"\n[training]\n{training}', "utf-8")
        return load_environment(tmp_path / "dev.toml", training_mistakes)

    return under


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('algorithm = "groundtrain-detector"', "groundtrain-detector needs the address of its image"),
        (ALGORITHM.replace("groundtrain-detector:1", "detector:1"), "is not called groundtrain-detector"),
        (f"{ALGORITHM}instance_count = 2", "trains on 1 machine"),
        (f"{ALGORITHM}[training.hyperparameters]\nepohcs = 3", "the nearest is epochs"),
        (f"{ALGORITHM}[training.hyperparameters]\nnetwork = 'fcos_smal'", "nearest possible is fcos_small"),
        (f"{ALGORITHM}[training.hyperparameters]\ninput_size = 8", "the nearest possible is 32"),
        (f"{ALGORITHM}[training.hyperparameters]\nzoom = 1", "the nearest possible is 0.9"),
        (f"{ALGORITHM}[training.hyperparameters]\ndecode_workers = 'all'", "auto, or a number"),
        (f"{ALGORITHM}[training.hyperparameters]\nnum_classes = 3", "typed by hand"),
        (f"{ALGORITHM}[training.hyperparameters]\nclass_names = 'a'", "typed by hand"),
    ],
)
def test_settings_that_cannot_work_are_refused(load, text, reason):
    with pytest.raises(SettingsError, match=reason):
        load(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'instance_types = ["ml.c5.2xlarge"]',
        '[training.metrics]\n"train:loss" = "train_loss=([0-9.]+)"',
        "[training.hyperparameters]\nnetwork = 'retinanet_resnet50_fpn_v2'\nflip = false\ndecode_workers = 6",
    ],
)
def test_settings_that_can_work_are_taken(load, text):
    assert load(ALGORITHM + text).training.algorithm == "groundtrain-detector"


def test_its_region_needs_no_images_of_sagemakers_algorithms(tmp_path):
    (tmp_path / "dev.toml").write_text(f'region = "eu-nowhere-9"\n[training]\n{ALGORITHM}', "utf-8")
    assert load_environment(tmp_path / "dev.toml", training_mistakes).region == "eu-nowhere-9"


def test_labels_other_than_boxes_are_refused(load):
    found = find_training_problems(a_dataset(type=TEXT), load(ALGORITHM))
    assert "GT508" in {one.code for one in found}


def test_auto_still_means_sagemakers_own():
    assert choose_algorithm("auto", "groundtruth/object-detection").name == "object-detection"


def test_the_request_says_what_the_dataset_decides_and_how_metrics_are_found(load):
    request = planned_request(a_dataset(), load(ALGORITHM), BUCKETS)
    assert request["HyperParameters"] == {
        "label_attribute": "boxes",
        "num_classes": "2",
        "num_training_samples": "1174",
        "class_names": '["pallet", "forklift"]',
    }
    specification = request["AlgorithmSpecification"]
    assert specification["TrainingImage"] == IMAGE
    found = {one["Name"]: one["Regex"] for one in specification["MetricDefinitions"]}
    assert found == METRICS
    assert "CheckpointConfig" in request


def test_metrics_of_the_settings_are_taken_instead(load):
    request = planned_request(a_dataset(), load(ALGORITHM + '[training.metrics]\nx = "x=(1)"'), BUCKETS)
    assert request["AlgorithmSpecification"]["MetricDefinitions"] == [{"Name": "x", "Regex": "x=(1)"}]


def test_the_registered_model_says_what_its_image_takes_and_gives():
    model = TrainedModel("job", "arn:aws:sagemaker:eu-west-1:1:training-job/job", IMAGE, "s3://m/x", {})
    package = build_model_package(model, a_dataset(), FOLDER, "group")
    specification = package["InferenceSpecification"]
    assert specification["SupportedContentTypes"] == ["image/jpeg", "image/png", "application/x-image"]
    assert specification["SupportedResponseMIMETypes"] == ["application/json"]
    assert package["Task"] == "OBJECT_DETECTION"


@pytest.mark.parametrize("version", ["", ":7", "@sha256:" + "0" * 64])
def test_its_image_is_known_by_the_name_of_the_repository(version):
    registry = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
    assert algorithm_of(f"{registry}/models/groundtrain-detector{version}") is GROUNDTRAIN_DETECTOR
    assert algorithm_of(f"{registry}/my-groundtrain-detector{version}").name == "own-image"


@given(st.lists(st.text(max_size=60), min_size=1, max_size=300))
def test_names_of_classes_come_back_from_the_hyperparameters(classes):
    values = class_name_values(classes)
    assert [name for piece in values.values() for name in json.loads(piece)] == (classes if values else [])
    assert list(values) == list(CLASS_NAMES[: len(values)])
    assert all(GROUNDTRAIN_DETECTOR.find(name).fault(text) is None for name, text in values.items())


def test_a_thousand_names_fit():
    assert len(class_name_values([f"species-{number:04}" for number in range(1000)])) <= len(CLASS_NAMES)


def test_names_of_other_scripts_take_no_more_room_than_their_characters():
    """SageMaker counts characters (API reference, HyperParameterValue), and JSON holds them as they are."""
    names = [f"{number:02}" + "\u8eca" * 38 for number in range(85)]
    assert len(class_name_values(names)) == 2


def test_a_value_has_no_character_that_ends_a_line_or_cannot_be_encoded():
    (value,) = class_name_values(["a\u2028b", "\x85", "\ud800", "\U000e0001"]).values()
    assert value.isascii()
    assert json.loads(value) == ["a\u2028b", "\x85", "\ud800", "\U000e0001"]


def test_characters_beyond_the_first_plane_count_as_two():
    """As Java counts them, in which a limit may be checked."""
    assert class_name_values(["\U0001f697" * 1300]) == {}


@pytest.mark.parametrize("classes", [["x" * 3000], ["x" * 2000] * 9])
def test_names_that_do_not_fit_are_left_to_the_registered_model(classes):
    assert class_name_values(classes) == {}


def test_names_that_do_not_fit_are_told_before_the_training(load):
    dataset = replace(a_dataset(), classes=tuple(f"species-{number:04}" for number in range(2000)))
    (found,) = [one for one in find_training_problems(dataset, load(ALGORITHM)) if one.code == "GT520"]
    assert not found.is_error
    assert "names of the 2,000 classes" in found.message
    assert "GT520" not in {one.code for one in find_training_problems(a_dataset(), load(ALGORITHM))}


def test_a_dataset_of_ten_thousand_and_one_classes_is_beyond_it(load):
    dataset = replace(a_dataset(), classes=tuple(map(str, range(10_001))))
    assert "GT517" in {one.code for one in find_training_problems(dataset, load(ALGORITHM))}
