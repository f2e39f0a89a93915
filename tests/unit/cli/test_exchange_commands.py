import json
from pathlib import Path

import pytest

from groundtrain.cli.application import run
from tests.label_samples import labeled
from tests.manifest_lines import box, dump, good, manifest_of, record
from tests.merged import manifest_file

TABLE = "key,class\na,cat\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "images.json").write_text('[{"prefix":"s3://bucket/"},"a"]')
    (tmp_path / "labels.csv").write_text(TABLE)
    return tmp_path


IMPORT = ["import", "s3-manifest", "images.json", "--labels", "labels.csv", "--attribute", "pets"]


def test_an_import_that_matches_ends_well(folder: Path) -> None:
    assert run([*IMPORT, "--output", "out", "--created", "2026-02-03"]) == 0
    metadata = json.loads((folder / "out").read_bytes())["pets-metadata"]
    assert metadata["creation-date"] == "2026-02-03T00:00:00.000000"
    assert metadata["job-name"] == "labeling-job/pets"


def test_an_import_that_does_not_match_is_told_and_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labels.csv").write_text(TABLE + "z,cat\n")
    assert run([*IMPORT, "--output", "out"]) == 1
    assert capsys.readouterr().err == "1 label without a key: z\n"
    assert (folder / "out").exists()


def test_an_import_tells_one_json_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*IMPORT, "--output", "out", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["records"], document["classes"]) == (1, ["cat"])
    assert document["keys_without_label"] == {"count": 0, "examples": []}


@pytest.mark.parametrize(
    "option", [["--created", "soon"], ["--type", "text-span"], ["--category-file", "none"]]
)
def test_an_option_that_cannot_be_used_ends_with_2(folder: Path, option: list[str]) -> None:
    assert run([*IMPORT, "--output", "out", *option]) == 2


def test_an_export_writes_both_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest_of(folder, *good(2))
    arguments = ["output.manifest", "--output", "keys", "--labels", "labels.jsonl", "--format", "json"]
    assert run(["export", "s3-manifest", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["keys"] == 2
    assert len((folder / "labels.jsonl").read_bytes().splitlines()) == 2


def test_an_export_of_lines_without_object_ends_with_1(folder: Path) -> None:
    manifest_of(folder, *good(1), b"[]")
    assert run(["export", "s3-manifest", "output.manifest", "--output", "keys"]) == 1


def test_a_merge_tells_one_json_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest_of(folder, *good(2))
    arguments = ["output.manifest", "output.manifest", "--output", "merged", "--format", "json"]
    assert run(["merge", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["records"] == 2
    assert [one["taken"] for one in document["manifests"]] == [0, 2]


def test_a_merge_that_leaves_lines_out_ends_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest_of(folder, *good(1), dump(record("s3://bucket/a", box(7))))
    assert run(["merge", "output.manifest", "--output", "merged"]) == 1
    assert "output.manifest:2 GT301 class-not-in-map" in capsys.readouterr().out


def test_a_merge_that_cannot_be_leaves_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["merge", "images.json", "--output", "merged"]) == 1
    assert "groundtrain: images.json is a JSON array" in capsys.readouterr().err


def dated(label: str, source: str, name: str, date: str) -> dict[str, object]:
    line = record(source, box(), classes={"0": name}, **{"creation-date": date})
    return {key.replace("boxes", label): value for key, value in line.items()}


def test_a_merge_says_what_it_dropped_replaced_and_kept_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, pages = "s3://acme/1.jpg", "s3://acme/2.pdf"
    weather = labeled("weather", 0, source, "image-classification", class_name="rain")
    lines = [{**dated("cars", source, "car", "2026-01-01"), **weather}]
    lines += [{"page": page, **dated("cars", pages, "car", "2026-01-01")} for page in (1, 2, 3)]
    manifest_file(folder / "old", list(map(dump, lines)))
    manifest_file(folder / "new", [dump(dated("signs", source, "sign", "2026-02-01"))])
    call = ["merge", "old", "new", "--take", "cars", "--output", "out"]
    assert run(call) == 1
    said = capsys.readouterr().err
    assert 'class "car" would be lost on 1 image, such as s3://acme/1.jpg, where new is taken' in said
    assert not (folder / "out").exists()
    assert run([*call, "--drop-class", "car"]) == 0
    said = capsys.readouterr().out
    assert "Replaced labels: car 1\n" in said
    assert "old: weather (groundtruth/image-classification) is not taken: 1 record, rain 1\n" in said
    assert "2 records have the source of another one and differ from it in page: all are kept\n" in said
    assert "new line 1 (2026-02-01 00:00:00) is taken, not old line 1 (2026-01-01 00:00:00, car 1)" in said
    assert run([*call, "--drop-class", "carr"]) == 2
    assert 'no manifest has the class "carr"' in capsys.readouterr().err


def test_a_merge_that_unites_says_how_much(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "s3://acme/1.jpg"
    manifest_file(folder / "old", [dump(dated("cars", source, "car", "2026-01-01"))])
    manifest_file(folder / "new", [dump(dated("cars", source, "car", "2026-02-01"))])
    call = ["merge", "old", "new", "--output", "out"]
    assert run([*call, "--overlap", "unite", "--iou-threshold", "0.5"]) == 0
    said = capsys.readouterr().out
    assert "  old             1      0       1         0         0\n" in said
    assert "1 record with labels of several jobs, put together\n" in said
    assert "Taken as one with that of another job: car 1\n" in said
    assert run([*call, "--overlap", "unite", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["united"] == 1
    assert [one["taken_as_one"] for one in document["manifests"]] == [{"car": 1}, {}]


@pytest.mark.parametrize("threshold", ["0", "1.1", "-0.5", "nan", "half"])
def test_a_threshold_is_a_share(threshold: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["merge", "a", "--output", "out", "--overlap", "unite"]
    assert run([*call, "--iou-threshold", threshold]) == 2
    assert "--iou-threshold" in capsys.readouterr().err


def test_a_threshold_is_nothing_where_no_labels_are_put_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["merge", "a", "--output", "out", "--iou-threshold", "0.5"]) == 2
    assert "add --overlap unite" in capsys.readouterr().err
