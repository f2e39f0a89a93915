import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import Dataset, GateDecision, Source, Split
from groundtrain.gate.decision import decide_gate
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training

DATASET = Dataset(
    dataset_id="0123456789abcdef",
    labeling_job="street",
    labeling_job_arn="",
    source=Source("s3://bucket/output.manifest", "etag", 100, 1),
    label="boxes",
    type="groundtruth/object-detection",
    attributes=("source-ref", "boxes"),
    classes=("car", "person"),
    train=Split("train.manifest", 80, 1, "", {"car": 70, "person": 10}),
    validation=Split("validation.manifest", 20, 1, "", {"car": 15, "person": 5}),
    rejected=0,
    reasons={},
    findings={},
    statistics={},
    image_buckets=("bucket",),
    gate=GateDecision(open=True),
)


def reasons(dataset: Dataset, gate: Gate | None = None, training: Training | None = None) -> tuple[str, ...]:
    environment = Environment(
        name="test", region="eu-west-1", gate=gate or Gate(), training=training or Training()
    )
    return decide_gate(dataset, environment).reasons


def test_a_sound_dataset_opens_the_gate() -> None:
    environment = Environment(name="test", region="eu-west-1")
    assert decide_gate(DATASET, environment) == GateDecision(open=True)


@pytest.mark.parametrize(("rejected", "closed"), [(20, False), (21, True)])
def test_too_many_rejected_lines_close_it(rejected: int, closed: bool) -> None:
    found = reasons(replace(DATASET, rejected=rejected, reasons={"GT204": rejected}))
    assert bool(found) == closed
    assert all("box-outside-image (GT204)" in reason for reason in found)


def test_lines_with_a_label_under_another_name_are_not_told_to_be_labeled_again() -> None:
    told = Finding.on_file("GT422", "30 of 100 lines have no boxes, but a label under b", fix="join them")
    (reason,) = reasons(replace(DATASET, rejected=30, reasons={"GT201": 30}, manifest_findings=(told,)))
    assert "join them" in reason
    assert "label it" not in reason


def test_lines_left_out_by_wish_are_never_the_main_reason() -> None:
    (reason,) = reasons(replace(DATASET, rejected=80, reasons={"GT101": 30, "GT405": 50}))
    assert "30 of 50 records were left out for not-json (GT101)" in reason
    assert "not-json (GT101)" in reason


def test_too_few_records_close_it() -> None:
    assert "100 records can be used, fewer than 101" in reasons(DATASET, Gate(min_records=101))[0]


def test_a_class_with_too_few_records_closes_it() -> None:
    (reason,) = reasons(DATASET, Gate(min_records_per_class=16))
    assert '"person" is on 15 records' in reason


@pytest.mark.parametrize("background", [(0, 0), (1, 0), (40, 0)])
def test_the_background_of_masks_is_no_class_to_label_more_of(background: tuple[int, int]) -> None:
    train, validation = (
        replace(side, records_by_class={"BACKGROUND": n, "road": side.records})
        for side, n in zip((DATASET.train, DATASET.validation), background, strict=True)
    )
    masks = replace(
        DATASET,
        type="groundtruth/semantic-segmentation",
        classes=("BACKGROUND", "road"),
        train=train,
        validation=validation,
    )
    assert not [reason for reason in reasons(masks) if "BACKGROUND" in reason]


def test_a_class_on_one_side_only_closes_it() -> None:
    one_sided = replace(DATASET.validation, records_by_class={"car": 20, "person": 0})
    assert '"person" is on 10 records in training and 0' in reasons(replace(DATASET, validation=one_sided))[0]


def test_a_class_on_one_side_only_may_be_allowed() -> None:
    one_sided = replace(DATASET.validation, records_by_class={"car": 20, "person": 0})
    assert reasons(replace(DATASET, validation=one_sided), Gate(classes_in_both_splits=False)) == ()


def test_a_batch_that_validation_cannot_fill_closes_it() -> None:
    (reason,) = reasons(DATASET, training=Training(hyperparameters={"mini_batch_size": 32}))
    assert "validation.manifest has 20 records, fewer than one batch of 32" in reason


def test_an_empty_side_closes_it() -> None:
    empty = Split("validation.manifest", 0, 0, "", {"car": 0, "person": 0})
    finding = Finding.on_file("GT402", "validation.manifest is empty")
    found = reasons(replace(DATASET, validation=empty, manifest_findings=(finding,)), Gate())
    assert sum("validation.manifest is empty" in reason for reason in found) == 1
    assert not any("in training and 0 in validation" in reason for reason in found)


def test_every_reason_ends_as_a_sentence() -> None:
    poor = replace(DATASET, rejected=90, reasons={"GT101": 90}, train=replace(DATASET.train, records=0))
    found = reasons(poor, Gate(min_records=1000, min_records_per_class=1000))
    assert len(found) >= 3
    assert all(reason.endswith(".") for reason in found)


def test_it_is_open_when_lines_were_left_out() -> None:
    dataset = replace(DATASET, rejected=5, reasons={"GT204": 5})
    assert decide_gate(dataset, Environment(name="test", region="eu-west-1")).open


def test_too_few_records_are_told_with_what_was_left_out() -> None:
    (reason,) = reasons(replace(DATASET, rejected=5, reasons={"GT204": 5}), Gate(min_records=1000))
    assert "5 of 100 records were left out for box-outside-image (GT204): clip the box" in reason


@pytest.mark.parametrize("kind", ["groundtruth/image-classification", "groundtruth/text-classification"])
def test_a_classification_with_one_class_closes_it(kind: str) -> None:
    one = replace(
        DATASET,
        type=kind,
        classes=("spam",),
        train=Split("train.manifest", 80, 1, "", {"spam": 80}),
        validation=Split("validation.manifest", 20, 1, "", {"spam": 20}),
    )
    assert 'here is nothing to tell apart: the only class is "spam"' in " ".join(reasons(one))
    assert "10 of 100 records were left out" in " ".join(
        reasons(replace(one, reasons={"GT204": 10}, rejected=10))
    )
    two = replace(one, classes=("spam", "ham"), validation=Split("", 20, 1, "", {"spam": 10, "ham": 10}))
    assert 'raining shows the class "spam" only' in " ".join(reasons(two))


def test_boxes_of_one_class_do_not_close_it() -> None:
    cars = Split("", 80, 1, "", {"car": 80}), Split("", 20, 1, "", {"car": 20})
    one = replace(DATASET, classes=("car",), train=cars[0], validation=cars[1])
    assert reasons(one) == ()


def test_what_was_left_out_is_told_once_where_too_much_of_it_closes_the_gate() -> None:
    found = reasons(replace(DATASET, rejected=50, reasons={"GT204": 50}), Gate(min_records=1000))
    assert sum("left out for box-outside-image" in reason for reason in found) == 1


@pytest.mark.parametrize(("train", "validation"), [(0, 2), (2, 0)])
def test_a_class_on_one_side_only_closes_the_gate_whichever_side_it_is(train: int, validation: int) -> None:
    one_sided = replace(
        DATASET,
        train=replace(DATASET.train, records_by_class={"car": 70, "person": train}),
        validation=replace(DATASET.validation, records_by_class={"car": 15, "person": validation}),
    )
    [reason] = reasons(one_sided)
    assert f'"person" is on {train} records in training and {validation} in validation' in reason
