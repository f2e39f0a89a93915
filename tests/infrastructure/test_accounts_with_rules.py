"""Promises to accounts with rules of their own: tags, bootstrap resources, boundaries, partitions."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import region_info
from moto import mock_aws
from msgspec.structs import replace

from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Deployment as Rules
from groundtrain.settings.environment import Environment, Notifications
from groundtrain.training.image_registries import REGISTRIES
from stacks.bundling import Bundles
from stacks.commands import bootstrap
from stacks.commands.bootstrap import WhoseAccountError, account_of, bootstrap_command
from stacks.deployment import Deployment
from stacks.readable_template import normalise
from stacks.warnings import GROUND_TRUTH_REGIONS, warnings_of
from template_review.template_copies import ROOT

CONTEXT = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
PLAIN = Environment(name="dev", region="eu-west-1", notifications=Notifications(emails=("a@example.com",)))
EVERY_PIXEL = DatasetSettings(images="full")
RULES = Rules(qualifier="acme", permissions_boundary="boundaries/teams")


@pytest.fixture
def synthesized(tmp_path):
    """The three stacks of these settings, as the CDK command line gets them."""

    def under(**settings):
        app = cdk.App(outdir=str(tmp_path / "out"), context=CONTEXT, builtin_cloud_formation_validation=False)
        (bundle := tmp_path / "bundle").mkdir(exist_ok=True)
        Deployment(app, replace(PLAIN, **settings), Bundles(bundle, bundle))
        [stage] = app.synth().nested_assemblies
        return stage.nested_assembly.stacks

    return under


def warnings_in(stacks):
    """Read from the files: jsii does not always know the type of a stack's messages."""
    found = []
    for file in sorted(Path(stacks[0].assembly.directory).glob("*.metadata.json")):
        for entries in json.loads(file.read_text("utf-8")).values():
            found += [entry["data"] for entry in entries if entry["type"] == "aws:cdk:warning"]
    return found


def test_tags_of_the_settings_are_tags_of_every_stack(synthesized):
    tags = {"cost-center": "1234", "owner": "yard"}
    stacks = synthesized(tags=tags)
    assert len(stacks) == 3
    assert [dict(stack.tags) for stack in stacks] == [tags] * 3


def test_a_boundary_of_the_settings_bounds_every_role(synthesized):
    stacks = synthesized(deployment=RULES, dataset=EVERY_PIXEL)
    roles = [
        resource["Properties"]
        for stack in stacks
        for resource in normalise(stack.template)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
    ]
    assert len(roles) == 8
    boundaries = {json.dumps(role["PermissionsBoundary"]) for role in roles}
    assert len(boundaries) == 1
    assert boundaries.pop().endswith(':policy/boundaries/teams"')


def test_the_bootstrap_resources_of_the_settings_are_used_and_no_others(synthesized):
    for deployment, qualifier in ((RULES, "acme"), (Rules(), "hnb659fds")):
        for stack in synthesized(deployment=deployment):
            names = (stack.assume_role_arn, stack.cloud_formation_execution_role_arn)
            assert all(f"-{qualifier}-" in name for name in names)


@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", "cn-northwest-1", "us-gov-west-1"])
def test_services_and_arns_are_those_of_the_regions_partition(synthesized, region):
    info = region_info.RegionInfo.get(region)
    text = "".join(json.dumps(stack.template) for stack in synthesized(region=region, dataset=EVERY_PIXEL))
    regional = re.findall(rf"\b\w+\.{region}\.([a-z.]*amazonaws[a-z.]*)", text)
    assert len(regional) > 5
    assert set(regional) == {info.domain_suffix}
    assert set(re.findall(r"\barn:([a-z-]+):", text)) <= {info.partition}


def test_a_region_without_ground_truth_is_warned_of(synthesized):
    [said] = warnings_in(synthesized(region="eu-north-1"))
    assert "dev: region: Ground Truth does not run in eu-north-1" in said


def test_regions_of_ground_truth_are_regions_with_images_of_algorithms():
    assert len(GROUND_TRUTH_REGIONS) == 12
    assert set(GROUND_TRUTH_REGIONS) <= REGISTRIES.keys()


@pytest.mark.parametrize("region", GROUND_TRUTH_REGIONS)
def test_a_region_of_ground_truth_is_not_warned_of(region):
    assert list(warnings_of(replace(PLAIN, region=region))) == []


def test_an_environment_that_nobody_hears_is_warned_of(synthesized):
    [said] = warnings_in(synthesized(notifications=Notifications()))
    assert "dev: notifications.emails: nobody hears" in said


def test_an_environment_without_fault_is_synthesized_without_a_warning(synthesized):
    assert warnings_in(synthesized()) == []


def test_bootstrap_names_one_account_and_one_region():
    command = bootstrap_command(PLAIN, "111122223333")
    assert command == ["cdk", "bootstrap", "aws://111122223333/eu-west-1"]


def test_bootstrap_follows_the_rules_of_the_settings_and_passes_options_on():
    environment = replace(PLAIN, deployment=RULES, tags={"owner": "the yard"})
    assert bootstrap_command(environment, "111122223333", ["--trust", "444455556666"])[3:] == [
        *("--qualifier", "acme"),
        *("--custom-permissions-boundary", "boundaries/teams"),
        *("--tags", "owner=the yard"),
        *("--trust", "444455556666"),
    ]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs `make bootstrap`'s command for environments in two accounts, and gives back what was run."""
    (tmp_path / "dev.toml").write_text('region = "eu-west-1"\n', "utf-8")
    (tmp_path / "prod.toml").write_text('region = "eu-central-1"\naccount = "444455556666"\n', "utf-8")
    monkeypatch.setattr("stacks.environments.FOLDER", tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ran = []

    def remember(command, **_):
        ran.append(command)
        return SimpleNamespace(returncode=0)

    def run(*arguments):
        monkeypatch.setattr("stacks.commands.bootstrap.subprocess.run", remember)
        return bootstrap.main(arguments), ran

    return run


@mock_aws
def test_an_environment_without_account_is_bootstrapped_in_that_of_the_credentials(run):
    own = boto3.client("sts", region_name="eu-west-1").get_caller_identity()["Account"]
    assert run("dev") == (0, [["cdk", "bootstrap", f"aws://{own}/eu-west-1"]])


def test_an_environment_with_an_account_is_bootstrapped_there_and_nobody_is_asked(run):
    assert run("prod") == (0, [["cdk", "bootstrap", "aws://444455556666/eu-central-1"]])


def test_an_environment_that_is_not_there_is_not_bootstrapped(run, capsys):
    assert run("nope") == (2, [])
    assert "say ENV=dev or ENV=prod" in capsys.readouterr().err


def test_credentials_that_sts_refuses_are_told_with_the_file_to_name_the_account_in(monkeypatch):
    def refuse(*_, **__):
        raise bootstrap.BotoCoreError

    monkeypatch.setattr("stacks.commands.bootstrap.boto3.client", refuse)
    with pytest.raises(WhoseAccountError, match=r"write the account into environments/dev\.toml"):
        account_of(PLAIN)


def test_make_bootstrap_is_for_the_environment_that_is_named():
    [recipe] = re.findall(r"^bootstrap:.*\n\t(.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe == '@python -m stacks.commands.bootstrap "$(ENV)" $(OPTIONS)'
