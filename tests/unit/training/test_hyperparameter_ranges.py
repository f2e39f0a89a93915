"""Every documented hyperparameter, each range at its ends; the sources are the algorithms' guides."""

import pytest

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment, parse_environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.algorithms.registry import BUILT_IN
from groundtrain.training.settings_checks import training_mistakes
from tests.training_plans import LABEL_TYPES, a_plan

# Hyperparameter, its default; values that are allowed; values that are not, with the nearest possible.
EARLY_STOPPING = (
    ("early_stopping", "False", (True, "False"), {"maybe": "False"}),
    ("early_stopping_tolerance", "0.0", (0, 0.5, 1), {-0.1: "0", 1.1: "1"}),
)
ROWS = {
    "object-detection": (
        ("base_network", "vgg-16", ("vgg-16", "resnet-50"), {"resnet50": "resnet-50"}),
        ("use_pretrained_model", "1", (0, 1, True), {2: "1"}),
        ("image_shape", "300", (300, 512, 10_000), {299: "300", 10_001: "10000", "3,300,300": "300"}),
        ("mini_batch_size", "32", (1, 64), {0: "1", 1.5: "2"}),
        ("epochs", "30", (1, 500), {0: "1", "many": "30"}),
        ("learning_rate", "0.001", (1e-9, 0.5, 1), {0: "0.001", 1.01: "1", "nan": "0.001"}),
        ("lr_scheduler_step", "", ("10", "3, 6"), {"10;20": "", "0,5": ""}),
        ("lr_scheduler_factor", "0.1", (0.01, 0.99), {0: "0.1", 1: "0.1"}),
        ("optimizer", "sgd", ("sgd", "adam", "rmsprop", "adadelta"), {"adamw": "adam"}),
        ("momentum", "0.9", (0.1, 1), {0: "0.9", 2: "1"}),
        ("weight_decay", "0.0005", (0.1, 0.9), {0: "0.0005", 1: "0.0005"}),
        ("nms_threshold", "0.45", (0.1, 1), {0: "0.45", 1.1: "1"}),
        ("overlap_threshold", "0.5", (0.1, 1), {0: "0.5", 1.1: "1"}),
        ("kv_store", "", ("dist_sync", "dist_async"), {"sync": "dist_sync"}),
        ("freeze_layer_pattern", "", ("^(conv1_|conv2_).*",), {"(": ""}),
        ("early_stopping_min_epochs", "10", (1, 20), {0: "1"}),
        ("early_stopping_patience", "5", (1, 20), {0: "1"}),
        *EARLY_STOPPING,
    ),
    "image-classification": (
        ("multi_label", "0", (0, 1), {2: "0"}),
        ("use_weighted_loss", "0", (0, 1), {2: "0"}),
        ("image_shape", "3,224,224", ("3,224,224", "1, 28, 28"), {"224": "3,224,224", "4,8,8": "3,224,224"}),
        ("resize", "", (224, 512), {0: "1"}),
        ("num_layers", "152", (18, 152, 200, 20, 110), {19: "18", 151: "152", 1000: "200"}),
        ("use_pretrained_model", "0", (0, 1), {"yes": "0"}),
        ("mini_batch_size", "32", (1, 64), {0: "1"}),
        ("epochs", "30", (1, 500), {0: "1"}),
        ("learning_rate", "0.1", (0, 1), {-1: "0", 1.5: "1"}),
        ("lr_scheduler_step", "", ("10,20",), {"ten": ""}),
        ("lr_scheduler_factor", "0.1", (0, 1), {-1: "0", 1.5: "1"}),
        ("optimizer", "sgd", ("sgd", "adam", "rmsprop", "nag"), {"adagrad": "adam"}),
        ("momentum", "0.9", (0, 1), {1.5: "1"}),
        ("weight_decay", "0.0001", (0, 1), {1.5: "1"}),
        ("beta_1", "0.9", (0, 1), {1.5: "1"}),
        ("beta_2", "0.999", (0, 1), {1.5: "1"}),
        ("eps", "1e-8", (0, 1e-8, 1), {1.5: "1"}),
        ("gamma", "0.9", (0, 1), {-0.5: "0"}),
        (
            "augmentation_type",
            "",
            ("crop", "crop_color", "crop_color_transform"),
            {"crop_colour": "crop_color"},
        ),
        ("precision_dtype", "float32", ("float32", "float16"), {"float64": "float16"}),
        ("top_k", "", (2, 5), {1: "2"}),
        ("checkpoint_frequency", "", (1, 30), {0: "1"}),
        ("kv_store", "", ("dist_sync", "dist_async"), {"async": "dist_async"}),
        ("early_stopping_min_epochs", "10", (1, 20), {0: "1"}),
        ("early_stopping_patience", "5", (1, 20), {0: "1"}),
        *EARLY_STOPPING,
    ),
    "semantic-segmentation": (
        (
            "backbone",
            "resnet-50",
            ("resnet-50", "resnet-101"),
            {"resnet-151": "resnet-101", "resnet-60": "resnet-50"},
        ),
        ("algorithm", "fcn", ("fcn", "psp", "deeplab"), {"deeplabv3": "deeplab"}),
        ("use_pretrained_model", "True", (True, False, 0), {"perhaps": "True"}),
        ("crop_size", "240", (17, 480), {16: "17"}),
        ("base_size", "520", (17, 1024), {16: "17"}),
        ("mini_batch_size", "16", (1, 64), {0: "1"}),
        ("validation_mini_batch_size", "16", (1, 64), {0: "1"}),
        ("epochs", "10", (1, 500), {0: "1"}),
        ("learning_rate", "0.001", (0.001, 1), {0: "0.001", 2: "1"}),
        ("lr_scheduler", "poly", ("poly", "cosine", "step"), {"steps": "step"}),
        ("lr_scheduler_step", "", ("5",), {"five": ""}),
        ("lr_scheduler_factor", "0.1", (0.5,), {1: "0.1"}),
        ("optimizer", "sgd", ("sgd", "adam", "adagrad", "nag", "rmsprop"), {"adadelta": "adagrad"}),
        ("momentum", "0.9", (0.1, 1), {0: "0.9"}),
        ("weight_decay", "0.0001", (0.5,), {1: "0.0001"}),
        ("gamma1", "0.9", (0, 1), {2: "1"}),
        ("gamma2", "0.9", (0, 1), {-2: "0"}),
        ("syncbn", "False", (True, False), {"on": "False"}),
        ("early_stopping_min_epochs", "5", (1, 20), {0: "1"}),
        ("early_stopping_patience", "4", (1, 20), {0: "1"}),
        *EARLY_STOPPING,
    ),
    "blazingtext": (
        ("epochs", "5", (1, 50), {0: "1"}),
        ("learning_rate", "0.05", (0.01, 5), {0: "0.05", -1: "0.05"}),
        ("min_count", "5", (0, 10), {-1: "0"}),
        ("vector_dim", "100", (1, 300), {0: "1"}),
        ("word_ngrams", "2", (1, 5), {0: "1"}),
        ("buckets", "2000000", (1, 10**7), {0: "1"}),
        ("early_stopping", "False", (True, False), {"maybe": "False"}),
        ("min_epochs", "5", (1, 10), {0: "1"}),
        ("patience", "4", (1, 10), {0: "1"}),
    ),
}
EACH = [(algorithm, *row) for algorithm, rows in ROWS.items() for row in rows]
IDS = [f"{row[0]} {row[1]}" for row in EACH]
# What else must be said for a value to be possible.
TOGETHER = {
    ("image-classification", "resize", 224): {"image_shape": "3,224,224"},
    ("semantic-segmentation", "lr_scheduler_step", "5"): {"lr_scheduler": "step"},
}


def refuse(algorithm: str, /, **hyperparameters: object) -> None:
    training = Training(algorithm=algorithm, hyperparameters=hyperparameters)
    settings = dump_environment(Environment(name="dev", region="eu-west-1", training=training))
    parse_environment(settings, training_mistakes)


def test_every_documented_hyperparameter_is_tested():
    tables = {
        algorithm.name: {row.name for row in algorithm.hyperparameters if not row.derived}
        for algorithm in BUILT_IN
    }
    assert {algorithm: {row[0] for row in rows} for algorithm, rows in ROWS.items()} == tables


@pytest.mark.parametrize(("algorithm", "name", "default", "allowed", "refused"), EACH, ids=IDS)
def test_a_value_inside_its_range_is_taken(algorithm, name, default, allowed, refused):
    for value in allowed:
        refuse(algorithm, **{name: value}, **TOGETHER.get((algorithm, name, value), {}))


@pytest.mark.parametrize(("algorithm", "name", "default", "allowed", "refused"), EACH, ids=IDS)
def test_a_value_outside_its_range_is_refused_with_the_nearest_possible(
    algorithm, name, default, allowed, refused
):
    for value, nearest in refused.items():
        with pytest.raises(SettingsError) as refusal:
            refuse(algorithm, **{name: value})
        assert f"settings: training.hyperparameters.{name}: " in str(refusal.value)
        assert ("the nearest possible is" in str(refusal.value)) == bool(nearest)
        assert f"the nearest possible is {nearest} (GT514)" in str(refusal.value) or not nearest


@pytest.mark.parametrize(("algorithm", "name", "default", "allowed", "refused"), EACH, ids=IDS)
def test_the_default_is_the_documented_one_and_possible(algorithm, name, default, allowed, refused):
    (row,) = (row for a in BUILT_IN if a.name == algorithm for row in a.hyperparameters if row.name == name)
    assert row.default == default
    assert default == "" or row.form.spelled(default) == default


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [(a.name, row.name) for a in BUILT_IN for row in a.hyperparameters if row.derived],
)
def test_what_is_derived_cannot_be_set(algorithm, name):
    with pytest.raises(SettingsError, match=rf"{name} is typed by hand .*remove it"):
        refuse(algorithm, **{name: 5})


@pytest.mark.parametrize("algorithm", LABEL_TYPES)
def test_an_unknown_hyperparameter_is_refused_with_the_one_spelt_most_alike(algorithm):
    with pytest.raises(
        SettingsError, match=rf"epohcs is no hyperparameter of {algorithm}; the nearest is epochs"
    ):
        refuse(algorithm, epohcs=5)


@pytest.mark.parametrize(
    ("algorithm", "chosen", "reason"),
    [
        (
            "object-detection",
            {"lr_scheduler_step": "3,6", "epochs": 5},
            "step 6 is not before the last of 5 epochs",
        ),
        ("image-classification", {"lr_scheduler_step": "30"}, "step 30 is not before the last of 30 epochs"),
        ("image-classification", {"resize": 223}, "the nearest possible is 224"),
        ("image-classification", {"image_shape": "3,100,300", "resize": 224}, "the nearest possible is 300"),
        (
            "image-classification",
            {"use_pretrained_model": 1, "num_layers": 110},
            "the nearest possible is 101",
        ),
        ("image-classification", {"use_pretrained_model": 1, "image_shape": "3,300,300"}, "3,224,224"),
        ("image-classification", {"checkpoint_frequency": 31}, "at most 30"),
        ("semantic-segmentation", {"lr_scheduler_step": "5"}, "set it to step"),
        (
            "semantic-segmentation",
            {"lr_scheduler": "step", "lr_scheduler_step": "10"},
            "step 10 is not before",
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(algorithm, chosen, reason):
    with pytest.raises(SettingsError, match=reason):
        refuse(algorithm, **chosen)


@pytest.mark.parametrize(
    ("label_type", "typed", "spelled"),
    [
        ("groundtruth/object-detection", {"early_stopping": True}, "True"),
        ("groundtruth/object-detection", {"use_pretrained_model": False}, "0"),
        ("groundtruth/semantic-segmentation", {"use_pretrained_model": 0}, "False"),
        ("groundtruth/object-detection", {"learning_rate": 0.001}, "0.001"),
        ("groundtruth/object-detection", {"epochs": " 30"}, "30"),
    ],
)
def test_a_value_is_spelled_as_the_algorithm_wants_it(label_type, typed, spelled):
    plan = a_plan(label_type, hyperparameters=typed)
    assert list(plan.chosen.values()) == [spelled]
