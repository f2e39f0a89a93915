"""The policy of docs/preflight.md allows exactly what preflight calls, all of which reads."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundtrain.aws.preflight.unanswered import PERMISSIONS
from tests.permissions.comparing import never_called, refused
from tests.permissions.evaluator import Need, as_list
from tests.ready_account import BUCKET, SERVICES, World
from tests.sagemaker_fake import ACCOUNT, REGION

PAGE = (Path(__file__).parents[3] / "docs" / "preflight.md").read_text("utf-8")
[TEXT] = re.findall(r"```json\n(\{\"Version\".*?)\n```", PAGE, re.DOTALL)
STANDS_FOR = {"NAMED_BUCKET": BUCKET, "ENVIRONMENT": "dev", "REGION": REGION, "ACCOUNT": ACCOUNT}
TOPIC = "groundtrain-dev-pipeline-Topic-x"
# What the calls are about, as the Service Authorization Reference has it; what is not here is on everything.
ON = {
    "GetParameter": "arn:aws:ssm:{r}:{a}:parameter{Name}",
    **dict.fromkeys(
        [name for name, it in PERMISSIONS.items() if it.startswith("s3:")], "arn:aws:s3:::{Bucket}"
    ),
    "ListBuckets": "*",
    "DescribeExperiment": "arn:aws:sagemaker:{r}:{a}:experiment/{ExperimentName}",
    "DescribeModelPackageGroup": "arn:aws:sagemaker:{r}:{a}:model-package-group/{ModelPackageGroupName}",
    "DescribeImages": "arn:aws:ecr:{r}:{registryId}:repository/{repositoryName}",
    "DescribeStacks": "arn:aws:cloudformation:{r}:{a}:stack/{StackName}/1-2",
    "ListSubscriptionsByTopic": "{TopicArn}",
}


def policy() -> list[dict[str, Any]]:
    text = TEXT
    for name, value in STANDS_FOR.items():
        text = text.replace(name, value)
    statements: list[dict[str, Any]] = json.loads(text)["Statement"]
    return statements


def need(operation: str, asked: dict[str, Any]) -> Need:
    if operation in ("DescribeKey", "GetKeyPolicy"):  # an alias stands for its key
        key = asked["KeyId"] if asked["KeyId"].startswith("arn:") else f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
        return Need(PERMISSIONS[operation], key)
    resource = ON.get(operation, "*").format(r=REGION, a=ACCOUNT, **asked)
    return Need(PERMISSIONS[operation], resource)


def calls(world: World) -> Iterator[Need]:
    """What is asked about an environment that is deployed, and about one that is not."""
    found: list[Need] = []

    def remember(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.append(need(model.name, params))

    for service in SERVICES:
        world.client(service).meta.events.register("provide-client-params", remember, unique_id="calls")
    world.findings()
    world.no_stack()
    world.findings()
    for service in SERVICES:
        world.client(service).meta.events.unregister("provide-client-params", unique_id="calls")
    yield from found


def test_the_policy_on_the_page_allows_what_is_called_and_nothing_else(in_vpc: World) -> None:
    topic = in_vpc.client("sns").create_topic(Name=TOPIC)["TopicArn"]
    in_vpc.stack(TopicArn=topic)
    needs = list(calls(in_vpc))
    assert refused(policy(), needs) == []
    assert never_called(policy(), needs) == []


def test_the_permissions_that_a_denial_names_are_those_of_the_page() -> None:
    on_page = {action for statement in policy() for action in as_list(statement["Action"])}
    assert on_page | {"sts:GetCallerIdentity"} == set(PERMISSIONS.values())


def test_every_operation_only_reads() -> None:
    assert all(name.startswith(("Get", "List", "Describe", "Head")) for name in PERMISSIONS)


def test_the_policy_fits_into_a_managed_one() -> None:
    assert len(json.dumps(policy(), separators=(",", ":"))) < 6144


def test_every_code_is_on_the_page() -> None:
    from groundtrain.rules import RULES

    spans = re.findall(r"GT(8\d\d) to GT(8\d\d)", PAGE)
    told = {f"GT{number}" for first, last in spans for number in range(int(first), int(last) + 1)}
    told |= set(re.findall(r"GT8\d\d", PAGE))
    assert {code for code in RULES if code.startswith("GT8")} <= told
