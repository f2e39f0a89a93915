"""Promises of `make synth`: what will be created, by kind, with its purpose, and none of the CDK's noise."""

import json
import re
from types import SimpleNamespace

import pytest

from template_review import synthesis
from template_review.resource_list import PURPOSES, write_inventory
from template_review.template_copies import ROOT

QUEUE = {"Type": "AWS::SQS::Queue"}
TEMPLATES = {
    f"{name}-{stack}.json": {"Resources": resources}
    for name in ("dev", "prod")
    for stack, resources in {
        "storage": {"Key961B73FD": {"Type": "AWS::KMS::Key"}},
        "pipeline": {"ConvertQueueD3FE49BF": QUEUE, "SweepDeadLetters2E019697": QUEUE},
    }.items()
}


def test_resources_are_told_by_kind_with_their_purpose_and_what_costs_by_the_month():
    lines = write_inventory(TEMPLATES).splitlines()
    assert lines[2] == "### dev, prod: 3 resources in each"
    assert "- 1 AWS::KMS::Key: encrypts buckets, messages and logs (charged by the month)" in lines
    assert lines[lines.index("- 2 AWS::SQS::Queue: " + PURPOSES["AWS::SQS::Queue"]) + 1] == (
        "  `pipeline/ConvertQueue`, `pipeline/SweepDeadLetters`"
    )


def test_environments_that_differ_are_told_apart():
    more = {"Resources": {**TEMPLATES["prod-storage.json"]["Resources"], "More": {"Type": "AWS::S3::Bucket"}}}
    lines = write_inventory({**TEMPLATES, "prod-storage.json": more}).splitlines()
    heads = [line for line in lines if line.startswith("###")]
    assert heads == ["### dev: 3 resources", "### prod: 4 resources"]


def test_every_kind_that_is_deployed_has_a_purpose_and_no_other(clouds):
    kinds = {
        resource["Type"]
        for cloud in clouds.values()
        for template in cloud.templates.values()
        for resource in template["Resources"].values()
    }
    assert kinds == PURPOSES.keys()


def test_every_resource_is_named_once_without_what_the_cdk_adds(clouds):
    templates = {f"{stack.replace('/', '-')}.json": it for stack, it in clouds["dev"].templates.items()}
    names = re.findall(r"`([^`]+)`", write_inventory(templates))
    assert len(names) == len(set(names)) == sum(len(it["Resources"]) for it in templates.values())
    assert not [name for name in names if re.search(r"[0-9A-F]{8}", name)]
    assert re.search(r"[0-9A-F]{8}", json.dumps(templates)), "there is something to leave out"


@pytest.fixture
def synth(monkeypatch, tmp_path, capsys):
    """Runs `make synth` with a CDK that answers so: exit code, output and errors."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.toml").write_text('region = "eu-north-1"\n', "utf-8")
    (tmp_path / "cdk.out" / "review").mkdir(parents=True)
    (tmp_path / "cdk.out" / "review" / "dev-storage.json").write_text(
        json.dumps(TEMPLATES["dev-storage.json"]), "utf-8"
    )
    monkeypatch.setattr("template_review.template_copies.ROOT", tmp_path)
    monkeypatch.setattr("template_review.template_copies.main", lambda _: 0)

    def synth(code):
        answer = SimpleNamespace(returncode=code, stdout="77 feature flags\n", stderr="what is wrong\n")
        monkeypatch.setattr("template_review.synthesis.subprocess.run", lambda *_, **__: answer)
        return (synthesis.main(), *capsys.readouterr())

    synth.folder = tmp_path
    return synth


def test_synth_shows_the_list_and_the_warnings_and_nothing_of_the_cdk(synth):
    code, out, err = synth(0)
    assert (code, err) == (0, "")
    assert "### dev: 1 resources" in out
    assert "warning: dev: region: Ground Truth does not run in eu-north-1" in out
    assert "feature flags" not in out


def test_a_synth_that_fails_shows_all_that_the_cdk_says(synth):
    assert synth(1) == (1, "", "77 feature flags\nwhat is wrong\n")


def test_settings_that_cannot_work_are_told_before_anything_is_synthesized(synth):
    (synth.folder / "environments" / "dev.toml").write_text("regoin = 1\n", "utf-8")
    code, out, err = synth(0)
    assert (code, out) == (2, "")
    assert "regoin" in err


def test_make_synth_runs_it():
    assert re.search(
        r"^synth:.*\n\t@python -m template_review.synthesis$", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
