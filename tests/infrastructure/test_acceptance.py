"""Promises of `make acceptance` in tier 0: AWS judges policies and rules; a yes to everything is no proof."""

import json
import re
import shutil
from functools import cache

import boto3
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.validate import validate_parameters

from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from stacks.acceptance import __main__ as acceptance
from stacks.acceptance import committed_templates
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import refuse_environment_in_use
from stacks.acceptance.steps.policies_and_patterns import Environment, judge_patterns, judge_policies
from stacks.acceptance.steps.role_permissions import rights
from template_review.template_copies import ROOT
from tests.contract.event_patterns import matches
from tests.permissions.evaluator import Need, allowed, as_list
from tests.permissions.granted import Granted
from tests.sagemaker_fake import ACCOUNT, REGION

DEV = Environment("dev", ACCOUNT, REGION)


@cache
def real_client(service):
    """Made once: each new client reads its service's model again."""
    return boto3.client(service, REGION, aws_access_key_id="test", aws_secret_access_key="test")


class Analyzer:
    """Access Analyzer, which no emulator has: answers of botocore's shape, where the call would be sent.

    It finds the actions that it is told of, and nothing else. Patterns are matched as tests/contract does.
    """

    def __init__(self):
        self.unknown = {"s3:ReadAllObjects"}
        self.asked = []
        self.denied = False

    def match(self, model, params, **_):
        asked = json.loads(params["body"])
        answer = {"Result": matches(json.loads(asked["EventPattern"]), json.loads(asked["Event"]))}
        validate_parameters(answer, model.output_shape)
        return AWSResponse("", 200, {}, None), answer

    def __call__(self, model, params, **_):
        if self.denied:
            error = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            return AWSResponse("", 403, {}, None), error | {"ResponseMetadata": {"HTTPStatusCode": 403}}
        document = json.loads(json.loads(params["body"])["policyDocument"])
        self.asked.append(document)
        actions = {one for it in document["Statement"] for one in as_list(it.get("Action", []))}
        findings = [finding(action) for action in sorted(actions & self.unknown)]
        answer = {"findings": findings}
        validate_parameters(answer, model.output_shape)
        return AWSResponse("", 200, {}, None), answer


def finding(action):
    return {
        "findingDetails": f"The action {action} does not exist",
        "findingType": "ERROR",
        "issueCode": "INVALID_ACTION",
        "learnMoreLink": "https://docs.aws.amazon.com",
        "locations": [],
    }


@pytest.fixture
def analyzer():
    analyzer = Analyzer()
    events = real_client("accessanalyzer").meta.events
    events.register("before-call", analyzer, unique_id="analyzer")
    bus = real_client("events").meta.events
    bus.register("before-call", analyzer.match, unique_id="analyzer")
    yield analyzer
    for hooks in (events, bus):
        hooks.unregister("before-call", unique_id="analyzer")


@pytest.fixture
def copies(monkeypatch, tmp_path):
    """Copies of the committed templates that a test may change."""
    for file in committed_templates.COPIES.glob("*-*.json"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(committed_templates, "COPIES", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_policy_of_the_templates_is_judged_with_no_reference_left(name, analyzer):
    outcome = judge_policies(real_client, Environment(name, ACCOUNT, REGION))
    texts = [file.read_text("utf-8") for file in (ROOT / "cdk.out" / "review").glob(f"{name}-*.json")]
    documents = sum(
        len(re.findall(r'"(?:PolicyDocument|AssumeRolePolicyDocument|KeyPolicy)":', text)) for text in texts
    )
    assert outcome.looked_at == documents > 20
    assert outcome.faults == ()
    assert len(analyzer.asked) == documents + 1
    assert "${" not in json.dumps(analyzer.asked)


def test_an_action_that_iam_does_not_know_is_told_with_its_policy(analyzer):
    analyzer.unknown.add("events:PutEvents")
    faults = judge_policies(real_client, DEV).faults
    assert faults
    assert all(re.search(r"Policy\w+: ERROR INVALID_ACTION: .*events:PutEvents", fault) for fault in faults)


def test_whoever_says_yes_to_everything_proves_nothing(analyzer):
    analyzer.unknown.clear()
    [fault] = judge_policies(real_client, DEV).faults
    assert "validates nothing" in fault


def test_every_rule_takes_its_own_event_and_none_of_another_account(analyzer):
    outcome = judge_patterns(real_client, DEV)
    assert (outcome.looked_at, outcome.faults) == (3, ())


def test_a_rule_that_takes_events_of_other_accounts_is_told(analyzer, copies):
    file = copies / "dev-pipeline.json"
    template = json.loads(file.read_text("utf-8"))
    [name] = [it for it in template["Resources"] if it.startswith("ConvertRule")]
    del template["Resources"][name]["Properties"]["EventPattern"]["account"]
    file.write_text(json.dumps(template), "utf-8")
    assert judge_patterns(real_client, DEV).faults == (f"{name}: an event of another account is taken",)


def test_a_rule_for_which_no_event_is_known_is_not_passed_over(analyzer, copies):
    file = copies / "dev-pipeline.json"
    text = file.read_text("utf-8").replace("Dataset Ready", "Dataset Made")
    file.write_text(text, "utf-8")
    [fault] = judge_patterns(real_client, DEV).faults
    assert "no event is known" in fault


def test_a_stack_without_a_committed_template_is_told_with_what_makes_it(copies, said):
    (copies / "dev-monitoring.json").unlink()
    code, out, err = said()
    assert (code, err) == (1, "")
    assert re.search(r"policies, patterns: .*dev-monitoring\.json: .*: run make synth\n", out)


def test_templates_of_an_environment_whose_name_begins_alike_are_its_own(analyzer, copies):
    looked_at = judge_policies(real_client, DEV).looked_at
    text = (copies / "dev-pipeline.json").read_text("utf-8").replace("ConvertRule", "OtherRule")
    (copies / "dev-eu-pipeline.json").write_text(text.replace("Policy", "Policies"), "utf-8")
    assert judge_policies(real_client, DEV).looked_at == looked_at
    assert judge_patterns(real_client, DEV).looked_at == 3


def test_a_step_that_looked_at_nothing_is_not_proved(copies, said):
    file = copies / "dev-pipeline.json"
    file.write_text(file.read_text("utf-8").replace('"EventPattern"', '"ScheduleExpression"'), "utf-8")
    code, out, _ = said()
    assert code == 1
    assert "patterns: dev: there was nothing to look at\n" in out


@pytest.fixture
def said(analyzer, monkeypatch, tmp_path, capsys):
    """Runs the command: exit code, output and errors."""

    def said(tier="0", emulator=""):
        situation = AcceptanceRun(REGION, ACCOUNT, real_client, tmp_path, "abc123", emulator)
        monkeypatch.setattr(acceptance, "run_in", lambda *_: situation)
        return (acceptance.main([REGION, tier]), *capsys.readouterr())

    return said


def rows_of(out):
    """The cells of the table."""
    lines = out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  step "))
    return [re.split(r" {2,}", line.strip()) for line in lines[first:] if line.startswith("  ")]


def test_the_table_says_what_each_step_proves(said):
    code, out, err = said()
    assert (code, err) == (0, "")
    assert "estimate: 1 minutes and nothing, by list prices\n" in out
    rows = rows_of(out)
    assert rows[0] == ["step", "result", "seconds", "cost, estimated", "proves"]
    assert [(row[0], row[1], row[3]) for row in rows[1:3]] == [
        ("policies", "proved", "nothing"),
        ("patterns", "proved", "nothing"),
    ]
    assert "2 proved" in rows[3]


def test_what_an_emulator_answers_is_told_as_such_and_never_proved(said):
    assert "not AWS" not in said()[1]
    code, out, _ = said(emulator="http://127.0.0.1:4566")
    assert code == 0
    assert "answered by http://127.0.0.1:4566, which is not AWS" in out
    assert [row[1] for row in rows_of(out)[1:3]] == ["not answered by AWS", "emulated"]


def test_a_step_that_is_not_answered_is_not_proved(said, analyzer):
    analyzer.denied = True
    code, out, _ = said()
    assert code == 1
    assert "not answered" in out
    assert "policies: ValidatePolicy was refused: no (AccessDeniedException)" in out


def test_what_fails_is_told_below_the_table(said, analyzer):
    analyzer.unknown.add("events:PutEvents")
    code, out, _ = said()
    assert code == 1
    assert "ERROR INVALID_ACTION" in out


def test_a_tier_or_a_region_that_is_not_there_is_refused(capsys):
    for arguments, told in (([REGION, "9"], "invalid choice"), (["", "0"], "no region")):
        with pytest.raises(SystemExit) as ended:
            raise SystemExit(acceptance.main(arguments))
        assert ended.value.code == 2
        assert told in capsys.readouterr().err


def test_an_environment_of_that_name_is_left_alone(said, monkeypatch, tmp_path):
    monkeypatch.setattr(acceptance, "FOLDER", tmp_path)
    (tmp_path / "acceptance.toml").write_text("", "utf-8")
    code, out, err = said()
    assert (code, out) == (2, "")
    assert "an environment has the name that the acceptance run takes" in err
    (tmp_path / "acceptance.toml").unlink()
    refuse_environment_in_use(tmp_path)


def test_each_right_that_aws_is_asked_about_is_what_our_own_evaluator_says(clouds):
    granted = Granted(clouds["dev"], "dev")
    environment = load_environment(ROOT / "environments" / "dev.toml", training_mistakes)
    buckets = {"datasets": "datasets", "models": "models", "labeling": "labels"}
    found = list(rights(msgspec.structs.replace(environment, name="test"), ACCOUNT, buckets))
    told = {
        str(right): allowed(granted.to(right.role), Need(right.action, right.resource, right.conditions))
        for right in found
    }
    assert told == {str(right): right.may for right in found}
    assert {True, False} == set(told.values())
