"""Records of one source that differ in attributes of their own, and labels that stand under another name."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_samples import labeled
from tests.manifest_lines import LABEL, Converted, box, dump, good, record

PAGES = [
    dump({"page": page, **record(f"s3://acme/letters/{i}.jpg", box())}) for i in range(30) for page in "123"
]


def manifest_findings(converted: Converted) -> dict[str, str]:
    return {finding.code: finding.message for finding in converted.dataset.manifest_findings}


def of_job(label: str, source: str) -> dict[str, Any]:
    return {key.replace(LABEL, label): value for key, value in record(source, box()).items()}


def test_pages_of_a_document_are_records_of_their_own(tmp_path: Path) -> None:
    converted = Converted(tmp_path, *PAGES)
    assert len(converted.kept) == 90
    assert "GT401" not in converted.dataset.findings
    assert (
        manifest_findings(converted)["GT421"]
        == "60 records have the source of an earlier one, and differ in page"
    )


def test_the_same_page_twice_is_a_repetition(tmp_path: Path) -> None:
    converted = Converted(tmp_path, *PAGES, PAGES[4])
    assert converted.dataset.findings["GT401"] == 1
    assert converted.rejected[0]["line"] == 91


@pytest.mark.parametrize("split", ["stable", "stratified"])
def test_pages_of_one_document_are_on_one_side(tmp_path: Path, split: Any) -> None:
    converted = Converted(tmp_path, *PAGES, settings=DatasetSettings(split=split, validation=0.3))
    sides = [
        {json.loads(line)["source-ref"] for line in side} for side in (converted.train, converted.validation)
    ]
    assert all(sides)
    assert not sides[0] & sides[1]


def test_a_line_that_says_another_side_is_still_a_repetition(tmp_path: Path) -> None:
    lines = [dump({"side": side, **record("s3://acme/1.jpg", box())}) for side in ("train", "validation")]
    converted = Converted(tmp_path, *good(20), *lines, settings=DatasetSettings(split_attribute="side"))
    assert converted.dataset.findings["GT401"] == 1


def test_a_record_with_an_attribute_and_one_without_are_told_apart_and_counted(tmp_path: Path) -> None:
    plain = record("s3://acme/1.jpg", box())
    for lines in ([plain, {"page": 1, **plain}], [{"page": 1, **plain}, plain]):
        converted = Converted(tmp_path, *good(20), *map(dump, lines))
        assert "GT401" not in converted.dataset.findings
        assert converted.dataset.findings["GT421"] == 1


def shot(source: str, **own: Any) -> bytes:
    return dump({**own, **record(source, box())})


def test_only_the_attributes_of_the_record_key_make_a_record(tmp_path: Path) -> None:
    lines = [shot("s3://acme/1.jpg", page=page, scan=scan) for page, scan in ((1, "a"), (2, "b"), (1, "c"))]
    converted = Converted(tmp_path, *good(20), *lines, settings=DatasetSettings(record_key=("page",)))
    assert [(one["line"], one["code"]) for one in converted.rejected] == [(23, "GT401")]
    assert converted.rejected[0]["reason"].endswith("line 21 has the same source and page")
    assert manifest_findings(converted)["GT421"].endswith("differs in page")


def test_the_source_alone_is_a_record_key(tmp_path: Path) -> None:
    settings = DatasetSettings(record_key=("source-ref",))
    converted = Converted(tmp_path, *good(20), *PAGES[:3], settings=settings)
    assert converted.dataset.reasons == {"GT401": 2}
    assert not {"GT421", "GT423"} & manifest_findings(converted).keys()


def test_a_line_without_the_record_key_is_a_record_of_its_source(tmp_path: Path) -> None:
    lines = [shot("s3://acme/1.jpg", page=1), shot("s3://acme/1.jpg"), shot("s3://acme/1.jpg", scan="a")]
    converted = Converted(tmp_path, *good(20), *lines, settings=DatasetSettings(record_key=("page",)))
    assert [one["line"] for one in converted.rejected] == [23]


@pytest.mark.parametrize("name", ["pag", "boxes"])
def test_a_record_key_that_no_line_has_is_told(tmp_path: Path, name: str) -> None:
    converted = Converted(tmp_path, *PAGES, settings=DatasetSettings(record_key=("page", name)))
    assert manifest_findings(converted)["GT423"] == f"no line has the attribute {name}"


def test_a_record_key_is_part_of_the_identity_and_its_absence_is_not(tmp_path: Path) -> None:
    ids = [
        Converted(tmp_path / str(i), *PAGES, settings=settings).dataset.dataset_id
        for i, settings in enumerate((DatasetSettings(), DatasetSettings(record_key=("page",))))
    ]
    assert len(set(ids)) == 2


JOINED = [dump(of_job("week1" if i < 20 else "week2", f"s3://acme/{i}.jpg")) for i in range(30)]


def test_lines_with_a_label_under_another_name_are_not_called_unlabeled(tmp_path: Path) -> None:
    converted = Converted(tmp_path, *JOINED, settings=DatasetSettings(label="week1"))
    assert "GT410" not in converted.dataset.findings
    (finding,) = [finding for finding in converted.dataset.manifest_findings if finding.code == "GT422"]
    assert finding.message == "10 of 30 lines have no week1, but a label under week2 (10)"
    assert finding.fix == "join them: groundtrain merge FILE --take week1 --take week2 --output FILE"
    assert converted.rejected[0]["reason"].endswith(
        "neither week1 nor week1-metadata, but a label under week2"
    )


def test_lines_without_any_label_are_counted_apart_from_those(tmp_path: Path) -> None:
    lines = [*JOINED, dump({"source-ref": "s3://acme/99.jpg"})]
    converted = Converted(tmp_path, *lines, settings=DatasetSettings(label="week1"))
    assert (
        manifest_findings(converted)["GT410"]
        == "1 of 31 objects (3.2%) have no label (not labeled: 1, failed: 0)"
    )


def test_a_label_of_another_type_is_named_where_none_of_the_chosen_one_is_there(tmp_path: Path) -> None:
    weather = labeled("weather", 0, "s3://acme/99.jpg", "image-classification", class_name="rain")
    converted = Converted(tmp_path, *good(30), dump(weather), settings=DatasetSettings(label=LABEL))
    assert manifest_findings(converted)["GT410"].endswith("failed: 0); of another type, there is weather (1)")


def test_what_to_do_with_a_label_under_another_name_is_said_on_the_line(tmp_path: Path) -> None:
    weather = labeled("weather", 0, "s3://acme/99.jpg", "image-classification", class_name="rain")
    lines = [*JOINED[:20], dump(weather), *JOINED[20:]]
    report = Converted(tmp_path, *lines, settings=DatasetSettings(label="week1")).report
    fixes = [finding["fix"] for finding in report["findings"] if finding["code"] == "GT201"]
    assert "groundtrain merge" not in fixes[0]
    assert fixes[1] == "join them: groundtrain merge FILE --take week1 --take week2 --output FILE"


def test_a_label_that_first_appears_far_down_is_named(tmp_path: Path) -> None:
    lines = good(1200)
    both = {**record("s3://bucket/last.jpg", box()), **of_job("signs", "s3://bucket/last.jpg")}
    converted = Converted(tmp_path, *lines, dump(both), settings=DatasetSettings(label=LABEL))
    assert manifest_findings(converted)["GT413"] == "boxes is read; there are also signs"
