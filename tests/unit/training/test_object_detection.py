import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import SettingsError
from groundtrain.settings import Training
from groundtrain.training import object_detection
from groundtrain.training.object_detection import hyperparameters
from tests.datasets import a_dataset, a_split


def with_parameters(**chosen):
    return hyperparameters(a_dataset(), Training(hyperparameters=chosen))


@st.composite
def datasets(draw):
    positive = st.integers(1, 10**6)
    names = draw(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=60, unique=True))
    return a_dataset(
        classes=tuple(names),
        train=a_split("train.manifest", draw(positive)),
        validation=a_split("validation.manifest", draw(positive)),
        statistics={"most_boxes": float(draw(st.integers(0, 5000)))},
    )


@given(datasets(), st.integers(1, 500), st.integers(1, 500))
def test_no_request_breaks_a_rule_of_the_algorithm(dataset, batch, epochs):
    found = hyperparameters(dataset, Training(hyperparameters={"mini_batch_size": batch, "epochs": epochs}))
    assert int(found["num_classes"]) == len(dataset.classes)
    assert int(found["num_training_samples"]) == dataset.train.records
    assert int(found["label_width"]) >= 5 * dataset.statistics["most_boxes"] + 2
    assert 1 <= int(found["mini_batch_size"]) <= min(batch, dataset.train.records, dataset.validation.records)
    steps = [int(step) for step in found.get("lr_scheduler_step", "").split(",") if step]
    assert all(0 < step < epochs for step in steps)
    assert steps == sorted(set(steps))


def test_the_label_width_of_a_usual_dataset_is_the_default():
    assert object_detection.label_width(69) == 350
    assert object_detection.label_width(70) == 352


def test_the_learning_rate_falls_where_the_authors_of_ssd_let_it_fall():
    assert with_parameters(epochs=30)["lr_scheduler_step"] == "20,25"
    assert with_parameters()["lr_scheduler_step"] == "20,25"
    assert "lr_scheduler_step" not in with_parameters(epochs=1)


def test_what_the_settings_choose_is_kept():
    found = with_parameters(base_network="resnet-50", lr_scheduler_step="3, 6", epochs=7, early_stopping=True)
    assert found["base_network"] == "resnet-50"
    assert found["lr_scheduler_step"] == "3, 6"
    assert found["early_stopping"] == "True"


def test_every_value_is_text():
    found = with_parameters(learning_rate=0.001, epochs=30, use_pretrained_model=1)
    assert {type(value) for value in found.values()} == {str}
    assert found["learning_rate"] == "0.001"


@pytest.mark.parametrize("name", object_detection.DERIVED)
def test_what_is_derived_cannot_be_set(name):
    with pytest.raises(SettingsError, match=name):
        with_parameters(**{name: 5})


def test_a_step_that_is_never_reached_is_refused():
    with pytest.raises(SettingsError, match=r"step 6 is not before the last of 5 epochs"):
        with_parameters(lr_scheduler_step="3,6", epochs=5)


@pytest.mark.parametrize("name", ["epochs", "mini_batch_size", "lr_scheduler_step"])
@pytest.mark.parametrize("value", ["many", 0, -1, 1.5, True])
def test_a_number_that_is_none_is_refused(name, value):
    with pytest.raises(SettingsError, match=name):
        with_parameters(**{name: value})
