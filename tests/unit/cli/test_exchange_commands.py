import json
from pathlib import Path

import pytest

from groundtrain.cli.application import run
from tests.manifest_lines import box, dump, good, manifest_of, record

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
