"""What the dataset tells: for any dataset, and any possible settings, no documented rule is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groundtrain.dataset.description import LargestRecord
from groundtrain.rules import RULES
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.algorithms import image_classification, object_detection
from groundtrain.training.algorithms.image_classification import usual_resize
from groundtrain.training.dataset_checks import find_training_problems
from groundtrain.training.plan import plan_for
from tests.training_plans import TRAINABLE, a_dataset_of, a_plan, datasets

SIDES = st.integers(8, 1000)
batches, epochs = st.integers(1, 500), st.integers(1, 500)


def derived(dataset, **hyperparameters):
    plan = a_plan(dataset.type, hyperparameters=hyperparameters)
    return {**plan.chosen, **plan.algorithm.derive(dataset, plan.chosen)}


@given(st.data())
@pytest.mark.parametrize("label_type", TRAINABLE)
def test_every_value_is_one_that_the_table_allows_or_the_gate_is_closed(label_type, data):
    dataset = data.draw(datasets(label_type))
    environment = Environment(name="test", region="eu-west-1")
    plan = plan_for(environment, label_type)
    found = {one.code for one in find_training_problems(dataset, environment)}
    allowed = all(plan.algorithm.find(name).fault(value) is None for name, value in derived(dataset).items())
    assert allowed or any(RULES[code].is_error for code in found)


@given(datasets("groundtruth/object-detection"), batches, epochs)
def test_object_detection_counts_and_pads_and_fills_its_batches(dataset, batch, epochs):
    found = derived(dataset, mini_batch_size=batch, epochs=epochs)
    assert int(found["num_classes"]) == len(dataset.classes)
    assert int(found["num_training_samples"]) == dataset.train.records
    assert int(found["label_width"]) >= 5 * dataset.statistics["most_boxes"] + 2
    assert 1 <= int(found["mini_batch_size"]) <= min(batch, dataset.train.records, dataset.validation.records)
    steps = [int(step) for step in found.get("lr_scheduler_step", "").split(",") if step]
    assert all(0 < step < epochs for step in steps)
    assert steps == sorted(set(steps))


@pytest.mark.parametrize(
    ("largest_record", "which"),
    [
        (LargestRecord(17, "s3://bkt/a.jpg"), "the image on line 17, s3://bkt/a.jpg, has"),
        (None, "an image has"),
    ],
)
def test_the_image_that_needs_a_longer_label_is_named(largest_record, which):
    dataset = replace(a_dataset_of("groundtruth/object-detection"), largest_record=largest_record)
    (conflict,) = object_detection.contradictions(dataset, {})
    assert (conflict.code, conflict.message) == ("GT504", f"{which} 81 boxes, so label_width is 407")


@pytest.mark.parametrize("label_type", ["image-classification", "image-classification-multilabel"])
@given(st.data(), batches, SIDES, SIDES)
def test_image_classification_resizes_every_image_to_the_shape_it_crops(
    label_type, data, batch, height, width
):
    dataset = data.draw(datasets(f"groundtruth/{label_type}"))
    found = derived(dataset, mini_batch_size=batch, image_shape=f"3,{height},{width}")
    assert int(found["resize"]) > max(height, width)
    assert int(found["num_classes"]) == len(dataset.classes)
    assert int(found["num_training_samples"]) == dataset.train.records
    assert found["multi_label"] == str(int(label_type.endswith("multilabel")))
    assert 1 <= int(found["mini_batch_size"]) <= min(batch, dataset.train.records, dataset.validation.records)


@given(datasets("groundtruth/semantic-segmentation"), batches)
def test_segmentation_counts_the_background_and_fills_both_batches(dataset, batch):
    found = derived(dataset, mini_batch_size=batch)
    assert int(found["num_classes"]) == len(dataset.classes)
    assert 1 <= int(found["mini_batch_size"]) <= min(batch, dataset.train.records)
    assert 1 <= int(found["validation_mini_batch_size"]) <= min(16, dataset.validation.records)


@given(datasets("groundtruth/text-classification"))
def test_text_is_trained_on_in_the_one_mode_that_has_labels(dataset):
    assert derived(dataset) == {"mode": "supervised"}


def test_the_label_width_of_a_usual_dataset_is_the_default():
    assert object_detection.label_width(69) == 350
    assert object_detection.label_width(70) == 352


def test_the_usual_size_of_an_image_before_cropping_is_256():
    assert usual_resize(224) == 256


def test_the_learning_rate_falls_where_the_authors_of_ssd_let_it_fall():
    dataset = a_dataset_of("groundtruth/object-detection")
    assert derived(dataset, epochs=30)["lr_scheduler_step"] == "20,25"
    assert derived(dataset)["lr_scheduler_step"] == "20,25"
    assert "lr_scheduler_step" not in derived(dataset, epochs=1)
    assert derived(dataset, epochs=7, lr_scheduler_step="3,6")["lr_scheduler_step"] == "3,6"


@pytest.mark.parametrize(("classes", "refused"), [(1, True), (2, False), (254, False), (255, True)])
def test_segmentation_takes_from_2_to_254_classes(classes, refused):
    dataset = a_dataset_of("groundtruth/semantic-segmentation", classes=tuple(map(str, range(classes))))
    found = [one.code for one in find_training_problems(dataset, Environment(name="test", region=""))]
    assert ("GT517" in found) == refused


@pytest.mark.parametrize(
    ("label_type", "chosen", "code"),
    [
        ("groundtruth/image-classification", {"multi_label": 1}, "GT509"),
        ("groundtruth/image-classification-multilabel", {"multi_label": 0}, "GT509"),
        ("groundtruth/image-classification", {"use_weighted_loss": 1}, "GT515"),
        ("groundtruth/semantic-segmentation", {"validation_mini_batch_size": 131}, "GT501"),
        ("groundtruth/semantic-segmentation", {"mini_batch_size": 9000}, "GT501"),
        ("groundtruth/object-detection", {"mini_batch_size": 131}, "GT501"),
        ("groundtruth/text-classification", {"base_network": "vgg-16"}, "GT513"),
    ],
)
def test_settings_that_the_dataset_contradicts_close_the_gate(label_type, chosen, code):
    environment = Environment(name="test", region="", training=Training(hyperparameters=chosen))
    found = [one.code for one in find_training_problems(a_dataset_of(label_type), environment)]
    assert code in found


def test_a_batch_of_training_may_be_larger_than_validation_where_validation_has_its_own_batch():
    dataset = a_dataset_of("groundtruth/semantic-segmentation")
    batch = dataset.validation.records + 1
    environment = Environment(
        name="test", region="", training=Training(hyperparameters={"mini_batch_size": batch})
    )
    assert "GT501" not in [one.code for one in find_training_problems(dataset, environment)]
    assert int(derived(dataset, mini_batch_size=batch)["validation_mini_batch_size"]) < batch


ONE, SEVERAL = "groundtruth/image-classification", "groundtruth/image-classification-multilabel"


@pytest.mark.parametrize(
    ("label_type", "typed", "says"),
    [
        (ONE, None, []),
        (ONE, "0", []),
        (ONE, "1", ["multi_label is 1, and label holds a single class id"]),
        (SEVERAL, None, []),
        (SEVERAL, "1", []),
        (SEVERAL, "0", ["multi_label is 0, and label holds a list of class ids"]),
    ],
)
def test_multi_label_is_held_against_the_labels_only_where_it_was_typed(label_type, typed, says):
    chosen = {} if typed is None else {"multi_label": typed}
    dataset = replace(a_dataset_of(label_type), label="label")
    assert [conflict.message for conflict in image_classification.contradictions(dataset, chosen)] == says
