"""A dataset is told as the manifest that it was made of; predictions are shown beside the labels."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.application import run
from tests.manifest_lines import box, dump, good, manifest_of, record
from tests.mocked_aws import MockedAws, aws, clients

__all__ = ["aws", "clients"]

PALLETS = Path(__file__).parents[3] / "docs" / "examples" / "pallets.manifest"


def page_of(file: Path) -> dict[str, Any]:
    data = re.search(r'id="data">(.*?)</script>', file.read_text("utf-8"), re.DOTALL)
    assert data is not None
    return json.loads(data[1])  # type: ignore[no-any-return]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_dataset_is_told_as_its_manifest_is(folder: Path) -> None:
    run(["convert", str(PALLETS), "--output", "dataset"])
    assert run(["report", "dataset", "--output", "of-dataset.html"]) == 0
    run(["report", str(PALLETS), "--output", "of-manifest.html"])
    ours, theirs = page_of(folder / "of-dataset.html"), page_of(folder / "of-manifest.html")
    for key in ("verdict", "records", "rejected", "classes", "reasons", "plots", "series", "sides", "items"):
        assert ours[key] == theirs[key], key
    assert [(one["code"], one["count"]) for one in ours["rules"]] == [
        (one["code"], one["count"]) for one in theirs["rules"]
    ]


def test_findings_on_lines_left_out_are_on_their_pictures_alone(folder: Path) -> None:
    run(["convert", str(PALLETS), "--output", "dataset"])
    run(["report", "dataset"])
    page = page_of(folder / "report.html")
    shown = [one for one in page["pictures"] if any(code == "GT401" for code, _ in one.get("findings", ()))]
    assert [(one["line"], "side" in one) for one in shown] == [(31, False)]
    place = next(rule["places"][0] for rule in page["rules"] if rule["code"] == "GT401")
    assert page["pictures"][place["picture"]]["line"] == 31


def test_what_was_fixed_is_told(folder: Path) -> None:
    run(["convert", str(PALLETS), "--output", "dataset", "--fix", "GT204"])
    run(["report", "dataset"])
    rule = next(rule for rule in page_of(folder / "report.html")["rules"] if rule["code"] == "GT204")
    assert (rule["count"], rule["fixed"]) == (0, 1)


def test_options_that_make_a_dataset_are_refused_for_one_that_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["convert", str(PALLETS), "--output", "dataset"])
    assert run(["report", "dataset", "--split", "stratified"]) == 2
    assert "leave out --split, or name the manifest" in capsys.readouterr().err


def test_a_folder_that_holds_no_dataset_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert run(["report", "empty"]) in (1, 2)
    assert "is no dataset" in capsys.readouterr().err


def test_a_report_that_is_not_of_this_version_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["convert", str(PALLETS), "--output", "dataset"])
    Path("dataset/report.json").write_text("{}")
    assert run(["report", "dataset"]) == 1
    assert "convert the manifest again" in capsys.readouterr().err


def found_on(source: str, *boxes: dict[str, Any]) -> bytes:
    objects = [{"confidence": 0.9}] * len(boxes)
    return dump(record(source, *boxes, classes={"0": "car", "1": "bus"}, objects=objects))


def test_what_was_found_is_shown_beside_what_is_labeled_the_worst_first(folder: Path) -> None:
    manifest_of(folder, *good(30))
    sources = [f"s3://bucket/good-{number:04}.jpg" for number in range(4)]
    Path("found.manifest").write_bytes(
        b"\n".join(
            (
                found_on(sources[0], box()),
                found_on(sources[1], box(class_id=1), box(left=300)),
                found_on(sources[2]),
                found_on(sources[3], box()),
            )
        )
    )
    assert run(["report", "output.manifest", "--predictions", "found.manifest"]) == 0
    page = page_of(folder / "report.html")
    compared = page["compared"]
    assert compared["images"] == 4
    assert [one["source"] for one in compared["pictures"]] == [sources[1], sources[2]]
    kinds = [[one[5] for one in picture["boxes"]] for picture in compared["pictures"]]
    assert kinds == [["confused", "extra"], ["missed"]]
    car = next(one for one in compared["classes"] if one["name"] == "car")
    assert (car["labeled"], car["found"], car["matched"]) == (4, 3, 2)
    assert compared["confusions"] == [["car", "bus", "nothing"], [[2, 1, 1], [0, 0, 0], [1, 0, 0]]]
    assert "26 images without a prediction" in compared["note"]


def test_names_of_classes_that_only_the_model_knows_are_on_the_page(folder: Path) -> None:
    manifest_of(folder, *good(30))
    Path("found.manifest").write_bytes(found_on("s3://bucket/good-0001.jpg", box(class_id=1)))
    run(["report", "output.manifest", "--predictions", "found.manifest"])
    page = page_of(folder / "report.html")
    place, instead = (
        page["compared"]["pictures"][0]["boxes"][0][0],
        page["compared"]["pictures"][0]["boxes"][0][6],
    )
    assert (page["names"][place], page["names"][instead]) == ("car", "bus")


def test_a_dataset_in_s3_is_told_as_that_of_its_folder(folder: Path, aws: MockedAws) -> None:
    run(["convert", str(PALLETS), "--output", "dataset"])
    for file in Path("dataset").iterdir():
        aws.put(f"datasets/yard/1/{file.name}", file.read_bytes(), bucket="datasets")
    assert run(["report", "s3://datasets/datasets/yard/1/", "--output", "of-s3.html"]) == 0
    run(["report", "dataset", "--output", "of-folder.html"])
    ours, theirs = page_of(folder / "of-s3.html"), page_of(folder / "of-folder.html")
    assert ours.pop("title") == "s3://datasets/datasets/yard/1/"
    assert ours == {key: value for key, value in theirs.items() if key != "title"}


def test_boxes_beyond_those_drawn_are_counted_beside_predictions(folder: Path) -> None:
    manifest_of(folder, *good(30))
    found = found_on("s3://bucket/good-0001.jpg", *(box(left=i) for i in range(300)))
    Path("found.manifest").write_bytes(found)
    run(["report", "output.manifest", "--predictions", "found.manifest"])
    picture = page_of(folder / "report.html")["compared"]["pictures"][0]
    assert len(picture["boxes"]) == 200
    assert picture["said"].endswith("100 of these 300 boxes are not drawn")
    assert picture["missing"] == "no folder of images was named"
