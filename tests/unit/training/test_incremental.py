import pytest
from msgspec.structs import replace

from groundtrain.training.image_uris import image_uri
from groundtrain.training.incremental import EarlierModel, find_obstacle
from tests.training_plans import a_dataset_of, a_plan

BOXES = a_dataset_of("groundtruth/object-detection")
EARLIER = EarlierModel(
    "s3://models/m.tar.gz",
    image_uri("object-detection", "eu-west-1"),
    {"base_network": "vgg-16", "num_classes": "2", "epochs": "5"},
    ("pallet", "forklift"),
)


def test_the_same_network_and_classes_can_be_gone_on_from():
    assert find_obstacle(a_plan(BOXES.type), BOXES, EARLIER) is None


@pytest.mark.parametrize(
    ("earlier", "obstacle"),
    [
        (replace(EARLIER, classes=("forklift", "pallet")), "its classes are forklift, pallet"),
        (replace(EARLIER, hyperparameters={"base_network": "resnet-50"}), "its base_network is resnet-50"),
        (
            replace(EARLIER, image=image_uri("semantic-segmentation", "eu-west-1")),
            "it is a model of semantic-segmentation",
        ),
        (replace(EARLIER, image="1.dkr.ecr.eu-west-1.amazonaws.com/x:1"), "it is a model of own-image"),
    ],
)
def test_another_model_cannot(earlier, obstacle):
    earlier = replace(earlier, hyperparameters={"num_classes": "2", **earlier.hyperparameters})
    assert find_obstacle(a_plan(BOXES.type), BOXES, earlier) == obstacle


def test_what_is_left_at_its_default_is_compared_as_well():
    plan = a_plan(BOXES.type, hyperparameters={"base_network": "resnet-50"})
    earlier = replace(EARLIER, hyperparameters={"num_classes": "2"})
    assert find_obstacle(plan, BOXES, earlier) == "its base_network is vgg-16"


def test_text_always_begins_anew():
    text = a_dataset_of("groundtruth/text-classification")
    assert find_obstacle(a_plan(text.type), text, EARLIER) == "blazingtext always starts from scratch"
