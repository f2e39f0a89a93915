"""What is written to be labeled again: what has no label, once, with all that its line says beside labels."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.dataset.convert import NoUsableRecordError, convert
from groundtrain.dataset.passes.line_reading import ONE_PROCESS, Workers
from groundtrain.errors import ManifestError
from groundtrain.relabeling.relabel import Relabeled, RelabelFormat, RelabelRequest, relabel
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_samples import SAMPLES
from tests.manifest_lines import LABEL, box, dump, good, manifest_of, record

A, B = "s3://acme/a.jpg", "s3://acme/b.jpg"
Line = dict[str, Any]


def unlabeled(source: str, **own: Any) -> Line:
    return {"source-ref": source, **own}


def failed(source: str, **own: Any) -> Line:
    return {**record(source, box(), **{"failure-reason": "expired"}), **own}


def relabeled(
    directory: Path,
    *lines: bytes,
    rules: tuple[str, ...] = (),
    form: RelabelFormat = "input-manifest",
    keep_labels: bool = False,
    settings: DatasetSettings | None = None,
    workers: Workers = ONE_PROCESS,
) -> tuple[Relabeled, bytes]:
    """What is told and written of these lines, and of others without fault."""
    directory.mkdir(exist_ok=True)
    source = manifest_of(directory / "in", *lines, *good(20))
    settings, into = settings or DatasetSettings(label=LABEL), directory / "dataset"
    conversion = convert(source, settings, into, workers=workers)
    request = RelabelRequest(directory / "again", form, rules, keep_labels)
    rejected, kind = into / "rejected.jsonl", conversion.contents.type
    told = relabel(source, rejected, conversion.keys, kind, settings, request)
    return told, (directory / "again").read_bytes()


def lines_of(text: bytes) -> list[Line]:
    return [json.loads(line) for line in text.splitlines()]


def test_records_without_label_and_failed_ones_are_an_input_manifest(tmp_path: Path) -> None:
    told, written = relabeled(tmp_path, dump(unlabeled(B)), dump(failed(A, page=3)))
    assert written == b'{"source-ref":"s3://acme/b.jpg"}\n{"source-ref":"s3://acme/a.jpg","page":3}\n'
    assert (told.records, told.reasons) == (2, {"GT201": 1, "GT202": 1})


def test_a_record_with_a_label_on_another_line_is_not_labeled_again(tmp_path: Path) -> None:
    lines = [dump(unlabeled(A)), dump(record(A, box())), dump(unlabeled("s3://s3://bucket/good-0003.jpg"))]
    told, written = relabeled(tmp_path, *lines)
    assert (written, told.records, told.labeled_elsewhere) == (b"", 0, 2)


def test_a_record_is_labeled_again_once(tmp_path: Path) -> None:
    told, written = relabeled(tmp_path, dump(unlabeled(A)), dump(failed(A)))
    assert (len(lines_of(written)), told.repeated) == (1, 1)


def test_pages_are_records_and_so_are_those_of_the_record_key(tmp_path: Path) -> None:
    lines = [
        dump({**record(A, box()), "page": 1, "day": 1}),
        *(dump(unlabeled(A, page=i, day=2)) for i in (1, 2)),
    ]
    told, written = relabeled(tmp_path / "1", *lines)
    assert [line["page"] for line in lines_of(written)] == [1, 2]
    settings = DatasetSettings(label=LABEL, record_key=("page",))
    told, written = relabeled(tmp_path / "2", *lines, settings=settings)
    assert lines_of(written) == [unlabeled(A, page=2, day=2)]
    assert told.labeled_elsewhere == 1


def test_the_side_that_a_line_states_makes_no_other_record(tmp_path: Path) -> None:
    lines = [dump({**record(A, box()), "side": "train"}), dump(unlabeled(A, side="validation"))]
    settings = DatasetSettings(label=LABEL, split_attribute="side")
    assert relabeled(tmp_path, *lines, settings=settings)[0].labeled_elsewhere == 1


OUTSIDE, UNNAMED = record(A, box(left=5000)), record(B, box(7))


def test_only_what_chosen_rules_reject_is_labeled_again(tmp_path: Path) -> None:
    lines = [dump(OUTSIDE), dump(UNNAMED)]
    told, written = relabeled(tmp_path / "0", *lines)
    assert (written, told.others) == (b"", {"GT208": 1, "GT301": 1})
    told, written = relabeled(tmp_path / "1", *lines, rules=("GT301",))
    assert (lines_of(written), told.reasons, told.others) == ([unlabeled(B)], {"GT301": 1}, {"GT208": 1})
    told, written = relabeled(tmp_path / "2", *lines, rules=("GT2", "GT3"))
    assert (lines_of(written), told.others) == ([unlabeled(A), unlabeled(B)], {})


def test_a_rule_that_only_warns_of_a_rejected_line_does_not_choose_it(tmp_path: Path) -> None:
    line = record(A, box(7), box(0, width=1.5), classes={"0": "car"})
    told, _ = relabeled(tmp_path, dump(line), rules=("GT212",))
    assert (told.records, told.others) == (0, {"GT301": 1})


def test_labels_that_people_did_not_accept_are_drawn_again(tmp_path: Path) -> None:
    verdict = {"check": 0, "check-metadata": {"type": "groundtruth/label-verification", "class-name": "bad"}}
    settings = DatasetSettings(label=LABEL, verified_by="check", accepted=("good",))
    right = {**verdict, "check-metadata": {**verdict["check-metadata"], "class-name": "good"}}
    lines = [dump({**record(A, box()), **verdict}), dump({**record(B, box()), **right})]
    told, written = relabeled(tmp_path, *lines, settings=settings, rules=("GT418",))
    assert lines_of(written)[0] == unlabeled(A)
    assert told.reasons == {"GT418": 21}


def test_labels_stay_where_a_job_is_to_be_chained_to_them(tmp_path: Path) -> None:
    weather = {
        "weather": 0,
        "weather-metadata": {"type": "groundtruth/image-classification", "class-name": "x"},
    }
    lines = [{**OUTSIDE, **weather}, {**failed(B), **weather}]
    _, written = relabeled(tmp_path, *map(dump, lines), rules=("GT208",), keep_labels=True)
    assert lines_of(written) == [lines[0], {"source-ref": B, **weather}]


def test_metadata_without_a_label_do_not_stay(tmp_path: Path) -> None:
    line = record(B)
    del line[LABEL]
    told, written = relabeled(tmp_path, dump(line), rules=("GT2",), keep_labels=True)
    assert lines_of(written) == [unlabeled(B)]
    assert told.records == 1


def test_a_label_under_another_name_is_a_label(tmp_path: Path) -> None:
    named = {key.replace(LABEL, "week2"): value for key, value in record(A, box()).items()}
    told, written = relabeled(
        tmp_path, dump(named), dump({**unlabeled(B), "week2-metadata": named["week2-metadata"]})
    )
    assert lines_of(written) == [unlabeled(B)]
    assert told.labeled_under_another_name == 1


@pytest.mark.parametrize(
    "line",
    [b'{"source-ref"', b"[1]", b"\xff", b'{"a": 1}', b'{"source-ref": 7}', dump(unlabeled("photo.jpg"))],
    ids=["cut", "list", "bytes", "none", "number", "relative"],
)
def test_what_has_no_source_is_counted(tmp_path: Path, line: bytes) -> None:
    told, written = relabeled(tmp_path, line, rules=("GT1",))
    assert (written, told.without_source) == (b"", 1)


def test_a_line_of_which_only_the_beginning_is_kept_is_counted(tmp_path: Path) -> None:
    line = dump({**unlabeled(A), "note": "x" * 5_000_000})
    told, written = relabeled(tmp_path, line, rules=("GT1",))
    assert (written, told.without_source) == (b"", 1)


def test_a_scheme_written_twice_is_written_once(tmp_path: Path) -> None:
    _, written = relabeled(tmp_path, dump(unlabeled("s3://s3://acme/a.jpg")))
    assert lines_of(written) == [unlabeled(A)]


def test_tasks_for_label_studio_have_the_image_and_what_the_line_says(tmp_path: Path) -> None:
    lines = [dump(unlabeled(A, page=2)), dump(failed(B, image="x"))]
    told, written = relabeled(tmp_path, *lines, form="label-studio")
    assert json.loads(written) == [{"data": {"image": A, "page": 2}}, {"data": {"image": B}}]
    assert (told.records, told.attributes_not_carried) == (2, 1)


def test_no_task_is_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(relabeled(tmp_path, form="label-studio")[1]) == []


def of_type(kind: str, tmp_path: Path, form: RelabelFormat, *more: Line) -> tuple[Relabeled, bytes]:
    tmp_path.mkdir(exist_ok=True)
    source = manifest_of(tmp_path / "in", *map(dump, SAMPLES[kind].lines), *map(dump, more))
    settings, into = DatasetSettings(label=SAMPLES[kind].label), tmp_path / "dataset"
    conversion = convert(source, settings, into)
    request = RelabelRequest(tmp_path / "again", form)
    told = relabel(source, into / "rejected.jsonl", conversion.keys, kind, settings, request)
    return told, (tmp_path / "again").read_bytes()


def test_texts_are_labeled_again_as_texts(tmp_path: Path) -> None:
    more = {"source": "what a day"}, {"source": " "}
    told, written = of_type("groundtruth/text-classification", tmp_path / "1", "input-manifest", *more)
    assert lines_of(written) == [more[0]]
    assert told.without_source == 1
    _, written = of_type("groundtruth/text-span", tmp_path / "2", "label-studio", more[0])
    assert json.loads(written) == [{"data": {"text": "what a day"}}]


def test_sequences_have_no_tasks(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no tasks for Label Studio are written"):
        of_type("groundtruth/video-object-tracking", tmp_path, "label-studio", unlabeled("s3://acme/s.json"))


def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    lines = [
        dump(unlabeled(f"s3://acme/{i % 70}.jpg") if i % 3 else record(f"s3://acme/{i}.jpg", box()))
        for i in range(300)
    ]
    one = relabeled(tmp_path / "1", *lines)
    several = relabeled(tmp_path / "2", *lines, workers=Workers(2, 5_000))
    assert one[1] == several[1]
    assert one[0].reasons == several[0].reasons


def test_a_manifest_without_any_label_is_all_to_be_labeled(tmp_path: Path) -> None:
    source = manifest_of(tmp_path, dump(failed(A)), dump(unlabeled(B)))
    settings = DatasetSettings(label=LABEL)
    with pytest.raises(NoUsableRecordError) as caught:
        convert(source, settings, tmp_path)
    request = RelabelRequest(tmp_path / "again", "input-manifest")
    rejected = tmp_path / "rejected.jsonl"
    told = relabel(source, rejected, caught.value.keys, caught.value.type, settings, request)
    assert told.records == 2
