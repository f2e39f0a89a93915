"""`groundtrain preflight`, as a person calls it."""

import json
from pathlib import Path

import pytest

from groundtrain.aws.preflight import services as services_module
from groundtrain.cli.application import run
from tests.ready_account import World
from tests.sagemaker_fake import ACCOUNT, REGION


@pytest.fixture
def said(world: World, monkeypatch, capsys, tmp_path):
    """Runs the command in this account: exit code, output and errors."""
    monkeypatch.setattr(services_module.boto3, "client", lambda name, **_: world.client(name))
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str):
        world.situation()  # writes dev.toml
        Path("environments").mkdir(exist_ok=True)
        Path("environments/dev.toml").write_text(Path("dev.toml").read_text("utf-8"), "utf-8")
        return (run(["preflight", *arguments]), *capsys.readouterr())

    return said


def test_an_account_that_is_ready_is_told_in_one_table(said):
    code, out, err = said("--env", "dev")
    assert (code, err) == (0, "")
    assert out.startswith(f"dev: account {ACCOUNT}, {REGION}\n")
    assert out.endswith("dev: nothing stands in the way\n")
    assert len(out.splitlines()) == 14
    [row] = [line.split() for line in out.splitlines() if line.startswith("  network")]
    assert " ".join(row) == "network - not asked: the settings name no subnet"


def test_a_finding_has_a_row_with_its_code_and_its_fix(said, world):
    world.client("s3").delete_bucket_cors(Bucket="yard-images")
    code, out, _ = said("--env", "dev")
    assert code == 0, "a warning"
    [row] = [line for line in out.splitlines() if "GT815" in line]
    assert "buckets" in row
    assert "warning" in row
    assert row.endswith(": add the CORS rule of docs/operations.md, Buckets that existed before")
    assert out.endswith("dev: nothing stands in the way, with warnings\n")


def test_what_would_fail_ends_with_1(said, world):
    world.quotas(g5=0, g4dn=0)
    code, out, _ = said("--settings", "dev.toml")
    assert code == 1
    assert out.endswith("dev: something would fail, or could not be asked\n")


def test_what_was_not_answered_is_counted_below(said, world):
    world.answers.refuse("GetBucketCors", "AccessDenied")
    code, out, _ = said("--env", "dev")
    assert code == 1
    assert out.endswith("dev: something would fail, or could not be asked; 1 question without an answer\n")


def test_json_has_every_check_with_its_result(said, world):
    world.answers.refuse("GetBucketCors", "AccessDenied")
    world.quotas(g5=0, g4dn=1)
    code, out, _ = said("--env", "dev", "--format", "json")
    document = json.loads(out)
    assert (code, document["verdict"], document["account"]) == (1, "not-ready", ACCOUNT)
    results = {check["about"]: check["result"] for check in document["checks"]}
    assert results["buckets"] == "not-answered"
    assert results["quotas"] == "findings"
    assert results["network"] == "not-asked"
    assert results["bootstrap"] == "fine"
    [finding, *_] = next(check for check in document["checks"] if check["about"] == "quotas")["findings"]
    assert finding.keys() == {"code", "severity", "path", "message", "fix"}


def test_a_code_that_the_settings_ignore_does_not_count(said, world):
    world.quotas(g5=0, g4dn=0)
    world.changes.append(("[dataset]", '[dataset]\nignore = ["GT807"]'))
    assert said("--env", "dev")[0] == 0


def test_credentials_that_aws_does_not_know_are_a_wrong_call(said, world):
    world.answers.refuse("GetCallerIdentity", "InvalidClientTokenId")
    code, out, err = said("--env", "dev")
    assert (code, out) == (2, "")
    assert "the account of your credentials" in err
    assert "fix: " in err


@pytest.mark.parametrize("arguments", [(), ("--env", "dev", "--settings", "dev.toml"), ("--env", "nope")])
def test_without_one_environment_it_is_a_wrong_call(said, arguments):
    code, out, err = said(*arguments)
    assert (code, out) == (2, "")
    assert "fix: " in err
