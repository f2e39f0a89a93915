"""Promises of `cdk synth`: the same bytes anywhere, no mistake passes, and every mistake is one sentence."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.environment_file import load_environment
from groundtrain.settings.training_settings import Network, Training
from groundtrain.training.settings_checks import training_mistakes
from stacks.bundling import Bundles
from stacks.deployment import Deployment
from stacks.environments import load_environments
from stacks.nag import NagError, check_with_nag, refuse_findings
from stacks.pipeline.event_patterns import size_of_labeling_pattern
from stacks.readable_template import normalise
from stacks.warnings import warnings_of
from template_review.template_copies import ROOT
from tests.infrastructure.synthesis import start_synth
from tests.waiting import PATIENCE

CONTEXT = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
PARTS = ("app.py", "cdk.json", "environments", "lambdas", "requirements", "stacks")


def check_out(source, copy):
    """Another checkout: the same files under another path, with other times."""
    copy.mkdir()
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, copy / part, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source / part, copy / part)
    return copy


def files_in(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def two_synths(tmp_path_factory):
    """The real app with the real bundle (for this machine) and cdk-nag, in two checkouts."""
    here = check_out(ROOT, tmp_path_factory.mktemp("here") / "groundtrain")
    there = check_out(here, tmp_path_factory.mktemp("elsewhere") / "checkout")
    running = [start_synth(root, root / "assembly", bundle="host") for root in (here, there)]
    for synth in running:
        errors = synth.communicate(timeout=PATIENCE)[1]
        assert synth.returncode == 0, errors
    return [root / "assembly" for root in (here, there)]


def test_two_checkouts_give_the_same_bytes(two_synths):
    here, there = (files_in(folder) for folder in two_synths)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def naming(files, *places):
    """Names of the JSON files that hold one of the places."""
    return [
        name
        for name, content in files.items()
        if name.endswith(".json") and any(str(place).encode() in content for place in places)
    ]


def test_nothing_in_the_assembly_names_a_place_on_this_machine(two_synths):
    files = files_in(two_synths[0])
    assert naming(files, two_synths[0].parent, sys.prefix) == []
    assert naming(files, "groundtrain-dev-storage"), "the search reads the files"


def test_a_place_on_this_machine_would_be_found(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"code": f"{tmp_path}/handler.py"}), "utf-8")
    assert naming(files_in(tmp_path), tmp_path) == ["manifest.json"]


def test_three_packs_of_nag_look_at_every_synth(two_synths):
    report = json.loads((two_synths[0] / "validation-report.json").read_text("utf-8"))
    packs = {pack["pluginName"]: pack["conclusion"] for pack in report["pluginReports"]}
    assert packs == dict.fromkeys(("AwsSolutions", "Serverless", "NIST.800.53.R5"), "success")


def test_what_nag_says_is_accepted_on_single_constructs_with_a_reason(two_synths):
    report = json.loads((two_synths[0] / "validation-report.json").read_text("utf-8"))
    accepted = [found for pack in report["pluginReports"] for found in pack["suppressedViolations"]]
    assert accepted
    for found in accepted:
        where = found["acknowledgedAt"]
        assert where.count("/") >= 2, "neither a stage nor a stack"
        assert all(
            it["constructPath"].startswith(f"{where}/") or it["constructPath"] == where
            for it in found["violatingConstructs"]
        )
        assert len(found["reason"].split()) >= 4


def test_all_environments_share_one_bundle(two_synths):
    assert len(list(two_synths[0].glob("asset.*"))) == 1


def test_there_is_one_stage_for_each_file_and_three_stacks_in_each(clouds):
    files = {file.stem for file in (ROOT / "environments").glob("*.toml")}
    assert clouds.keys() == files | {"unusual", "uploads"}
    for name, cloud in clouds.items():
        assert sorted(cloud.templates) == [f"{name}/monitoring", f"{name}/pipeline", f"{name}/storage"]


def test_cfn_lint_has_nothing_to_say(templates):
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--template", *map(str, templates.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_construct_that_nag_finds_fault_with_stops_the_synth(tmp_path):
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    s3.Bucket(cdk.Stack(cdk.Stage(app, "dev"), "careless"), "Public")
    check_with_nag(app)
    with pytest.raises(RuntimeError, match="AwsSolutions-S1"):  # under pytest CDK raises by itself
        app.synth()


def test_what_nag_found_is_named_with_its_construct(tmp_path):
    violation = {
        "ruleName": "AwsSolutions-S1",
        "description": "No access logs.",
        "violatingConstructs": [{"constructPath": "dev/storage/Datasets"}],
    }
    report = {"pluginReports": [{"violations": [violation]}]}
    (tmp_path / "validation-report.json").write_text(json.dumps(report), "utf-8")
    with pytest.raises(NagError, match=r"AwsSolutions-S1 in dev/storage/Datasets: No access logs\."):
        refuse_findings(type("Assembly", (), {"directory": str(tmp_path)}))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('region = "eu-west-1"\n[trainng]\n', "trainng"),
        ('region = "eu-west-1"\n[gate]\nmax_rejected = 2\n', "gate.max_rejected"),
        ('region = "eu-west-1"\n[sweep]\nevery = "90s"\n', "sweep.every"),
        ('region = "eu-west-1"\n[sweep]\nlook_back = "10m"\n', "sweep.look_back"),
        ('region = "eu-west-1"\n[retention]\nlogs_days = 31\n', "retention.logs_days"),
        ("region = eu-west-1\n", "dev.toml"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_file_and_key(tmp_path, settings, sentence):
    (tmp_path / "dev.toml").write_text(settings, "utf-8")
    with pytest.raises(SettingsError) as refused:
        load_environments(tmp_path)
    assert "dev.toml" in str(refused.value)
    assert sentence in str(refused.value)


def test_a_folder_without_environments_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no environment there"):
        load_environments(tmp_path)


def test_environments_whose_training_jobs_cannot_be_told_apart_are_refused(tmp_path):
    for name, prefix in (("dev", "groundtrain"), ("two", "groundtrain-dev")):
        text = f'region = "eu-west-1"\n[training]\njob_name_prefix = "{prefix}"\n'
        (tmp_path / f"{name}.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"two: training.job_name_prefix: .* like those of dev"):
        load_environments(tmp_path)


def test_settings_too_long_for_a_functions_variables_are_refused(tmp_path):
    tags = {f"tag-{number}": "x" * 200 for number in range(20)}
    environment = Environment(name="dev", region="eu-west-1", training=Training(tags=tags))
    with pytest.raises(SettingsError, match=r"dev: the settings take 4,\d+ bytes"):
        Deployment(cdk.App(context=CONTEXT), environment, Bundles(tmp_path))


def test_more_buckets_than_a_roles_policy_can_hold_are_refused(tmp_path):
    buckets = tuple(f"{'b' * 15}{number}" for number in range(10, 65))
    network = Network(subnets=tuple(f"subnet-{n:017x}" for n in range(16)), security_groups=("sg-2b",))
    environment = Environment(
        name="dev", region="eu-west-1", labeling=Labeling(buckets=buckets), training=Training(network=network)
    )
    refusal = r"dev/pipeline/TrainingRole: its policy takes 1\d,\d{3} characters, and IAM takes 10,240: name"
    with pytest.raises(SettingsError, match=refusal):
        Deployment(cdk.App(context=CONTEXT), environment, Bundles(tmp_path))


def prefixes(number):
    names = tuple(f"{'pallets' * 5}{each}" for each in range(10, 10 + number))
    return Environment(name="dev", region="eu-west-1", labeling=Labeling(job_name_prefixes=names))


def test_more_prefixes_than_a_rule_can_hold_are_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"dev: labeling.job_name_prefixes: the rule takes 4,\d{3} char"):
        Deployment(cdk.App(context=CONTEXT), prefixes(40), Bundles(tmp_path))


def test_more_prefixes_than_accounts_usually_take_are_warned_of():
    assert not [said for said in warnings_of(prefixes(15)) if "job_name_prefixes" in said]
    assert [said for said in warnings_of(prefixes(25)) if "job_name_prefixes" in said]


def uploads(number):
    folders = tuple(f"{'manifests/' * 5}{each}/" for each in range(10, 10 + number))
    return Environment(name="dev", region="eu-west-1", labeling=Labeling(uploads=folders))


def test_more_folders_of_uploads_than_a_rule_can_hold_are_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"dev: labeling.uploads: the rule takes \d,\d{3} characters"):
        Deployment(cdk.App(context=CONTEXT), uploads(60), Bundles(tmp_path))


def test_more_folders_of_uploads_than_accounts_usually_take_are_warned_of():
    assert not [said for said in warnings_of(uploads(5)) if "labeling.uploads" in said]
    assert [said for said in warnings_of(uploads(30)) if "labeling.uploads" in said]


@pytest.mark.parametrize("number", [1, 7, 20])
def test_the_size_of_a_rule_is_known_before_it_is_made(tmp_path, number):
    app = cdk.App(context=CONTEXT, builtin_cloud_formation_validation=False)
    Deployment(app, prefixes(number), Bundles(tmp_path))
    template = normalise(app.synth().get_nested_assembly("assembly-dev").stacks[1].template)
    [rule] = [it for name, it in template["Resources"].items() if name.startswith("ConvertRule")]
    text = json.dumps(rule["Properties"]["EventPattern"], separators=(",", ":"))
    assert len(text.replace("${AWS::AccountId}", "0" * 12)) == size_of_labeling_pattern(prefixes(number))


def test_wrong_settings_end_the_synth_with_one_sentence(tmp_path):
    (tmp_path / "dev.toml").write_text('region = "eu-west-1"\nregoin = "eu-west-1"\n', "utf-8")
    synth = start_synth(ROOT, tmp_path / "assembly", environments=str(tmp_path))
    errors = synth.communicate(timeout=PATIENCE)[1]
    said = [line for line in errors.splitlines() if line and "!!" not in line]
    assert synth.returncode == 1
    assert len(said) == 1
    assert said[0].startswith("groundtrain: ")
    assert "regoin" in said[0]


def test_every_environment_of_the_repository_loads():
    for file in (ROOT / "environments").glob("*.toml"):
        assert load_environment(file, training_mistakes).name == file.stem
