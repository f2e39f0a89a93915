"""Step Functions of the embedded AWS, held to what AWS documents; `local/step_functions` names the titles."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws
from tests.local.conftest import events_matching, make_role
from tests.local.state_machines import FUNCTION, as_text, mapped
from tests.waiting import eventually

BUCKET, KEY = "looked-at", "shards.jsonl"
MACHINES = "arn:aws:states:eu-west-1:000000000000"


@pytest.fixture(scope="module")
def states(aws: EmbeddedAws) -> Any:
    return aws.client("stepfunctions")


@pytest.fixture(scope="module")
def s3(aws: EmbeddedAws) -> Any:
    return aws.client("s3")


@pytest.fixture(scope="module", autouse=True)
def function(aws: EmbeddedAws, s3: Any) -> None:
    """The function, and the bucket of what is mapped."""
    role = make_role(aws, "looking", "lambda.amazonaws.com", ["s3:*"])
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(Path(__file__).parent / "programs" / "looking.py", "looking.py")
    aws.client("lambda").create_function(
        FunctionName="looking",
        Runtime="python3.13",
        Role=role,
        Handler="looking.handler",
        Timeout=60,
        Code={"ZipFile": code.getvalue()},
    )
    where = {"LocationConstraint": aws.region}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)


GRANTED = {
    "s3:GetObject": f"arn:aws:s3:::{BUCKET}/{KEY}*",
    "lambda:InvokeFunction": FUNCTION,
    "states:StartExecution": f"{MACHINES}:stateMachine:*",
    "states:RedriveExecution": f"{MACHINES}:execution:*/Looked:*",
}


@pytest.fixture(scope="module")
def role(aws: EmbeddedAws) -> str:
    """A role with what a distributed map needs, and nothing else."""
    return make_role(aws, "mapping", "states.amazonaws.com", [*GRANTED], [*GRANTED.values()])


class Machine:
    """A state machine over items of its own, and its executions."""

    def __init__(self, s3: Any, states: Any, name: str, arn: str) -> None:
        self._s3, self._states, self.name, self.arn = s3, states, name, arn
        self.given = json.dumps({"bucket": BUCKET, "key": f"{KEY}-{name}"})

    def put(self, *items: Any, text: str | None = None) -> None:
        body = "".join(json.dumps(item) + "\n" for item in items) if text is None else text
        self._s3.put_object(Bucket=BUCKET, Key=f"{KEY}-{self.name}", Body=body.encode())

    def start(self, name: str = "first") -> str:
        return str(
            self._states.start_execution(stateMachineArn=self.arn, name=name, input=self.given)[
                "executionArn"
            ]
        )

    def ended(self, execution: str) -> dict[str, Any]:
        """What the execution is described as when it has ended."""
        describe = lambda: self._states.describe_execution(executionArn=execution)  # noqa: E731
        eventually(lambda: describe()["status"] != "RUNNING")
        described: dict[str, Any] = describe()
        return described

    def run(self, execution: str) -> dict[str, Any]:
        [run] = self._states.list_map_runs(executionArn=execution)["mapRuns"]
        described: dict[str, Any] = self._states.describe_map_run(mapRunArn=run["mapRunArn"])
        return described

    def children(self, execution: str, status: str | None = None) -> list[dict[str, Any]]:
        kept = {"statusFilter": status} if status else {}
        arn = self.run(execution)["mapRunArn"]
        found: list[dict[str, Any]] = self._states.list_executions(mapRunArn=arn, **kept)["executions"]
        return found


@pytest.fixture
def machine(s3: Any, unique: str, role: str, states: Any) -> Callable[..., Machine]:
    """Make a state machine as `mapped` does, over so many items."""

    def machine(*items: Any, state: Any = None, by: str = role, **fields: Any) -> Machine:
        made = states.create_state_machine(
            name=unique, definition=as_text(mapped(state, **fields)), roleArn=by
        )
        found = Machine(s3, states, unique, made["stateMachineArn"])
        found.put(*items)
        return found

    return machine


@pytest.fixture
def status_events(aws: EmbeddedAws, unique: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The events of the test's own state machine so far."""
    own = {"stateMachineArn": [f"{MACHINES}:stateMachine:{unique}"]}
    found: list[dict[str, Any]] = []
    with events_matching({"source": ["aws.states"], "detail": own}, unique, aws) as received:
        yield lambda: found.extend(received()) or found


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_a_map_hands_each_line_to_the_function_and_succeeds(machine: Callable[..., Machine]) -> None:
    made = machine({"n": 1}, {"n": 2}, {"n": 3})
    execution = made.start()
    ended = made.ended(execution)
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", made.given)
    assert (ended["redriveCount"], ended["redriveStatus"]) == (0, "NOT_REDRIVABLE")
    assert ended["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    run = made.run(execution)
    assert (run["status"], run["itemCounts"]["succeeded"], run["itemCounts"]["total"]) == ("SUCCEEDED", 3, 3)
    children = made.children(execution)
    assert len(children) == 3
    assert all(f":execution:{made.name}/Looked:" in child["executionArn"] for child in children)
    assert all(child["stateMachineArn"] == f"{made.arn}/Looked" for child in children)


def test_lines_end_at_line_feeds_alone(machine: Callable[..., Machine]) -> None:
    made = machine()
    made.put(text='{"n": "a\u2028b\u0085c"}\n\n{"n": 2}')
    execution = made.start()
    assert made.ended(execution)["status"] == "SUCCEEDED"
    assert made.run(execution)["itemCounts"]["total"] == 2


def test_a_name_with_the_same_input_starts_one_execution_while_it_runs(
    machine: Callable[..., Machine], states: Any
) -> None:
    made = machine({"do": "sleep", "seconds": 1})
    first = states.start_execution(stateMachineArn=made.arn, name="one", input=made.given)
    again = states.start_execution(stateMachineArn=made.arn, name="one", input=made.given)
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=made.arn, name="one", input="{}")
    assert made.ended(first["executionArn"])["status"] == "SUCCEEDED"
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=made.arn, name="one", input=made.given)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "a/b"}, "InvalidName"),
        ({"name": "x" * 81}, "ValidationException"),
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"stateMachineArn": f"{MACHINES}:stateMachine:nobody"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": f"{MACHINES}:stateMachine:some/Looked"}, "ValidationException"),
    ],
)
def test_what_cannot_be_started_is_refused(
    machine: Callable[..., Machine], states: Any, request_: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        states.start_execution(**{"stateMachineArn": machine().arn, **request_})
    assert code_of(refused) == code


def test_a_stopped_execution_is_aborted_with_its_children_and_what_waits_is_not_started(
    machine: Callable[..., Machine], states: Any, status_events: Callable[[], list[dict[str, Any]]]
) -> None:
    made = machine(*[{"do": "sleep", "seconds": 2}] * 4, MaxConcurrency=1)
    execution = made.start()
    eventually(lambda: states.list_map_runs(executionArn=execution)["mapRuns"])
    eventually(lambda: made.children(execution, "RUNNING"))
    states.stop_execution(executionArn=execution, error="Ours", cause="a test")
    ended = made.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Ours", "a test")
    assert [child["status"] for child in made.children(execution)] == ["ABORTED"]
    run = made.run(execution)
    assert (run["status"], run["itemCounts"]["aborted"], run["itemCounts"]["pending"]) == ("ABORTED", 1, 3)
    eventually(lambda: len(status_events()) == 2)
    assert [event["detail"]["status"] for event in status_events()] == ["RUNNING", "ABORTED"]
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        made.start()


def test_an_execution_that_takes_too_long_is_timed_out(machine: Callable[..., Machine]) -> None:
    made = machine({"do": "sleep", "seconds": 3}, machine={"TimeoutSeconds": 1})
    execution = made.start()
    ended = made.ended(execution)
    assert (ended["status"], ended["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")
    assert [child["status"] for child in made.children(execution)] == ["ABORTED"]


@pytest.mark.parametrize(
    ("item", "error"),
    [
        ({"do": "raise"}, "UnreadableImageError"),
        ({"do": "end"}, "Runtime.ExitError"),
        ({"do": "large"}, "States.DataLimitExceeded"),
    ],
)
def test_one_child_that_fails_fails_the_map_by_the_name_of_its_error(
    machine: Callable[..., Machine], states: Any, item: dict[str, str], error: str
) -> None:
    made = machine(item, {"n": 2}, MaxConcurrency=1)
    execution = made.start()
    ended = made.ended(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    [failed] = made.children(execution, "FAILED")
    described = states.describe_execution(executionArn=failed["executionArn"])
    assert (described["error"], described["redriveStatus"]) == (error, "REDRIVABLE_BY_MAP_RUN")
    assert made.run(execution)["itemCounts"]["pending"] == 1


def test_the_cause_of_a_functions_failure_is_its_error_as_json(
    machine: Callable[..., Machine], states: Any
) -> None:
    made = machine({"do": "raise"})
    made.ended(execution := made.start())
    [failed] = made.children(execution, "FAILED")
    cause = json.loads(states.describe_execution(executionArn=failed["executionArn"])["cause"])
    assert cause["errorType"] == "UnreadableImageError"
    assert cause["errorMessage"] == "line 3: two\nlines: of text"


@pytest.mark.parametrize(
    ("tolerated", "status"),
    [
        ({"ToleratedFailurePercentage": 50}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 0, "ToleratedFailurePercentage": 100}, "FAILED"),
    ],
)
def test_a_map_bears_as_many_failures_as_it_tolerates(
    machine: Callable[..., Machine], tolerated: dict[str, int], status: str
) -> None:
    made = machine({"do": "raise"}, {"n": 2}, **tolerated)
    execution = made.start()
    assert made.ended(execution)["status"] == status


def test_a_throttled_function_is_an_error_of_lambda_by_name(
    machine: Callable[..., Machine], aws: EmbeddedAws, states: Any
) -> None:
    functions = aws.client("lambda")
    functions.put_function_concurrency(FunctionName="looking", ReservedConcurrentExecutions=0)
    try:
        made = machine({"n": 1})
        made.ended(execution := made.start())
    finally:
        functions.delete_function_concurrency(FunctionName="looking")
    [failed] = made.children(execution)
    described = states.describe_execution(executionArn=failed["executionArn"])
    assert described["error"] == "Lambda.TooManyRequestsException"


def test_a_redriven_execution_runs_again_what_did_not_succeed_and_nothing_else(
    machine: Callable[..., Machine],
    states: Any,
    tmp_path: Path,
    status_events: Callable[[], list[dict[str, Any]]],
) -> None:
    notes, mended = tmp_path / "notes", tmp_path / "mended"
    bad = {"do": "raise", "until": str(mended)}
    items = [{"n": 1}, {"n": 2, **bad}, {"n": 3}]
    made = machine(*[{**item, "note": str(notes)} for item in items], MaxConcurrency=1)
    execution = made.start()
    assert made.ended(execution)["redriveStatus"] == "REDRIVABLE"
    mended.touch()
    redriven = states.redrive_execution(executionArn=execution)
    ended = made.ended(execution)
    assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
    assert ended["redriveDate"] == redriven["redriveDate"]
    assert notes.read_text().split() == ["1", "2", "2", "3"]
    assert sorted(child["redriveCount"] for child in made.children(execution)) == [0, 0, 1]
    assert (made.run(execution)["redriveCount"], made.run(execution)["status"]) == (1, "SUCCEEDED")
    eventually(lambda: len(status_events()) == 4)
    statuses = [(e["detail"]["status"], e["detail"]["redriveCount"]) for e in status_events()]
    assert statuses == [("RUNNING", 0), ("FAILED", 0), ("RUNNING", 1), ("SUCCEEDED", 1)]


def test_a_redrive_at_once_is_not_disturbed_by_functions_of_the_attempt_before(
    machine: Callable[..., Machine], states: Any, tmp_path: Path
) -> None:
    note = {"note": str(tmp_path / "notes")}
    slow = {"n": 1, "do": "sleep", "seconds": 1}
    made = machine(*[{**item, **note} for item in (slow, {"n": 2}, {"n": 3})], MaxConcurrency=1)
    execution = made.start()
    eventually((tmp_path / "notes").exists)
    states.stop_execution(executionArn=execution)
    states.redrive_execution(executionArn=execution)
    assert made.ended(execution)["status"] == "SUCCEEDED"
    assert sorted((tmp_path / "notes").read_text().split()) == ["1", "1", "2", "3"]


def test_a_redrive_with_a_token_that_was_used_is_answered_as_then(
    machine: Callable[..., Machine], states: Any
) -> None:
    made = machine({"do": "raise"})
    made.ended(execution := made.start())
    answers = []
    for _ in range(2):
        answers.append(states.redrive_execution(executionArn=execution, clientToken="t" * 32)["redriveDate"])
        made.ended(execution)
    assert answers[0] == answers[1]
    assert made.ended(execution)["redriveCount"] == 1


def test_what_succeeded_or_runs_is_not_redriven(machine: Callable[..., Machine], states: Any) -> None:
    made = machine({"do": "sleep", "seconds": 1})
    execution = made.start()
    for _ in range(2):
        with pytest.raises(states.exceptions.ExecutionNotRedrivable):
            states.redrive_execution(executionArn=execution)
        made.ended(execution)


def test_the_event_of_a_status_is_as_documented(
    machine: Callable[..., Machine], status_events: Callable[[], list[dict[str, Any]]]
) -> None:
    made = machine({"do": "raise"})
    ended = made.ended(execution := made.start())
    eventually(lambda: len(status_events()) == 2)
    event = status_events()[1]
    assert (event["source"], event["resources"]) == ("aws.states", [execution])
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"] == {
        "executionArn": execution,
        "stateMachineArn": made.arn,
        "name": "first",
        "status": "FAILED",
        "startDate": round(ended["startDate"].timestamp() * 1000),
        "stopDate": round(ended["stopDate"].timestamp() * 1000),
        "input": made.given,
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE",
        "redriveStatusReason": None,
        "error": "States.ExceedToleratedFailureThreshold",
        "cause": "The specified tolerated failure threshold was exceeded",
    }


@pytest.mark.parametrize(
    ("missing", "error"),
    [
        ("s3:GetObject", "States.ItemReaderFailed"),
        ("states:StartExecution", "States.Permissions"),
        ("lambda:InvokeFunction", "States.ExceedToleratedFailureThreshold"),
    ],
)
def test_the_role_is_asked_for_what_the_map_does(
    machine: Callable[..., Machine], aws: EmbeddedAws, states: Any, unique: str, missing: str, error: str
) -> None:
    actions = [action for action in GRANTED if action != missing]
    role = make_role(aws, unique, "states.amazonaws.com", actions, [GRANTED[action] for action in actions])
    made = machine({"n": 1}, by=role)
    execution = made.start()
    assert made.ended(execution)["error"] == error
    if missing == "lambda:InvokeFunction":
        [failed] = made.children(execution)
        described = states.describe_execution(executionArn=failed["executionArn"])
        assert described["error"] == "Lambda.AWSLambdaException"
        assert "is not authorized to perform: lambda:InvokeFunction" in described["cause"]


def test_a_redrive_asks_the_role_for_its_children(
    machine: Callable[..., Machine], aws: EmbeddedAws, states: Any, unique: str
) -> None:
    actions = [action for action in GRANTED if action != "states:RedriveExecution"]
    role = make_role(aws, unique, "states.amazonaws.com", actions)
    made = machine({"do": "raise"}, by=role)
    made.ended(execution := made.start())
    states.redrive_execution(executionArn=execution)
    assert made.ended(execution)["error"] == "States.Permissions"


def test_a_map_that_could_not_read_is_begun_by_its_redrive(
    machine: Callable[..., Machine], states: Any
) -> None:
    made = machine()
    made.put(text="{")
    execution = made.start()
    assert made.ended(execution)["error"] == "States.ItemReaderFailed"
    assert states.list_map_runs(executionArn=execution)["mapRuns"] == []
    made.put({"n": 1})
    states.redrive_execution(executionArn=execution)
    assert made.ended(execution)["status"] == "SUCCEEDED"


def test_a_role_that_step_functions_cannot_assume_is_refused(
    machine: Callable[..., Machine], training_role: str
) -> None:
    with pytest.raises(ClientError, match=r"states\.amazonaws\.com.*assume the provided role"):
        machine(by=training_role)


@pytest.mark.parametrize(("account", "taken"), [("000000000000", True), ("111111111111", False)])
def test_a_role_for_state_machines_of_another_account_is_refused(
    machine: Callable[..., Machine], aws: EmbeddedAws, unique: str, account: str, taken: bool
) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:states:eu-west-1:{account}:stateMachine:*"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    with nullcontext() if taken else pytest.raises(ClientError, match="assume the provided role"):
        machine(by=role)


def test_whoever_starts_needs_the_grant(
    machine: Callable[..., Machine], aws: EmbeddedAws, unique: str
) -> None:
    made = machine()
    user = f"user-{unique}"
    aws.client("iam").create_user(UserName=user)
    key = aws.client("iam").create_access_key(UserName=user)["AccessKey"]
    session: Any = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=aws.region)
    client = session.client("stepfunctions", endpoint_url=aws.endpoint, config=Config(proxies={}))
    with pytest.raises(ClientError, match=r"states:StartExecution on resource: .*:stateMachine:"):
        client.start_execution(stateMachineArn=made.arn)


def test_a_definition_that_is_not_done_makes_no_state_machine(
    machine: Callable[..., Machine], states: Any, unique: str
) -> None:
    with pytest.raises(states.exceptions.InvalidDefinition, match="it does not do ItemBatcher"):
        machine(ItemBatcher={"MaxItemsPerBatch": 2})
    listed = states.list_state_machines()["stateMachines"]
    assert unique not in [found["name"] for found in listed]


def test_cloudformation_makes_changes_and_removes_a_state_machine(
    aws: EmbeddedAws, states: Any, unique: str, role: str
) -> None:
    formation = aws.client("cloudformation")

    def template(concurrency: int) -> str:
        properties = {
            "DefinitionString": as_text(mapped(MaxConcurrency=concurrency)),
            "RoleArn": role,
            "StateMachineName": unique,
            "Tags": [{"Key": "stage", "Value": "test"}],
        }
        machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
        return json.dumps({"Resources": {"Map": machine}, "Outputs": {"Arn": {"Value": {"Ref": "Map"}}}})

    formation.create_stack(StackName=unique, TemplateBody=template(1))
    formation.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    arn = f"{MACHINES}:stateMachine:{unique}"
    [stack] = formation.describe_stacks(StackName=unique)["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == arn
    formation.update_stack(StackName=unique, TemplateBody=template(2))
    formation.get_waiter("stack_update_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    described = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    assert described["States"]["LookAtAll"]["MaxConcurrency"] == 2
    formation.delete_stack(StackName=unique)
    formation.get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.describe_state_machine(stateMachineArn=arn)
