import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.cli.application import run
from tests.label_samples import samples
from tests.manifest_lines import LABEL, box, dump, good, manifest_of, record
from tests.waiting import PATIENCE


class CommandLine:
    """Runs `groundtrain` in this process and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str], directory: Path) -> None:
        self._capsys, self.directory = capsys, directory
        self.code, self.out, self.err = -1, "", ""

    def __call__(self, *arguments: str | Path) -> "CommandLine":
        self.code = run([str(argument) for argument in arguments])
        self.out, self.err = self._capsys.readouterr()
        return self

    @property
    def document(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1
        document: dict[str, Any] = json.loads(self.out)
        return document


@pytest.fixture
def groundtrain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    bad = dump(record("s3://bucket/bad.jpg", box(left=620)))
    return manifest_of(tmp_path, *good(60), bad).path


def test_convert_writes_a_whole_dataset(groundtrain: CommandLine, manifest: Path, tmp_path: Path) -> None:
    assert groundtrain("convert", manifest, "--output", tmp_path / "out").code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "train.manifest",
        "validation.manifest",
        "rejected.jsonl",
        "report.json",
        "dataset.json",
    }


def test_convert_gives_one_json_document(groundtrain: CommandLine, manifest: Path, tmp_path: Path) -> None:
    document = groundtrain("convert", manifest, "--output", tmp_path / "out", "--format", "json").document
    assert document["records"] == 61 == document["train"] + document["validation"] + document["rejected"]
    assert document["reasons"] == {"GT204": 1}
    assert (document["label"], document["classes"]) == (LABEL, ["car"])
    assert (groundtrain.code, groundtrain.err) == (0, "")


def test_convert_tells_what_the_rules_found(groundtrain: CommandLine, manifest: Path, tmp_path: Path) -> None:
    assert "GT204  box-outside-image" in groundtrain("convert", manifest, "--output", tmp_path / "out").out


def test_options_go_before_the_settings_file(
    groundtrain: CommandLine, manifest: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "dev.toml"
    settings.write_text('region = "eu-west-1"\n[dataset]\nvalidation = 0.9\nfix = ["GT204"]\n')
    common = ("convert", manifest, "--output", tmp_path / "out", "--settings", settings, "--format", "json")
    assert groundtrain(*common).document["validation"] > 40
    assert groundtrain(*common, "--validation", "0.1").document["validation"] < 20
    assert groundtrain.document["rejected"] == 0


def test_what_a_verification_does_not_accept_is_left_out_on_request(
    groundtrain: CommandLine, tmp_path: Path
) -> None:
    said = ("good", "fair", "bad")
    details = {"type": "groundtruth/label-verification"}
    lines = [
        dump(
            {
                **record(f"s3://bucket/{i}.jpg", box()),
                "check": 0,
                "check-metadata": {"class-name": name, **details},
            }
        )
        for i, name in enumerate(said * 10)
    ]
    common = ("convert", manifest_of(tmp_path, *lines).path, "--output", tmp_path / "out", "--label", LABEL)
    chosen = ("--verified-by", "check", "--accepted", "good", "--accepted", "fair")
    assert "GT419" in groundtrain(*common, "--format=json").document["findings"]
    assert groundtrain(*common, *chosen, "--format=json").document["reasons"] == {"GT418": 10}


def test_codes_are_taken_with_commas(groundtrain: CommandLine, manifest: Path, tmp_path: Path) -> None:
    made = groundtrain(
        "convert", manifest, "--output", tmp_path / "out", "--ignore", "GT1,GT204", "--format=json"
    )
    assert made.document["rejected"] == 0


def test_a_closed_gate_is_told_and_no_failure(groundtrain: CommandLine, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(3)).path
    assert groundtrain("convert", few, "--output", tmp_path / "out").code == 0
    assert "The gate of the default settings is closed:\n" in groundtrain.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Missing option '--output'"),
        (("--output", "out", "--validation", "1"), 2, "not in the range"),
        (("--output", "out", "--group-by", "("), 2, "not a regular expression"),
        (("--output", "out", "--ignore", "GT999"), 2, "there is no rule GT999"),
        (("--output", "out", "--label", "cars"), 2, "no label attribute cars"),
        (("--output", "out", "--settings", "none.toml"), 2, "none.toml"),
        (("--output", ".."), 2, "holds other files than a dataset's"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    groundtrain: CommandLine,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(manifest.parent)
    assert groundtrain("convert", manifest, *arguments).code == code
    assert words in groundtrain.err
    assert groundtrain.out == ""


def test_a_failure_is_a_json_document_when_that_is_wished(groundtrain: CommandLine, tmp_path: Path) -> None:
    made = groundtrain("convert", tmp_path / "none", "--output", tmp_path / "out", "--format", "json")
    assert made.document["error"]["message"].endswith("there is no such file")
    assert made.document["error"]["fix"] == "check the path"
    assert (made.code, made.err) == (2, "")


def test_one_class_is_counted_as_one(groundtrain: CommandLine, manifest: Path, tmp_path: Path) -> None:
    groundtrain("convert", manifest, "--output", tmp_path / "out")
    assert groundtrain.out.startswith("boxes (groundtruth/object-detection), 1 class\n")


def test_a_failure_leaves_no_directory_behind(groundtrain: CommandLine, tmp_path: Path) -> None:
    unusable = manifest_of(tmp_path, dump(record("s3://bucket/a.jpg", box(9)))).path
    assert groundtrain("convert", unusable, "--output", tmp_path / "out").code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["output.manifest"]


def test_an_unknown_command_is_told_in_a_sentence(groundtrain: CommandLine) -> None:
    assert groundtrain("conver").code == 2
    assert "No such command 'conver'" in groundtrain.err


def test_inspect_shows_what_there_is(groundtrain: CommandLine, manifest: Path) -> None:
    (label,) = groundtrain("inspect", manifest, "--format", "json").document["labels"]
    assert (label["name"], label["type"], label["job"]) == (LABEL, "groundtruth/object-detection", "street")
    assert (label["usable"], label["rejected"]) == (60, {"GT204": 1})
    assert label["classes"] == [{"name": "car", "records": 60, "items": 60}]
    assert label["statistics"]["boxes"] == 60


def test_inspect_lists_labels_of_an_unknown_type(groundtrain: CommandLine, tmp_path: Path) -> None:
    line = {
        "source-ref": "s3://bkt/a.jpg",
        "kind": 1,
        "kind-metadata": {"type": "groundtruth/smell-detection"},
    }
    assert groundtrain("inspect", manifest_of(tmp_path, dump(line)).path).code == 0
    assert "groundtruth/smell-detection" in groundtrain.out


def test_inspect_counts_what_a_label_is_made_of(groundtrain: CommandLine, tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path, *(dump(line) for line in samples("groundtruth/text-span")))
    groundtrain("inspect", manifest.path)
    assert "entities     6; 2.0 a record, at most 3" in groundtrain.out


def test_inspect_shows_no_control_characters_of_a_manifest(groundtrain: CommandLine, tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(), classes={"0": "\x1b[2Jcar"}))
    assert "\x1b" not in groundtrain("inspect", manifest_of(tmp_path, line).path).out
    assert "\\u001b[2Jcar" in groundtrain.out


def test_inspect_draws_the_boxes_on_the_image(groundtrain: CommandLine, tmp_path: Path) -> None:
    images = tmp_path / "images" / "street"
    images.mkdir(parents=True)
    Image.new("RGB", (640, 480), "white").save(images / "a.png")
    manifest = manifest_of(tmp_path, dump(record("s3://bucket/street/a.png", box(0, 100, 50, 200, 100)))).path
    out = tmp_path / "out.png"
    assert groundtrain("inspect", manifest, "--draw", out, "--image-dir", tmp_path / "images").code == 0
    with Image.open(out) as drawn:
        assert drawn.getpixel((200, 50)) != (255, 255, 255)
        assert drawn.getpixel((200, 100)) == (255, 255, 255)


def test_inspect_draws_a_line_with_another_source_key_than_the_first(
    groundtrain: CommandLine, tmp_path: Path
) -> None:
    Image.new("RGB", (640, 480)).save(tmp_path / "a.png")
    text, image = (record("s3://bucket/a.png", box()) for _ in range(2))
    text["source"] = text.pop("source-ref")
    manifest = manifest_of(tmp_path, dump(text), dump(image)).path
    out = tmp_path / "out.png"
    assert groundtrain("inspect", manifest, "--draw", out, "--line", "2", "--image-dir", tmp_path).code == 0
    assert out.exists()


def test_inspect_prints_one_document_when_it_cannot_draw(groundtrain: CommandLine, manifest: Path) -> None:
    out = manifest.parent / "x.png"
    assert groundtrain("inspect", manifest, "--draw", out, "--line", "999", "--format", "json").code == 1
    assert json.loads(groundtrain.out).keys() == {"error"}


def test_inspect_never_draws_over_the_image_it_found(groundtrain: CommandLine, tmp_path: Path) -> None:
    Image.new("RGB", (640, 480)).save(tmp_path / "a.png")
    before = (tmp_path / "a.png").read_bytes()
    manifest = manifest_of(tmp_path / "m", dump(record("s3://bucket/a.png", box()))).path
    drawn = groundtrain("inspect", manifest, "--draw", tmp_path / "a.png", "--image-dir", tmp_path)
    assert drawn.code == 2
    assert (tmp_path / "a.png").read_bytes() == before


def test_inspect_never_leaves_the_directory_of_images(groundtrain: CommandLine, tmp_path: Path) -> None:
    Image.new("RGB", (640, 480), "red").save(tmp_path / "secret.png")
    (tmp_path / "images").mkdir()
    manifest = manifest_of(tmp_path, dump(record("s3://bucket/../secret.png", box()))).path
    groundtrain("inspect", manifest, "--draw", tmp_path / "out.png", "--image-dir", tmp_path / "images")
    assert groundtrain.code == 0
    assert "drawn on a blank image, for there is no file" in groundtrain.err
    with Image.open(tmp_path / "out.png") as drawn:
        assert drawn.getpixel((300, 300)) == (128, 128, 128)


def test_inspect_tells_that_a_line_is_not_there(groundtrain: CommandLine, manifest: Path) -> None:
    assert groundtrain("inspect", manifest, "--draw", manifest.parent / "x.png", "--line", "500").code == 1
    assert "no record on line 500" in groundtrain.err
    assert "it has 61 lines" in groundtrain.err


def shell(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from groundtrain.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE, **more)


def test_a_manifest_comes_from_standard_input(manifest: Path, tmp_path: Path) -> None:
    done = shell(
        "convert", "-", "--output", tmp_path / "out", "--format", "json", input=manifest.read_bytes()
    )
    assert json.loads(done.stdout)["records"] == 61
    assert done.returncode == 0


def test_a_reader_that_goes_away_is_no_traceback(manifest: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-c", "from groundtrain.cli import main; main()", "inspect", str(manifest)]
    with os.fdopen(write_end, "wb") as broken:
        done = subprocess.run(command, stdout=broken, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["inspect", "--help"], ["convert", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    heavy = "[m for m in ('boto3', 'botocore', 'rich', 'PIL', 'sagemaker', 'aws_cdk') if m in sys.modules]"
    text = f"import sys; from groundtrain.cli.application import run; run({arguments!r}); print({heavy})"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, check=True, timeout=PATIENCE)
    assert done.stdout.splitlines()[-1] == b"[]"
