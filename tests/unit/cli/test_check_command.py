import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from groundtrain.cli.application import run
from groundtrain.rules import RULES
from tests.manifest_lines import box, dump, good, manifest_of, record
from tests.unit.images import pictures

DOCS = Path(__file__).parents[3] / "docs"
OUTSIDE = dump(record("s3://bucket/outside.jpg", box(left=620)))


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return manifest_of(tmp_path, *good(60), OUTSIDE).path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> SimpleNamespace:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return SimpleNamespace(code=code, out=out, err=err)


def test_the_last_line_is_the_verdict(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, "check", manifest)
    assert answer.out.splitlines()[-1] == (
        f"{manifest}: will train without 1 line (1 error, up to 1 fixable with --fix)"
    )
    assert (answer.code, answer.err) == (1, "")


def test_a_clean_manifest_exits_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check", manifest_of(tmp_path, *good(60)).path).code == 0


def test_one_manifest_gives_a_flat_document(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, "check", manifest, "--format", "json", "--statistics")
    document = json.loads(answer.out)
    assert document["verdict"] == "will-train-without-lines"
    assert document["counts"] == {"GT204": 1}
    assert document["findings"][0]["line"] == 61
    assert document["statistics"]["boxes"] == 60
    assert document["classes"] == [{"name": "car", "records": 60, "items": 60}]


def test_the_document_is_the_one_that_is_documented(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(DOCS / "examples")
    answer = said(capsys, "check", "pallets.manifest", "--select", "GT204", "--format", "json")
    sample = (DOCS / "check.md").read_text("utf-8").split("```json\n")[1].split("```")[0]
    assert json.loads(answer.out) == json.loads(sample)


def test_several_manifests_give_one_document(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").touch()
    answer = said(capsys, "check", manifest, tmp_path / "empty", "--format", "json")
    document = json.loads(answer.out)
    assert document["verdict"] == "will-not-train"
    assert [one["verdict"] for one in document["manifests"]] == ["will-train-without-lines", "will-not-train"]
    assert answer.code == 1


@pytest.mark.parametrize("absent", ["absent", "."])
@pytest.mark.parametrize("command", ["check", "inspect"])
def test_a_path_that_leads_to_no_file_is_a_wrong_call(
    command: str, absent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(capsys, command, tmp_path / absent)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"groundtrain: {tmp_path / absent}")


@pytest.mark.parametrize("form", ["sarif", "github", "json", "text"])
def test_every_form_exits_alike(manifest: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check", manifest, "--format", form).code == 1
    assert said(capsys, "check", manifest, "--format", form, "--ignore", "GT204").code == 0


def test_sarif_is_one_document(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = json.loads(said(capsys, "check", manifest, "--format", "sarif").out)
    assert log["runs"][0]["results"][0]["ruleId"] == "GT204"


def test_fix_writes_a_manifest_that_is_clean(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "fixed.manifest"
    answer = said(capsys, "check", manifest, "--fix", "--output", output)
    assert (answer.code, answer.err) == (0, f"Fixed manifest: {output}\n")
    assert "GT204 box-outside-image: 1 fixed" in answer.out
    assert said(capsys, "check", output).code == 0


def test_fix_takes_codes(manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "fixed.manifest"
    assert said(capsys, "check", manifest, "--fix=GT113", "--output", output).code == 1
    assert output.read_bytes() == manifest.read_bytes()


def test_nothing_is_mended_in_a_file_that_is_no_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, output = tmp_path / "empty", tmp_path / "fixed.manifest"
    path.touch()
    answer = said(capsys, "check", path, "--fix", "--output", output)
    assert (answer.code, answer.err, output.exists()) == (1, "", False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ignore", "GT2040"), "there is no rule GT2040; the nearest is GT204 (box-outside-image)"),
        (("--select", "box-outside-images"), "the nearest is GT204 (box-outside-image)"),
        (("--fix=GT999", "--output", "o"), "there is no rule GT999"),
        (("--fix",), "--fix needs a file for the fixed manifest\n    fix: add --output FILE"),
        (("--output", "o"), "add --fix"),
        (("other.manifest", "--fix", "--output", "o"), "one manifest at a time"),
        (("--for", "cooking"), "'cooking' is not one of"),
        (("--label", "cars"), "no label attribute cars"),
        (("--sample", "3"), "fix: add --images list, --images header or --images full"),
        (("--images", "list", "--image-dir", "nowhere"), "does not exist"),
        (("--settings", "none.toml"), "none.toml"),
        (("--category-file", "none.json"), "none.json: there is no such file"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    manifest: Path, arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(capsys, "check", manifest, *arguments)
    assert words in answer.err
    assert (answer.code, answer.out) == (2, "")


def test_a_manifest_may_come_from_standard_input(
    manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(manifest.read_bytes())))
    assert "standard input: will train without 1 line" in said(capsys, "check", "-").out


def test_the_category_file_says_which_classes_there_are(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    categories = tmp_path / "labels.json"
    categories.write_text('{"labels": [{"label": "bicycle"}]}')
    assert "GT302" in said(capsys, "check", manifest, "--category-file", categories).out


def test_settings_bring_their_gate(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "dev.toml"
    settings.write_text('region = "eu-west-1"\n[gate]\nmin_records = 1000\n')
    answer = said(capsys, "check", manifest, "--settings", settings)
    assert "fewer than 1000 (min_records)" in answer.out.splitlines()[-1]


def test_foreign_text_does_not_reach_the_terminal_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = dump(record("s3://bucket/a.jpg", box(), **{"failure-reason": "\x1b[2Jgone"}))
    path = manifest_of(tmp_path, *good(60), odd).path
    for form in ("text", "github", "json", "sarif"):
        out = said(capsys, "check", path, "--format", form).out
        assert "\x1b" not in out
        assert r"\u001b[2Jgone" in out


def test_images_are_looked_for_in_a_directory(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "good-0000.jpg").write_bytes(pictures.jpeg(size=(640, 480)))
    options = ("--images", "header", "--image-dir", tmp_path / "images", "--format", "json")
    answer = said(capsys, "check", manifest, *options)
    assert json.loads(answer.out)["counts"]["GT601"] == 60
    assert answer.err == ""


def test_what_s3_will_cost_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="bucket")
        for i in range(60):
            client.put_object(Bucket="bucket", Key=f"good-{i:04}.jpg", Body=pictures.jpeg(quality=i + 1))
        path = manifest_of(tmp_path, *good(60), dump(record("s3://bucket/gone.jpg", box()))).path
        answer = said(capsys, "check", path, "--images", "list")
    assert "gone.jpg" not in answer.err
    assert answer.err.startswith(
        "Checking 61 image files: about 1 LIST and 0 GET or HEAD requests, less than a cent"
    )
    assert "GT601 image-missing: error, 1 found" in answer.out


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_the_name_of_a_file_may_be_any_bytes(
    manifest: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = manifest.rename(manifest.with_name("\udcff.manifest"))
    answer = said(capsys, "check", odd, "--format", form)
    assert "xff.manifest" in answer.out
    assert said(capsys, "check", odd, "--label", "\udcff", "--format", form).code == 2


def test_starting_loads_neither_rich_nor_pillow_nor_boto3(manifest: Path) -> None:
    program = (
        "import sys; from groundtrain.cli.application import run;"
        f" run(['check', {str(manifest)!r}]);"
        " assert not {'rich', 'PIL', 'boto3', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, "rule", "gt204")
    assert answer.out.startswith("GT204 box-outside-image: error, fixed by --fix\n")
    assert RULES["GT204"].why in answer.out
    assert "\nFails:\n{" in answer.out
    assert "\nRepaired:\n{" in answer.out


def test_what_belongs_to_an_example_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Fails, where the labeling job counts TotalLabeled 2" in said(capsys, "rule", "GT411").out


def test_a_rule_is_a_document_when_that_is_wished(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "rule", "GT204", "--format", "json").out)
    assert (document["name"], document["fixable"], document["always"]) == ("box-outside-image", True, False)


def test_rules_are_listed_by_what_their_codes_begin_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(said(capsys, "rule").out.splitlines()) == len(RULES)
    family = said(capsys, "rule", "GT1", "--format", "json")
    assert {rule["code"][:3] for rule in json.loads(family.out)} == {"GT1"}


def test_an_unknown_rule_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, "rule", "GT2044")
    assert (answer.code, answer.out) == (2, "")
    assert "the nearest is GT204 (box-outside-image)" in answer.err


def test_fix_says_when_nothing_was_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean, output = manifest_of(tmp_path, *good(60)).path, tmp_path / "fixed.manifest"
    answer = said(capsys, "check", clean, "--fix", "--output", output)
    assert answer.err == f"Nothing to fix; the manifest as it was: {output}\n"
    assert output.read_bytes() == clean.read_bytes()


def test_convert_counts_records_tells_of_the_whole_file_and_says_what_was_fixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = dump(record("s3://bkt/x.jpg", box(left=-90), box(left=-99)))
    lines = (*good(60), dump(record("s3://bkt/y.jpg", box(left=620), classes={"0": "car "})), faulty)
    source = manifest_of(tmp_path, *lines).path
    answer = said(capsys, "convert", source, "--fix", "GT204", "--output", tmp_path / "out")
    rows = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert "GT204 box-outside-image 1 fixed" in rows
    assert "GT208 box-beside-image 1 check image and label, or label it again" in rows
    assert any(row.startswith('GT306 padded-class-name the class name "car " begins or') for row in rows)
