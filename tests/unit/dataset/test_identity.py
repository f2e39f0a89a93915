"""What makes a dataset's id: what must differ differs, what must not does not."""

import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import dataset_id, dataset_prefix
from groundtrain.settings.class_table import ClassTable
from groundtrain.settings.dataset_settings import DatasetSettings

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/j"
SETTINGS = DatasetSettings()


def with_classes(rename, *drop, **more):
    return replace(SETTINGS, classes=ClassTable(rename, drop, **more))


DIFFERENT = [
    (("a", "bc", SETTINGS), ("ab", "c", SETTINGS)),
    (("", "abc", SETTINGS), ("abc", "", SETTINGS)),
    ((ARN, "e", SETTINGS), (f"{ARN}2", "e", SETTINGS)),
    ((ARN, "e", SETTINGS), (ARN, "f", SETTINGS)),
    ((ARN, "e", SETTINGS), (ARN, "e", replace(SETTINGS, validation=0.3))),
    ((ARN, "e", SETTINGS), (ARN, "e", replace(SETTINGS, label="boxes"))),
    ((ARN, "e", SETTINGS), (ARN, "e", replace(SETTINGS, split="stratified"))),
    ((ARN, "e", SETTINGS), (ARN, "e", with_classes({"a": "b"}))),
    ((ARN, "e", SETTINGS), (ARN, "e", with_classes({}, "a"))),
    ((ARN, "e", with_classes({"a": "b"})), (ARN, "e", with_classes({"a": "c"}))),
    ((ARN, "e", with_classes({}, "a")), (ARN, "e", with_classes({}, "a", emptied_records="keep"))),
    (("", "e", SETTINGS, ("a", "b")), ("", "e", SETTINGS, ("b", "a"))),
    (("", "e", SETTINGS, ("a", "b")), ("", "e", SETTINGS, ("ab",))),
    (("", "e", SETTINGS, ("a",)), ("", "e", SETTINGS)),
]
SAME = [
    ((ARN, "e", SETTINGS), (ARN, "e", DatasetSettings())),
    ((ARN, "e", SETTINGS), (ARN, "e", with_classes({}))),
    ((ARN, "e", SETTINGS), (ARN, "e", with_classes({}, emptied_records="keep"))),
    (
        (ARN, "e", with_classes({"a": "b", "c": "d"})),
        (ARN, "e", with_classes({"c": "d", "a": "b"})),
    ),
    ((ARN, "e", SETTINGS, ("a",)), (ARN, "e", SETTINGS, ("b", "c"))),
    ((ARN, "e", SETTINGS, ("a",)), (ARN, "e", SETTINGS)),
    (("", "e", SETTINGS, ()), ("", "e", SETTINGS)),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_makes_another_dataset_makes_another_id(one, other):
    assert dataset_id(*one) != dataset_id(*other)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_makes_the_same_dataset_makes_the_same_id(one, other):
    assert dataset_id(*one) == dataset_id(*other)


def test_an_id_is_16_hex_digits_below_the_labeling_job():
    identity = dataset_id(ARN, "e", SETTINGS)
    assert len(identity) == 16
    assert int(identity, 16)
    assert dataset_prefix("Job", identity) == f"datasets/Job/{identity}/"
