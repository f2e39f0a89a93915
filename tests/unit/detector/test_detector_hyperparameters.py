import json
import re

import pytest

from groundtrain.training.algorithms.groundtrain_detector import CLASS_NAMES, HYPERPARAMETERS, METRICS
from groundtrain_detector.errors import DetectorError, SettingsError
from groundtrain_detector.hyperparameters import Hyperparameters, parse_hyperparameters, read_hyperparameters
from groundtrain_detector.log import MAP_50, MAP_50_95, loss_line, metric_line

DERIVED = {"label_attribute": "boxes", "num_classes": "2", "num_training_samples": "42"}


def test_the_program_knows_the_hyperparameters_that_groundtrain_knows():
    names = {row.name for row in HYPERPARAMETERS} - {*CLASS_NAMES, "num_classes"}
    assert set(Hyperparameters._fields) == names | {"classes"}


def test_defaults_are_the_tables():
    chosen = parse_hyperparameters(DERIVED)
    for row in HYPERPARAMETERS:
        if row.default not in ("", "auto"):
            assert str(getattr(chosen, row.name)) == row.default


def test_strings_become_what_they_stand_for():
    given = {"epochs": "3", "zoom": "0", "flip": "false", "decode_workers": "4", "class_names": '["a", "b"]'}
    chosen = parse_hyperparameters({**DERIVED, **given})
    assert (chosen.epochs, chosen.zoom, chosen.flip, chosen.decode_workers) == (3, 0.0, False, 4)
    assert chosen.classes == ("a", "b")


def test_classes_without_names_are_numbered():
    assert parse_hyperparameters(DERIVED).classes == ("class 0", "class 1")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"epohcs": "3"}, "there is no hyperparameter epohcs; there are network"),
        ({"epochs": "3.5"}, 'epochs is "3.5", and takes a whole number from 1 to 10000; the nearest'),
        ({"learning_rate": "nan"}, "learning_rate"),
        ({"class_names": '["a"]'}, "class_names has 1 names, and num_classes is 2"),
        ({"class_names": "a, b"}, "JSON list of names"),
        ({"network": "yolo"}, "one of fcos_small"),
    ],
)
def test_a_wrong_one_is_said(given, why):
    with pytest.raises(SettingsError, match=why):
        parse_hyperparameters({**DERIVED, **given})


def test_a_missing_one_is_said():
    with pytest.raises(SettingsError, match="num_classes is missing: groundtrain derives it"):
        parse_hyperparameters({"label_attribute": "boxes", "num_training_samples": "3"})


@pytest.mark.parametrize("content", ["", "[]", '{"epochs": 3}'])
def test_a_file_of_something_else_is_said(content, tmp_path):
    (tmp_path / "hyperparameters.json").write_text(content)
    with pytest.raises(DetectorError, match=r"hyperparameters\.json"):
        read_hyperparameters(tmp_path / "hyperparameters.json")


def test_no_file_is_said(tmp_path):
    with pytest.raises(SettingsError, match=r"cannot be read from .*none\.json"):
        read_hyperparameters(tmp_path / "none.json")


def test_the_file_is_given_back_beside_what_it_means(tmp_path):
    (tmp_path / "h.json").write_text(json.dumps(DERIVED))
    assert read_hyperparameters(tmp_path / "h.json") == (parse_hyperparameters(DERIVED), DERIVED)


@pytest.mark.parametrize("value", [0.0, 0.123456, 1.0, 1234.5])
def test_what_is_printed_is_what_the_expressions_find(value):
    line = f"epoch=3 {loss_line(value)} {metric_line({MAP_50: value, MAP_50_95: value / 2})}"
    found = {name: float(re.search(regex, line)[1]) for name, regex in METRICS.items()}
    expected = {"train:loss": value, MAP_50: value, MAP_50_95: value / 2}
    assert found == pytest.approx(expected, abs=1e-4)
