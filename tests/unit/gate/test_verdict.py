from msgspec.structs import replace

from groundtrain.errors import ManifestError
from groundtrain.gate.verdict import Verdict, refused, verdict_on
from groundtrain.rules.findings import Finding
from tests.datasets import a_dataset

SOUND = a_dataset(rejected=0, reasons={}, findings={})
EMPTY_SPLIT = Finding.on_file("GT402", "train.manifest is empty")


def test_a_dataset_without_fault_will_train() -> None:
    verdict = verdict_on(SOUND)
    assert verdict == Verdict("will-train")
    assert str(verdict) == "will train"


def test_rejected_lines_are_gone_without() -> None:
    verdict = verdict_on(replace(SOUND, rejected=1200, reasons={"GT204": 1200}))
    assert verdict == Verdict("will-train-without-lines", 1200)
    assert str(verdict) == "will train without 1,200 lines"


def test_lines_left_out_by_wish_are_no_fault() -> None:
    assert verdict_on(replace(SOUND, rejected=5, reasons={"GT405": 5})) == Verdict("will-train")


def test_an_error_on_the_manifest_as_a_whole_stops_training() -> None:
    verdict = verdict_on(replace(SOUND, manifest_findings=(EMPTY_SPLIT,)))
    assert verdict.kind == "will-not-train"
    assert str(verdict).startswith("will not train, because: train.manifest is empty: label more")


def test_an_error_in_the_settings_stops_training() -> None:
    assert verdict_on(SOUND, [EMPTY_SPLIT]).kind == "will-not-train"


def test_a_warning_on_the_manifest_as_a_whole_stops_nothing() -> None:
    warning = Finding.on_file("GT403", "car is on 3 images in training, 0 in validation")
    assert verdict_on(replace(SOUND, manifest_findings=(warning,))) == Verdict("will-train")


def test_the_same_reason_is_given_once() -> None:
    assert len(verdict_on(replace(SOUND, manifest_findings=(EMPTY_SPLIT,)), [EMPTY_SPLIT]).because) == 1


def test_only_the_first_reasons_are_put_into_words() -> None:
    verdict = Verdict("will-not-train", because=("One.", "Two.", "Three.", "Four.", "Five."))
    assert str(verdict) == "will not train, because: One. Two. Three. And 2 more."


def test_a_manifest_refused_as_a_whole_will_not_train() -> None:
    verdict = refused(ManifestError("a.manifest is empty", fix="name another"), "a.manifest")
    assert verdict == Verdict("will-not-train", because=("it is empty: name another.",))
