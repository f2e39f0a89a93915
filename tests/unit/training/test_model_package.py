import re

import botocore.session
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.training.results.model_package import TrainedModel, build_model_package, class_values
from tests.datasets import FOLDER, a_dataset

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/j"
MODEL = TrainedModel(
    "j", ARN, "image:1", "s3://models/training/j/output/model.tar.gz", {"validation:mAP": 0.51}
)


def a_package(dataset=None, model=MODEL):
    return build_model_package(model, dataset or a_dataset(), FOLDER, "groundtrain-dev")


def test_a_package_waits_for_a_person():
    assert a_package()["ModelApprovalStatus"] == "PendingManualApproval"


def test_the_image_that_trained_the_model_serves_it():
    (container,) = a_package()["InferenceSpecification"]["Containers"]
    assert container == {"Image": "image:1", "ModelDataUrl": MODEL.artifacts}


def test_the_same_job_always_gives_the_same_token():
    token = a_package()["ClientToken"]
    assert token == a_package()["ClientToken"]
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,36}", token)
    other = TrainedModel("k", f"{ARN}k", "image:1", "", {})
    assert a_package(model=other)["ClientToken"] != token


def test_the_package_leads_back_to_its_dataset():
    properties = a_package()["CustomerMetadataProperties"]
    assert properties["dataset"] == FOLDER
    assert properties["labeling-job"] == "Pallets-07"
    assert properties["train-records"] == "1174"
    assert properties["metric/validation:mAP"] == "0.51"


def test_a_dataset_without_a_labeling_job_says_nothing_of_one():
    assert "labeling-job" not in a_package(a_dataset(labeling_job=""))["CustomerMetadataProperties"]


def is_allowed(text, longest):
    """The registry's pattern: letters, separators and digits of any script, and _ . : / = + - @."""
    return 1 <= len(text) <= longest and all(
        letter in "_.:/=+-@ " or letter.isalnum() or letter.isnumeric() for letter in text
    )


@given(
    st.lists(st.text(max_size=300), max_size=60),
    st.dictionaries(st.text(max_size=150), st.floats(), max_size=40),
)
def test_any_class_names_and_metrics_become_properties_that_the_registry_takes(classes, metrics):
    model = TrainedModel("j", ARN, "image:1", "s3://m", metrics)
    properties = a_package(a_dataset(classes=tuple(classes)), model)["CustomerMetadataProperties"]
    assert 1 <= len(properties) <= 50
    assert all(is_allowed(key, 128) and is_allowed(value, 256) for key, value in properties.items())


@given(st.lists(st.text("abcdefgh -", min_size=1, max_size=60), max_size=60))
def test_class_names_can_be_read_back(classes):
    words = "/".join(class_values(classes)).split("/") if classes else []
    assert [word.partition("=")[2] for word in words] == classes
    assert [word.partition("=")[0] for word in words] == [str(number) for number in range(len(classes))]


def test_our_detector_says_the_machines_that_it_can_be_deployed_to():
    """They are those of SageMaker's own lists."""
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/groundtrain-detector:1"
    specification = a_package(model=TrainedModel("j", ARN, image, "s3://m", {}))["InferenceSpecification"]
    shapes = botocore.session.get_session().get_service_model("sagemaker")
    for key, shape in (
        ("SupportedRealtimeInferenceInstanceTypes", "ProductionVariantInstanceType"),
        ("SupportedTransformInstanceTypes", "TransformInstanceType"),
    ):
        assert specification[key]
        assert set(specification[key]) <= set(shapes.shape_for(shape).enum)


def test_of_what_an_own_image_serves_nothing_is_said():
    assert a_package()["InferenceSpecification"].keys() == {"Containers"}
