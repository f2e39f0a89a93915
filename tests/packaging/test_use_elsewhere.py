"""What other repositories use: the GitHub Action in action.yml, and the hook for pre-commit."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.manifest_lines import box, dump, good, record

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
HOOK_KEYS = {
    "id",
    "name",
    "description",
    "entry",
    "language",
    "files",
}  # https://pre-commit.com, "Creating new hooks"
FAULTY = dump(record("s3://bucket/bad.jpg", box(left=620)))

Run = Callable[..., SimpleNamespace]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with a sound manifest, and a faulty one whose name has a space."""
    folder = tmp_path / "repository"
    (folder / "labels" / "old").mkdir(parents=True)
    lines = [*good(40), b""]
    (folder / "labels" / "sound.manifest").write_bytes(b"\n".join(lines))
    (folder / "labels" / "old" / "one fault.manifest").write_bytes(b"\n".join([FAULTY, *lines]))
    return folder


@pytest.fixture
def step(tmp_path: Path, repository: Path) -> Run:
    """Runs the action's last step as a runner does, with groundtrain where the step before puts it."""
    programs = tmp_path / "groundtrain" / "bin"
    programs.mkdir(parents=True)
    (programs / "groundtrain").symlink_to(Path(sys.executable).with_name("groundtrain"))
    last = ACTION["runs"]["steps"][-1]
    assert last["shell"] == "bash"

    def run(**inputs: str) -> SimpleNamespace:
        values = {name: given["default"] for name, given in ACTION["inputs"].items()} | inputs
        variables = {name: _value(text, values) for name, text in last["env"].items()}
        environment = os.environ | variables | {"RUNNER_TEMP": str(tmp_path)}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", last["run"]]
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)

    return run


def _value(text: str, inputs: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ inputs\.([a-z]+) \}\}", lambda found: inputs[found[1]], text)


def test_the_action_is_what_github_understands() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [tool, "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_action_annotates_each_faulty_line_of_all_manifests(step: Run) -> None:
    said = step()
    assert said.code == 1
    assert "::error file=labels/old/one fault.manifest,line=1,title=GT204 box-outside-image::" in said.out
    assert "::notice file=labels/sound.manifest::will train" in said.out


def test_sound_manifests_pass(step: Run) -> None:
    assert step(manifests="labels/*.manifest").code == 0


def test_options_are_words_of_a_command_line(step: Run, repository: Path) -> None:
    (repository / "labels" / "big car.json").write_text(json.dumps({"labels": [{"label": "car"}]}))
    said = step(options='--ignore GT204 --category-file "labels/big car.json"')
    assert "GT204" not in said.out
    assert said.code == 0, said.err + said.out


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_quotation_mark_that_is_not_closed_is_an_error(step: Run, quote: str) -> None:
    said = step(manifests="labels/sound.manifest", options=f"--ignore GT204 {quote}--for text-classification")
    assert (said.code, said.out) == (
        2,
        "::error::a quotation mark in the input options is not closed: close it, on the same line\n",
    )


def test_a_file_that_is_called_like_an_option_is_a_manifest(step: Run, repository: Path) -> None:
    (repository / "labels" / "old" / "one fault.manifest").rename(repository / "-h.manifest")
    said = step(manifests="*.manifest")
    assert "::error file=-h.manifest,line=1,title=GT204 box-outside-image::" in said.out
    assert said.code == 1


def test_sarif_is_written_where_it_is_wanted(step: Run, repository: Path) -> None:
    assert step(sarif="groundtrain.sarif").code == 1
    (run,) = json.loads((repository / "groundtrain.sarif").read_text())["runs"]
    assert "GT204" in {result["ruleId"] for result in run["results"]}


def test_manifests_that_are_not_there_are_an_error(step: Run) -> None:
    said = step(manifests="none/*.manifest\nnothing/**")
    assert (said.code, said.out) == (
        2,
        "::error::no file is called none/*.manifest, or nothing/**: correct the input manifests\n",
    )


def test_a_wrong_option_is_told(step: Run) -> None:
    said = step(options="--for cooking")
    assert said.code == 2
    assert "'cooking' is not one of" in said.err


def test_the_action_installs_all_that_the_package_depends_on() -> None:
    install = ACTION["runs"]["steps"][1]["run"]
    assert "--require-hashes" in install
    (lock,) = re.findall(r"requirements/[\w-]+\.txt", install)
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = (*project["project"]["dependencies"], *project["build-system"]["requires"])
    assert {re.split(r"[<>=~ ]", one)[0] for one in wanted} <= locked


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_says_what_pre_commit_asks_for(hook: dict[str, Any]) -> None:
    assert hook.keys() == HOOK_KEYS
    assert hook["language"] == "python"
    assert re.search(hook["files"], "labels/street.manifest")
    assert not re.search(hook["files"], "package-manifest.json")


def test_the_hook_checks_files_as_pre_commit_calls_it(repository: Path) -> None:
    (entry,) = [shlex.split(hook["entry"]) for hook in HOOKS if hook["id"] == "groundtrain-check"]
    program = Path(sys.executable).with_name(entry[0])

    def hook(*files: str) -> subprocess.CompletedProcess[str]:
        command = [program, *entry[1:], *files]
        return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    assert hook("labels/sound.manifest").returncode == 0
    faulty = hook("labels/sound.manifest", "labels/old/one fault.manifest")
    assert faulty.returncode == 1
    assert "GT204" in faulty.stdout
