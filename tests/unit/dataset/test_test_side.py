"""The test side: taken from training only, told wherever sides are, and never there unless asked for."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import Dataset, dataset_id, dump_dataset, parse_dataset
from groundtrain.gate.decision import make_dataset
from groundtrain.manifest.source import FileManifest
from groundtrain.output.messages.paragraphs import counts_in_words
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment
from groundtrain.training.job_name import expected_job_name
from groundtrain.training.plan import plan_for
from groundtrain.training.request import BucketsAndRole, build_request
from tests.manifest_lines import Converted, box, dump, good, manifest_of, record

ENVIRONMENT = Environment(name="dev", region="eu-west-1")
TEST = DatasetSettings(test=0.2)
RECORDED = {  # before there was a test side: id, and what the files begin with as SHA-256
    "stable": ("49454f1ed82be51b", "3012f046a5533b12", "0358ed285a6490f4", "cb211d865683a354"),
    "stratified": ("5f04add1c421d846", "5b8e162783a2e2c4", "7a990ff401a1e080", "96cb0c5231b7fb06"),
}
SETTINGS = {"stable": {}, "stratified": {"split": "stratified", "validation": 0.2}}


def decided(directory: Path, settings: DatasetSettings, *lines: bytes) -> tuple[Dataset, Path]:
    into, path = directory / "dataset", manifest_of(directory, *lines).path
    source = FileManifest(path, uri="output.manifest", name="output.manifest")
    return make_dataset(convert(source, settings, into), ENVIRONMENT, into), into


def sources(lines: list[bytes]) -> set[str]:
    return {json.loads(line)["source-ref"] for line in lines}


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]


@pytest.mark.parametrize("split", RECORDED)
@pytest.mark.parametrize("more", [{}, {"test": 0}, {"test": 0.0}, {"test": -0.0}], ids=str)
def test_without_a_test_side_ids_files_and_bytes_are_those_of_before(
    split: str, more: dict[str, Any], tmp_path: Path
) -> None:
    settings = msgspec.convert({**SETTINGS[split], **more}, DatasetSettings)
    dataset, into = decided(tmp_path, settings, *good(60))
    files = [digest((into / f"{name}").read_bytes()) for name in ("train.manifest", "validation.manifest")]
    report = digest((into / "report.json").read_bytes())
    assert (dataset.dataset_id, *files, report) == RECORDED[split]
    assert sorted(path.name for path in into.iterdir()) == [
        *("rejected.jsonl", "report.json", "train.manifest", "validation.manifest")
    ]
    assert b'"test' not in dump_dataset(dataset) + (into / "report.json").read_bytes()


def test_without_a_test_side_dataset_json_and_the_training_job_are_those_of_before(tmp_path: Path) -> None:
    settings = DatasetSettings(split="stratified", validation=0.2, test=0.0)
    dataset, _ = decided(tmp_path, settings, *good(60))
    assert dataset_id("arn:x", "etag", DatasetSettings(test=0.0)) == "4d1d1d8e806cae80"
    assert '"test' not in dump_environment(msgspec.structs.replace(ENVIRONMENT, dataset=settings))
    assert expected_job_name(dataset, ENVIRONMENT) == "groundtrain-dev-3c0f5c5577"
    assert digest(dump_dataset(dataset)) == "0e91379d5a4b2a58"


def test_a_share_for_test_is_part_of_the_identity() -> None:
    assert dataset_id("arn", "e", TEST) != dataset_id("arn", "e", DatasetSettings())


@pytest.mark.parametrize("split", RECORDED)
def test_switching_it_on_takes_from_training_only(split: str, tmp_path: Path) -> None:
    lines = [
        dump(record(f"s3://bucket/{i:03}.jpg", box(i % 3), classes={str(i % 3): f"c{i % 3}"}))
        for i in range(120)
    ]
    without = Converted(tmp_path / "a", *lines, settings=DatasetSettings(**SETTINGS[split]))
    made = Converted(tmp_path / "b", *lines, settings=DatasetSettings(**SETTINGS[split], test=0.2))
    assert made.validation == without.validation
    assert sources(made.train) | sources(made.test) == sources(without.train)
    assert not sources(made.train) & sources(made.test)
    assert 10 < len(made.test) < 40


def test_another_share_of_validation_leaves_the_test_side_as_it_is(tmp_path: Path) -> None:
    few = Converted(tmp_path / "a", *good(100), settings=DatasetSettings(validation=0.1, test=0.2))
    many = Converted(tmp_path / "b", *good(100), settings=DatasetSettings(validation=0.4, test=0.2))
    assert few.test == many.test != []


def test_groups_are_on_the_test_side_as_a_whole(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bkt/clip-{i // 5}/{i}.jpg", box())) for i in range(200)]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(test=0.3, group_by="clip-[0-9]+"))
    clips = [{source.split("/")[3] for source in sources(side)} for side in (made.train, made.test)]
    assert clips[1]
    assert not clips[0] & clips[1]


def test_a_small_dataset_fills_all_three_sides(tmp_path: Path) -> None:
    for number in range(3, 12):
        made = Converted(tmp_path / str(number), *good(number, "few"), settings=DatasetSettings(test=1e-9))
        assert min(map(len, (made.train, made.validation, made.test))) > 0


@pytest.mark.parametrize("number", range(2, 7))
@pytest.mark.parametrize("prefix", ["a", "b", "c", "d"])
def test_the_group_that_fills_validation_is_the_same_with_and_without(
    prefix: str, number: int, tmp_path: Path
) -> None:
    lines, few = good(number, prefix), {"validation": 1e-9}
    without = Converted(tmp_path / "a", *lines, settings=DatasetSettings(**few))
    made = Converted(tmp_path / "b", *lines, settings=DatasetSettings(**few, test=0.6))
    assert made.validation == without.validation
    assert len(made.validation) == 1
    assert made.train


@pytest.mark.parametrize("share", [1e-9, 0.5, 0.899])
def test_training_goes_before_test_where_there_are_two_records(share: float, tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(2), settings=DatasetSettings(test=share))
    assert (len(made.train), len(made.validation), made.test) == (1, 1, [])
    assert made.dataset.test_records == 0
    assert "GT430" in made.dataset.findings
    assert (tmp_path / "dataset" / "test.manifest").read_bytes() == b""


@pytest.mark.parametrize("word", ["test", "Test", "testing", " TEST "])
def test_a_line_can_say_that_it_is_for_test_whatever_the_share(word: str, tmp_path: Path) -> None:
    lines = [*good(30), dump({**record("s3://bucket/t.jpg", box()), "side": word})]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(split_attribute="side"))
    assert sources(made.test) == {"s3://bucket/t.jpg"}
    assert made.dataset.test_records == 1
    without = Converted(tmp_path / "w", *good(30), settings=DatasetSettings(split_attribute="side"))
    assert (made.train, made.validation) == (without.train, without.validation)


@pytest.mark.parametrize("word", ["dev", "validate", "VAL"])
def test_lines_name_their_side_in_the_words_of_columns_and_folders(word: str, tmp_path: Path) -> None:
    lines = [*good(30), dump({**record("s3://bucket/v.jpg", box()), "side": word})]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(split_attribute="side"))
    assert "s3://bucket/v.jpg" in sources(made.validation)


def test_lines_for_test_do_not_keep_validation_from_being_filled(tmp_path: Path) -> None:
    stated = [dump({**record(f"s3://bkt/{i}.jpg", box()), "side": "test"}) for i in range(9)]
    settings = DatasetSettings(split_attribute="side", validation=1e-9)
    made = Converted(tmp_path / "a", *good(3), *stated, settings=settings)
    assert (len(made.train), len(made.validation), len(made.test)) == (2, 1, 9)
    alone = Converted(tmp_path / "b", *good(1), *stated, settings=settings)
    assert (len(alone.train), len(alone.validation), len(alone.test)) == (1, 0, 9)


def test_description_report_and_messages_name_the_test_side(tmp_path: Path) -> None:
    dataset, into = decided(tmp_path, TEST, *good(60))
    assert dataset.test
    assert parse_dataset(dump_dataset(dataset)) == dataset
    report = json.loads((into / "report.json").read_bytes())
    assert report["test"] == dataset.test.records == 8
    assert report["classes"][0]["test_records"] == report["classes"][0]["test_items"] == 8
    assert " 8 for test, 0 left out" in str(counts_in_words(dataset))
    sides = sum(side.records for side in dataset.sides)
    assert sides + dataset.rejected == dataset.source.records
    test_manifest = (into / "test.manifest").read_bytes()
    assert dataset.test.sha256 == hashlib.sha256(test_manifest).hexdigest()


def test_the_test_side_is_never_streamed_to_training(tmp_path: Path) -> None:
    dataset, _ = decided(tmp_path, TEST, *good(60))
    plan = plan_for(ENVIRONMENT, dataset.type)
    assert plan is not None
    buckets = BucketsAndRole(S3Address("datasets", "d/"), "models", "arn:aws:iam::111122223333:role/r")
    request = build_request(plan, dataset, buckets)
    assert [each["ChannelName"] for each in request["InputDataConfig"]] == ["train", "validation"]
    assert "test.manifest" not in json.dumps(request)
    assert request["HyperParameters"]["num_training_samples"] == str(dataset.train.records)


def test_a_class_that_only_the_test_side_lacks_is_a_warning_and_no_closed_gate(tmp_path: Path) -> None:
    names = {"0": "car", "1": "bus"}
    lines = [
        dump({**record(f"s3://bkt/{i}.jpg", box(i % 2 if i < 40 else 0), classes=names), "side": side})
        for i in range(60)
        for side in [("train", "val")[i // 2 % 2] if i < 40 else "test"]
    ]
    dataset, _ = decided(tmp_path, DatasetSettings(split_attribute="side"), *lines)
    (told,) = (one for one in dataset.manifest_findings if one.code == "GT403")
    assert told.message == ('the class "bus" is on 10 records in training, 10 in validation and 0 in test')
    assert dataset.gate.open


def test_a_class_on_the_test_side_only_closes_the_gate(tmp_path: Path) -> None:
    lines = [
        dump({**record(f"s3://bkt/t{i}.jpg", box(1), classes={"1": "bus"}), "side": "test"}) for i in range(5)
    ]
    dataset, _ = decided(tmp_path, DatasetSettings(split_attribute="side"), *good(60), *lines)
    told = " ".join(dataset.gate.reasons)
    assert 'class "bus" is on 0 records in training, 0 in validation and 5 in test' in told


def test_frames_of_a_video_on_the_test_side_too_are_told(tmp_path: Path) -> None:
    lines = [
        dump({**record(f"s3://bkt/clip-{clip}/{i:03}.jpg", box()), "side": "test" if i > 2 else "train"})
        for clip in "abc"
        for i in range(5)
    ]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(split_attribute="side"))
    (told,) = (one for one in made.dataset.manifest_findings if one.code == "GT404")
    assert "on several sides of the split, such as s3://bkt/clip-a/… with 3 in training and 2 in test" in (
        told.message
    )


def test_records_for_test_do_not_count_as_enough_to_train_on(tmp_path: Path) -> None:
    stated = [dump({**record(f"s3://bkt/{i}.jpg", box()), "side": "test"}) for i in range(9)]
    dataset, _ = decided(tmp_path, DatasetSettings(split_attribute="side"), *good(15), *stated)
    assert any(
        "15 records can be used" in reason and "9 more are for test" in reason
        for reason in (dataset.gate.reasons)
    )
