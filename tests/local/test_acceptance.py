"""docs/acceptance.md, done on the embedded AWS: its commands, with the rights that it lists and no others."""

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cdk
from local.embedded_aws import EmbeddedAws, child_environment, embedded_aws
from stacks.acceptance.recorded.examples import FOLDER
from stacks.acceptance.table import HIGHEST_TIER, STEPS
from tests.local.deployment import needs_cdk
from tests.waiting import PATIENCE, eventually

pytestmark = [needs_cdk, pytest.mark.drill]
PAGE = (cdk.ROOT / "docs" / "acceptance.md").read_text("utf-8")
COMMANDS = re.findall(r"^(make acceptance .*?) +#", PAGE, re.MULTILINE)
FREE, WHOLE, TEARDOWN = COMMANDS
REGION = "eu-west-1"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[EmbeddedAws]:
    """An account that has nothing but the CDK's own resources."""
    with embedded_aws(region=REGION, log=tmp_path / "aws.log", training_seconds=6) as aws:
        cdk.bootstrap(aws, tmp_path, tmp_path / "bootstrap.log")
        yield aws


@pytest.fixture
def started(account: EmbeddedAws) -> Callable[[str], contextlib.AbstractContextManager[Any]]:
    """Start a command of the page as somebody who may do what the page says."""
    [policy] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    iam = account.client("iam")
    iam.create_user(UserName="somebody")
    iam.put_user_policy(UserName="somebody", PolicyName="acceptance", PolicyDocument=policy)
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    variables = {
        **child_environment(),
        **account.settings(),
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }

    @contextlib.contextmanager
    def started(command: str) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            command.split(),
            cwd=cdk.ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    return started


@pytest.fixture
def said(started: Any) -> Callable[[str], tuple[int, str]]:
    """Run a command of the page to its end: exit code, and what it said."""

    def said(command: str) -> tuple[int, str]:
        with started(command) as process:
            out, _ = process.communicate(timeout=4 * PATIENCE)
        return process.returncode, out

    return said


def left_in(aws: EmbeddedAws) -> list[str]:
    """Whatever is there beside the CDK's own resources, and keys that wait for their deletion."""
    asked = {
        ("cloudformation", "describe_stacks"): ("Stacks", "StackName"),
        ("s3", "list_buckets"): ("Buckets", "Name"),
        ("sqs", "list_queues"): ("QueueUrls", ""),
        ("events", "list_rules"): ("Rules", "Name"),
        ("sns", "list_topics"): ("Topics", "TopicArn"),
        ("lambda", "list_functions"): ("Functions", "FunctionName"),
        ("logs", "describe_log_groups"): ("logGroups", "logGroupName"),
        ("iam", "list_roles"): ("Roles", "RoleName"),
        ("stepfunctions", "list_state_machines"): ("stateMachines", "name"),
        ("cloudwatch", "describe_alarms"): ("MetricAlarms", "AlarmName"),
        ("sagemaker", "list_model_package_groups"): ("ModelPackageGroupSummaryList", "ModelPackageGroupName"),
    }
    found = [
        str(one[name] if name else one)
        for (service, operation), (key, name) in asked.items()
        for one in getattr(aws.client(service), operation)().get(key, [])
    ]
    return [name for name in found if not name.startswith(("cdk-", "CDKToolkit"))] + keys_in(aws)


def keys_in(aws: EmbeddedAws) -> list[str]:
    kms = aws.client("kms")
    states = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return [state["KeyId"] for state in states if state["KeyState"] != "PendingDeletion"]


def results_in(out: str) -> dict[str, str]:
    """Results by step, from the table."""
    table = out[out.index("  step ") :]
    cells = [re.split(r" {2,}", line.strip()) for line in table.splitlines() if line.startswith("  ")]
    return {row[0]: row[1] for row in cells[1:-1]}


def test_all_of_it_passes_and_leaves_nothing(account: EmbeddedAws, said: Callable[..., Any]) -> None:
    assert WHOLE.endswith(f"TIER={HIGHEST_TIER} WORKTEAM=nobody")
    account.control("LocalAddWorkteam", WorkteamName="nobody")
    recorded = sorted(FOLDER.rglob("*"))
    code, out = said(WHOLE)
    assert code == 0, out
    expected = {step.name: "not answered by AWS" if step.only_aws else "emulated" for step in STEPS}
    assert results_in(out) == expected | {"teardown": "emulated"}
    assert "which is not AWS: nothing of this is proved of an account" in out
    assert left_in(account) == []
    assert sorted(FOLDER.rglob("*")) == recorded


def test_what_is_interrupted_is_torn_down_and_a_tier_without_its_means_falls_back(
    account: EmbeddedAws, started: Callable[..., Any]
) -> None:
    account.control("LocalSetQuota", InstanceType="ml.g4dn.xlarge", Limit=0)
    with started(WHOLE) as process:
        lines = said_until(process, "  rules: emulated")
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
    assert "the quota ml.g4dn.xlarge for training job usage is 0" in lines
    assert process.returncode != 0
    results = results_in(out)
    assert results["alarms"] == results["come back"] == "not run"
    assert results["teardown"] == "emulated"
    assert left_in(account) == []


def test_what_a_killed_run_left_is_not_built_upon_and_removed_by_its_command(
    account: EmbeddedAws, started: Callable[..., Any], said: Callable[..., Any]
) -> None:
    with started(WHOLE) as process:
        said_until(process, "  rules: emulated")
    assert eventually(lambda: left_in(account))
    code, out = said(WHOLE)
    assert code != 0
    assert f"{TEARDOWN} removes it" in out
    code, out = said(TEARDOWN)
    assert code == 0, out
    assert left_in(account) == []


def test_somebody_elses_stack_of_that_name_is_left_alone(
    account: EmbeddedAws, said: Callable[..., Any]
) -> None:
    name = "groundtrain-acceptance-storage"
    template = {"Resources": {"Theirs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "theirs"}}}}
    account.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))
    assert eventually(lambda: account.client("sqs").list_queues().get("QueueUrls"))
    for command in (WHOLE, TEARDOWN):
        code, out = said(command)
        assert code != 0
        assert "was not made by make acceptance" in out
    assert name in left_in(account)


def test_the_free_tier_deploys_nothing(account: EmbeddedAws, said: Callable[..., Any]) -> None:
    code, out = said(FREE)
    assert code == 0, out
    assert results_in(out) == {"policies": "not answered by AWS", "patterns": "emulated"}
    assert left_in(account) == []


def said_until(process: subprocess.Popen[str], words: str) -> str:
    """What it said until a line with these words."""
    assert process.stdout is not None
    lines = ""
    for line in process.stdout:
        lines += line
        if words in line:
            return lines
    raise AssertionError(f"it ended before it said {words!r}:\n{lines}")
