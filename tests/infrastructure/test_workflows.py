"""Promises of the workflows in .github: pinned actions, least permissions, and the Makefile's commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
FOR_OTHERS = ROOT / "action.yml"  # used in repositories that have manifests
TRUSTED = {
    "actions/checkout",
    "actions/setup-node",
    "actions/setup-python",
    "aws-actions/configure-aws-credentials",
}
MAY_WRITE = {
    ("ci", "comment"): {"pull-requests"},
    ("ci", "diff"): {"id-token"},
    ("deploy", "dev"): {"id-token"},
    ("deploy", "prod"): {"id-token"},
    ("deploy-environment", "deploy"): {"id-token"},
}
SHELL = {"echo", "cat", "tee", "gh", "{", "}"}  # what passes on what make says


def read(file):
    content = yaml.safe_load(file.read_text("utf-8"))
    return {
        "on" if key is True else key: value for key, value in content.items()
    }  # YAML 1.1 reads on as true


def jobs():
    return [(file.stem, name, job) for file in WORKFLOWS for name, job in read(file)["jobs"].items()]


def steps():
    of_jobs = [step for _, _, job in jobs() for step in job.get("steps", [])]
    return of_jobs + [step for file in ACTIONS for step in read(file)["runs"]["steps"]]


def run(tool, *arguments):
    command = [str(Path(sys.executable).with_name(tool)), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def make_targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_workflows_are_what_github_understands():
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout


def test_an_audit_of_the_workflows_finds_nothing():
    done = run("zizmor", "--offline", "--no-progress", str(GITHUB), str(FOR_OTHERS))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS, FOR_OTHERS], ids=lambda file: file.name)
def test_foreign_actions_are_few_and_pinned_by_commit_with_their_version_beside(file):
    for line in re.findall(r"uses: (.*)", file.read_text("utf-8")):
        if not line.startswith("$/"):
            pinned = re.fullmatch(r"([\w/-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
            assert pinned, line
            assert pinned[1] in TRUSTED


def test_an_action_has_one_pin_in_all_files():
    texts = [file.read_text("utf-8") for file in (*WORKFLOWS, *ACTIONS, FOR_OTHERS)]
    pins = {pin for text in texts for pin in re.findall(r"uses: ([\w/-]+@.*)", text)}
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_do_nothing_by_default(file):
    assert read(file)["permissions"] == {}


def test_a_job_reads_the_repository_and_writes_only_what_it_is_for():
    for workflow, name, job in jobs():
        written = {scope for scope, level in job["permissions"].items() if level == "write"}
        assert written == MAY_WRITE.get((workflow, name), set())
        assert {scope for scope, level in job["permissions"].items() if level == "read"} <= {"contents"}


def test_what_may_comment_on_a_pull_request_runs_none_of_its_code():
    for _, _, job in jobs():
        if job["permissions"].get("pull-requests") == "write":
            assert runs_our_code(job) == []


def runs_our_code(job):
    return [step for step in job["steps"] if "uses" in step or "make" in step["run"]]


def test_what_runs_our_code_would_be_found():
    assert any(job["permissions"].get("pull-requests") == "write" for _, _, job in jobs())
    assert runs_our_code({"steps": [{"run": "make test"}, {"run": "gh pr comment"}]}) == [
        {"run": "make test"}
    ]
    assert runs_our_code({"steps": [{"uses": "actions/checkout"}]})


STORED = re.compile(r"secrets\.|secrets\[|access-key|AWS_SECRET")


def test_no_credential_is_stored():
    for file in (*WORKFLOWS, *ACTIONS):
        assert not STORED.search(file.read_text("utf-8")), file.name
    for step in steps():
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(
    "line",
    ["key: ${{ secrets.KEY }}", "key: ${{ secrets['KEY'] }}", "aws-access-key-id: AKIA", "AWS_SECRET_KEY: x"],
)
def test_a_credential_that_is_stored_would_be_found(line):
    assert STORED.search(f"    with:\n      {line}\n")


def test_code_of_other_repositories_never_gets_credentials():
    writing = [
        job for workflow, _, job in jobs() if workflow == "ci" and "write" in job["permissions"].values()
    ]
    assert len(writing) == 2
    for job in writing:
        assert "github.event.pull_request.head.repo.full_name == github.repository" in job["if"]


def test_commands_are_the_makefiles():
    targets = make_targets()
    for step in steps():
        for command in re.findall(r"make (?:--silent )?([\w-]+)", step.get("run", "")):
            assert command in targets
        for line in step.get("run", "").splitlines():
            words = {part.split()[0] for part in re.split(r"[|;]", line) if part.strip()}
            assert words <= {"make"} | SHELL, line


def test_what_stands_in_a_pull_request_never_becomes_a_command():
    commands = [step["run"] for step in steps() if "run" in step]
    assert len(commands) > 5
    assert [command for command in commands if "${{" in command] == []


def test_every_job_has_a_time_limit():
    for _, _, job in jobs():
        assert "uses" in job or job["timeout-minutes"] <= 60


def test_every_environment_is_compared_and_deployed():
    names = sorted(file.stem for file in (ROOT / "environments").glob("*.toml"))
    [compared] = [job["strategy"]["matrix"]["environment"] for _, name, job in jobs() if name == "diff"]
    deployed = [job["with"]["environment"] for _, _, job in jobs() if "with" in job]
    by_hand = read(GITHUB / "workflows" / "deploy-environment.yml")["on"]["workflow_dispatch"]["inputs"]
    assert sorted(compared) == sorted(deployed) == sorted(by_hand["environment"]["options"]) == names


def test_an_environment_is_deployed_under_its_own_protection_one_at_a_time():
    workflow = read(GITHUB / "workflows" / "deploy-environment.yml")
    assert workflow["jobs"]["deploy"]["environment"] == "${{ inputs.environment }}"
    assert workflow["concurrency"] == {
        "group": "deploy-${{ inputs.environment }}",
        "cancel-in-progress": False,
    }


def test_production_comes_after_dev_and_dev_after_the_checks():
    deploy = read(GITHUB / "workflows" / "deploy.yml")["jobs"]
    assert (deploy["prod"]["needs"], deploy["dev"]["needs"]) == ("dev", "check")


def test_the_audit_runs_by_the_clock():
    assert read(GITHUB / "workflows" / "audit.yml")["on"]["schedule"]
