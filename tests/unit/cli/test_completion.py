"""What shells complete, asked as they ask."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from groundtrain.cli.application import groundtrain
from groundtrain.cli.completion import VARIABLE
from groundtrain.rules import RULES
from tests.command_tree import Words, commands
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in "dev", "prod":
        (tmp_path / "environments").mkdir(exist_ok=True)
        (tmp_path / "environments" / f"{name}.toml").touch()
    (tmp_path / "street.manifest").touch()
    return tmp_path


def completed(line: str) -> list[str]:
    """What is proposed for the last word of a line, "" behind a space."""
    *words, last = line.split(" ")
    shell = ShellComplete(groundtrain, {}, "groundtrain", VARIABLE)
    return [item.value if item.type == "plain" else item.type for item in shell.get_completions(words, last)]


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("ch", ["check"]),
        ("reh", ["rehearse"]),
        ("import co", ["coco"]),
        ("check --form", ["--format"]),
        ("check --format ", ["text", "json", "sarif", "github"]),
        ("convert --split st", ["stable", "stratified"]),
        ("check ", ["file"]),
        ("convert --settings ", ["file"]),
        ("check a.manifest --validation-manifest ", ["file"]),
        ("publish x --env ", ["dev", "prod"]),
        ("redrive d", ["dev"]),
    ],
)
def test_a_word_is_completed(line: str, proposed: list[str]) -> None:
    assert completed(line) == proposed


@pytest.mark.parametrize(
    "line", ["rule ", "check a --select ", "check a --ignore ", "convert a --relabel-rules "]
)
def test_codes_of_rules_are_completed(line: str) -> None:
    assert [code for code in completed(f"{line}GT70") if code in RULES] == [
        code for code in RULES if code.startswith("GT70")
    ]


def test_codes_are_completed_in_small_letters_and_behind_a_comma() -> None:
    assert completed("check a --select gt1,gt204") == ["gt1,GT204"]


def test_families_are_completed() -> None:
    assert completed("rule GT2")[0] == "GT2"


@pytest.mark.parametrize("words", commands(), ids="-".join)
def test_every_argument_is_completed(words: Words) -> None:
    arguments = [one for one in commands()[words].params if isinstance(one, click.Argument)]
    free = [one.name for one in arguments if not isinstance(one.type, click.Choice | click.Path)]
    with click.Context(commands()[words]) as context:
        proposed = {one.name for one in arguments if one.shell_complete(context, "")}
    assert [name for name in free if name not in proposed and name != "command"] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_by_the_script_that_it_is_given(place: Path) -> None:
    calls = "".join(
        f"COMPREPLY=() COMP_WORDS=({line}) COMP_CWORD={len(shlex.split(line)) - 1};"
        ' _groundtrain_completion groundtrain; echo "${COMPREPLY[@]}"\n'
        for line in ("groundtrain ch", "groundtrain rule GT20", "groundtrain redrive p")
    )
    for_bashrc = 'eval "$(_GROUNDTRAIN_COMPLETE=bash_source groundtrain)"'
    assert for_bashrc in (ROOT / "README.md").read_text("utf-8")
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{for_bashrc}\n{calls}"],
        cwd=place, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    codes = [code for code in RULES if code.startswith("GT20")]
    assert done.stdout.splitlines() == ["check", " ".join(codes), "prod"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    done = subprocess.run(
        [BIN / "groundtrain"],
        env=os.environ | {VARIABLE: f"{shell}_source"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert "_groundtrain_completion" in done.stdout
