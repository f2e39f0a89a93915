"""Functions give what commands print as JSON, and say it in words of their own."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import groundtrain as gt
from groundtrain.cli.application import run
from tests.manifest_lines import box, dump, good, manifest_of, record

Document = dict[str, Any]
WORDED = {"because", "gate", "findings", "fix"}
FAULTY = dump(record("s3://bucket/bad.jpg", box(left=620)))


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[..., Document]:
    def call(*words: str) -> Document:
        run([words[0], "--format", "json", *words[1:]])
        document: Document = json.loads(capsys.readouterr().out)
        return document

    return call


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a faulty manifest, a sound one, and one with a class spelled in two ways."""
    monkeypatch.chdir(tmp_path)
    manifest_of(tmp_path, *good(40), FAULTY).path.rename("a.manifest")
    manifest_of(tmp_path, *good(30, "other")).path.rename("b.manifest")
    return tmp_path


def document_of(result: msgspec.Struct) -> Document:
    document: Document = json.loads(msgspec.json.encode(result))
    return document


def without_words(document: Document) -> Document:
    """Without texts that name options, and without what is empty, which commands may leave out."""
    return {
        key: value for key, value in document.items() if key not in WORDED and value not in ({}, [], None)
    }


def test_check_gives_what_the_command_prints(printed: Callable[..., Document]) -> None:
    result = gt.check("a.manifest", images="none")
    document = printed("check", "a.manifest", "--statistics")
    assert without_words(document_of(result)) == without_words(document)
    assert [finding.code for finding in result.findings] == [one["code"] for one in document["findings"]]
    assert document["findings"][0].keys() <= set(gt.Finding.__struct_fields__)
    assert result.gate.open == document["gate"]["open"]
    assert not result.is_clean


def test_a_split_that_is_given_is_checked_as_one(printed: Callable[..., Document]) -> None:
    result = gt.check("a.manifest", validation_manifest=Path("b.manifest"))
    document = printed("check", "a.manifest", "--validation-manifest", "b.manifest", "--statistics")
    assert without_words(document_of(result)) == without_words(document)
    assert result.manifests == {"train": "a.manifest", "validation": "b.manifest"}


def test_convert_gives_what_the_command_prints(printed: Callable[..., Document]) -> None:
    result = gt.convert("a.manifest", output="out", validation=0.2, relabel="again.manifest")
    words = ("--output", "out", "--validation", "0.2", "--relabel", "again.manifest")
    document = printed("convert", "a.manifest", *words)
    assert without_words(document_of(result)) == without_words(document)
    assert Path("out/dataset.json").exists()
    assert result.relabel is not None


def test_merge_gives_what_the_command_prints(printed: Callable[..., Document]) -> None:
    result = gt.merge(["a.manifest", "b.manifest"], output="both")
    document = printed("merge", "a.manifest", "b.manifest", "--output", "both")
    assert without_words(document_of(result)) == without_words(document)
    assert result.records == 71


def test_report_gives_what_the_command_prints(printed: Callable[..., Document]) -> None:
    result = gt.report("a.manifest")
    document = printed("report", "a.manifest")
    assert {**document_of(result), "verdict": ""} == {**document, "verdict": ""}


def test_predictions_are_compared_wherever_they_are_named() -> None:
    for predictions in ("b.manifest", Path("b.manifest")):
        assert gt.report("b.manifest", predictions=predictions).records == 30
    with pytest.raises(gt.GroundtrainError, match="none: there is no such file"):
        gt.report("b.manifest", predictions=Path("none"))


def test_rehearse_gives_what_the_command_prints(printed: Callable[..., Document]) -> None:
    program = [sys.executable, "-c", "pass"]
    result = gt.rehearse("b.manifest", program, image_dir=".", override_gate=True, timeout=30)
    document = printed("rehearse", "b.manifest", "--image-dir", ".", "--override-gate", "--", *program)
    assert document.keys() == document_of(result).keys()
    assert (result.verdict, result.exit_code) == (document["verdict"], document["exit_code"]) == ("failed", 0)
    assert "timeout" not in str(result)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    gt.check("a.manifest")
    gt.convert("a.manifest", output="out")
    gt.merge(["a.manifest", "b.manifest"], output="both")
    gt.rehearse("b.manifest", [sys.executable, "-c", "print(1)"], image_dir=".", override_gate=True)
    assert capfd.readouterr() == ("", "")


def test_fixes_write_the_manifest(place: Path) -> None:
    result = gt.check("a.manifest", fix="box-outside-image", output=place / "fixed")
    assert result.fixed == {"GT204": 1}
    assert gt.check("fixed").counts.get("GT204") is None
    assert gt.convert("a.manifest", output="out", fix=True).rejected == 0


def test_advice_names_arguments() -> None:
    fixes = {finding.code: finding.fix for finding in gt.check("a.manifest").findings}
    assert fixes["GT204"].startswith('clip the box (fix=["GT204"], output=FILE)')


def test_results_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        gt.check("b.manifest").records = 1  # type: ignore[misc]


def test_a_result_in_a_notebook_is_text_whatever_the_data_says() -> None:
    classes = {"0": "<script>alert(1)</script>"}
    line = dump(record("s3://bucket/<b>\u202e.jpg", box(left=620), classes=classes))
    manifest_of(Path(), *good(30), line).path.rename("odd.manifest")
    for shown in (gt.check("odd.manifest"), gt.read("odd.manifest"), *gt.read("odd.manifest")):
        html = shown._repr_html_()
        assert "<script" not in html
        assert "<b>" not in html
        assert "\u202e" not in html
    assert "&lt;b&gt;\\u202e" in gt.check("odd.manifest")._repr_html_()


def test_a_result_is_shown_as_a_sentence_however_much_it_holds() -> None:
    manifest_of(Path(), *good(20), *[b"{"] * 200).path.rename("\x1b.manifest")
    result = gt.check("\x1b.manifest")
    assert result.findings_found >= 200
    assert repr(result) == f"<Check {result}>"
    assert str(result).startswith("\\u001b.manifest: ")
    assert len(repr(result)) < 2000


def test_tables_are_data_frames() -> None:
    pd = pytest.importorskip("pandas")
    result = gt.check("a.manifest")
    frame = result.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == list(gt.Finding.__struct_fields__)
    assert list(frame["code"]) == [finding.code for finding in result.findings]
    assert result.to_pandas("classes").to_dict("records") == [{"name": "car", "records": 40, "items": 40}]
    assert len(gt.read("a.manifest").to_pandas()) == 40
    assert list(gt.check("b.manifest", ignore="GT4").to_pandas("rules").columns)[:2] == ["code", "name"]


def test_without_pandas_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(gt.GroundtrainError, match="pip install pandas"):
        gt.check("a.manifest").to_pandas()


def test_a_table_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(gt.WrongCallError, match="name one of findings, rules, classes"):
        gt.check("a.manifest").to_pandas("boxes")
