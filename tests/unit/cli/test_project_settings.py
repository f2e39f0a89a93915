"""Settings that check finds in the current directory or above it."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.manifest_lines import box, dump, good, record
from tests.unit.cli.conftest import Say


@pytest.fixture
def below(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder two below that of the settings, with a manifest in which a box leaves its image."""
    folder = tmp_path / "labels" / "street"
    folder.mkdir(parents=True)
    lines = [*good(60), dump(record("s3://bucket/bad.jpg", box(left=620)))]
    (folder / "b.manifest").write_bytes(b"".join(line + b"\n" for line in lines))
    monkeypatch.chdir(folder)
    return folder


def test_settings_are_found_above_and_named(say: Say, below: Path, tmp_path: Path) -> None:
    (tmp_path / "groundtrain.toml").write_text('ignore = ["gt204"]\n')
    said = say("check", "b.manifest")
    assert said.code == 0
    assert said.out.splitlines()[0] == "Settings: ../../groundtrain.toml"
    for manifests in (["b.manifest"], ["b.manifest", "b.manifest"]):
        document = json.loads(say("check", *manifests, "--format", "json").out)
        assert document["settings"] == "../../groundtrain.toml"


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_beside_documents_for_programs_it_is_named_on_standard_error(
    say: Say, below: Path, tmp_path: Path, form: str
) -> None:
    (tmp_path / "groundtrain.toml").write_text('ignore = ["box-outside-image"]\n')
    said = say("check", "b.manifest", "--format", form)
    assert said.err == "Settings: ../../groundtrain.toml\n"
    assert "Settings" not in said.out


def test_without_a_file_nothing_is_said_of_settings(say: Say, below: Path) -> None:
    assert "ettings" not in say("check", "b.manifest").out
    assert "settings" not in json.loads(say("check", "b.manifest", "--format", "json").out)


def test_the_table_of_a_project_counts(say: Say, below: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\n[tool.groundtrain]\nignore = ["GT2"]\n')
    said = say("check", "b.manifest")
    assert (said.code, said.out.splitlines()[0]) == (0, "Settings: ../../pyproject.toml")


def test_a_project_without_the_table_is_passed_over(say: Say, below: Path, tmp_path: Path) -> None:
    (tmp_path / "groundtrain.toml").write_text('ignore = ["GT204"]\n')
    (below / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert say("check", "b.manifest").out.startswith("Settings: ../../groundtrain.toml\n")


def test_the_nearest_counts_and_of_two_files_groundtrain_toml(say: Say, below: Path, tmp_path: Path) -> None:
    (tmp_path / "groundtrain.toml").write_text('ignore = ["GT204"]\n')
    (below / "pyproject.toml").write_text("[tool.groundtrain]\n")
    assert say("check", "b.manifest").out.startswith("Settings: pyproject.toml\n")
    (below / "groundtrain.toml").touch()
    assert say("check", "b.manifest").out.startswith("Settings: groundtrain.toml\n")


def test_options_win(say: Say, below: Path) -> None:
    (below / "groundtrain.toml").write_text('label = "none"\nselect = ["GT3"]\nignore = ["GT204"]\n')
    said = say("check", "b.manifest", "--label", "boxes", "--select", "GT2", "--ignore", "GT405")
    assert said.code == 1
    assert "GT204 box-outside-image: error, 1 found" in said.out


def test_the_split_is_that_of_the_file(say: Say, below: Path) -> None:
    def validation(said: SimpleNamespace) -> int:
        return json.loads(said.out)["validation"]

    stable = validation(say("check", "b.manifest", "--format", "json"))
    (below / "groundtrain.toml").write_text('split = "stratified"\n')
    assert validation(say("check", "b.manifest", "--format", "json")) == 6 != stable


def test_advice_names_the_file_where_a_key_can_be_set(say: Say, below: Path) -> None:
    lines = [
        record(f"s3://bucket/{i}.jpg", box(), classes={"0": "car" if i > 4 else "bus"}) for i in range(60)
    ]
    Path("rare.manifest").write_bytes(b"\n".join(map(dump, lines)))
    (below / "groundtrain.toml").write_text('label = "boxes"\n')
    assert 'split = "stratified" in groundtrain.toml' in say("check", "rare.manifest").out
    (below / "groundtrain.toml").rename("pyproject.toml")
    Path("pyproject.toml").write_text('[tool.groundtrain]\nlabel = "boxes"\n')
    assert 'split = "stratified" in [tool.groundtrain] of pyproject.toml' in say("check", "rare.manifest").out


def test_they_count_for_standard_input(say: Say, below: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (below / "groundtrain.toml").write_text('ignore = ["GT204"]\n')
    content = (below / "b.manifest").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert say("check", "-").code == 0


@pytest.mark.parametrize("options", [["--no-settings"], ["--settings", "dev.toml"]])
def test_they_can_be_ignored(say: Say, below: Path, options: list[str]) -> None:
    (below / "groundtrain.toml").write_text("not TOML")
    (below / "dev.toml").write_text('region = "eu-west-1"\n')
    said = say("check", "b.manifest", *options)
    assert said.code == 1
    assert "Settings:" not in said.out + said.err


def test_to_ignore_them_and_to_name_others_is_a_contradiction(say: Say, below: Path) -> None:
    said = say("check", "b.manifest", "--no-settings", "--settings", "dev.toml")
    assert said.code == 2
    assert "leave one of them out" in said.err


@pytest.mark.parametrize(
    ("text", "reason", "fix"),
    [
        ("ignore = ", "not TOML", "--no-settings"),
        ('lable = "a"', 'there is no key or table "lable"', "the nearest is label"),
        ('group_by = "a"', 'there is no key or table "group_by"', "there are label, select, ignore, split"),
        ('ignore = "GT204"', "ignore: expected a list", "correct it"),
        ("label = 3", "label: expected a text", "correct it, or ignore the file"),
        ('split = "random"', "split: 'random' is not one of stable, stratified", "write one of them"),
        ('select = ["GT999"]', "select: there is no rule GT999", "groundtrain rule lists all codes"),
        ('ignore = ["GT101"]', "ignore: GT101 (", "groundtrain rule lists all codes"),
    ],
)
def test_mistakes_are_told_with_file_and_key(say: Say, below: Path, text: str, reason: str, fix: str) -> None:
    (below / "groundtrain.toml").write_text(text)
    said = say("check", "b.manifest")
    assert said.code == 2
    assert said.err.startswith(f"groundtrain: groundtrain.toml: {reason}")
    assert fix in said.err


def test_a_folder_of_that_name_is_no_file(say: Say, below: Path) -> None:
    (below / "groundtrain.toml").mkdir()
    said = say("check", "b.manifest")
    assert (said.code, "groundtrain.toml is a folder, and no file" in said.err) == (2, True)
