"""State machines: made, changed, removed, described; by API and by CloudFormation.

Sources: botocore's model; Developer Guide, "Creating an IAM role for your state machine", "Using CloudWatch
Logs to log execution history" (what the role needs to deliver logs).
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from local import ministack_internals
from local.sagemaker.accounts import Accounts, now
from local.sagemaker.api_errors import ApiError, validation_error
from local.sagemaker.operations import Grant
from local.step_functions.accounts import Account, Json, StateMachine
from local.step_functions.definition import read_definition
from local.step_functions.executions import end

_DELIVERY = (
    *("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"),
    *("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
)


class StateMachines:
    """The CloudFormation type AWS::StepFunctions::StateMachine; its Ref is the ARN."""

    def __init__(self, accounts: Accounts[Account]) -> None:
        self._accounts = accounts

    def create(self, account: str, region: str, name: str, properties: Mapping[str, Any]) -> str:
        """Make the state machine, and return its ARN."""
        owner = self._accounts.get(account, region)
        return create(owner, {"name": name[-80:], **_request(properties)}).arn

    def update(self, account: str, region: str, arn: str, properties: Mapping[str, Any]) -> None:
        """Have the state machine be as the properties say; what runs keeps its definition."""
        change(find(self._accounts.get(account, region), arn), _request(properties))

    def attributes(self, arn: str) -> dict[str, str]:
        """What Fn::GetAtt gives."""
        return {"Arn": arn, "Name": arn.rpartition(":")[2], "StateMachineRevisionId": str(uuid.uuid4())}

    def delete(self, account: str, region: str, arn: str) -> None:
        """Remove the state machine."""
        delete(self._accounts.get(account, region), arn)


_PROPERTIES = {
    "StateMachineName": "name",
    "DefinitionString": "definition",
    "RoleArn": "roleArn",
    "StateMachineType": "type",
    "LoggingConfiguration": "loggingConfiguration",
    "TracingConfiguration": "tracingConfiguration",
    "Tags": "tags",
}


def _request(properties: Mapping[str, Any]) -> Json:
    """The API's request for a resource's properties."""
    unknown = [name for name in properties if name not in _PROPERTIES]
    if unknown:
        raise validation_error(f"the embedded Step Functions does not know {', '.join(unknown)}")
    return {_PROPERTIES[name]: _as_in_api(value) for name, value in properties.items()}


def _as_in_api(value: Any) -> Any:
    """A property with its members' names as the API has them, which begin with a small letter."""
    if isinstance(value, list):
        return [_as_in_api(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _as_in_api(member) for name, member in value.items()}
    return value


def create(account: Account, request: Json) -> StateMachine:
    """Make a state machine.

    Raises:
        ApiError: it cannot be done here, its role cannot be assumed, or the name is taken.
    """
    unknown = [name for name in request if name not in _PROPERTIES.values()]
    if unknown or request.get("type", "STANDARD") != "STANDARD":
        what = ", ".join(unknown) or f"type {request['type']}"
        raise validation_error(f"the embedded Step Functions does not do {what}")
    arn = account.arn(f"stateMachine:{request['name']}")
    if arn in account.machines:
        raise ApiError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    machine = StateMachine(arn, request["name"], {}, "", "", now())
    change(machine, request)
    account.machines[arn] = machine
    return machine


def change(machine: StateMachine, request: Json) -> None:
    """Have a state machine be as a request says; what the request does not name stays.

    Raises:
        ApiError: it cannot be done here, or its role cannot be assumed or cannot deliver logs.
    """
    text, role = request.get("definition", machine.text), request.get("roleArn", machine.role)
    logging = request.get("loggingConfiguration", machine.logging)
    definition = read_definition(text)
    _refuse_role(role, machine.arn, logging)
    machine.definition, machine.text, machine.role, machine.logging = definition, text, role, logging
    machine.tracing = request.get("tracingConfiguration", machine.tracing)
    machine.tags = request.get("tags", machine.tags)
    machine.revision = str(uuid.uuid4())


def _refuse_role(role: str, machine_arn: str, logging: Json) -> None:
    if not ministack_internals.role_trusts_for(role, "states.amazonaws.com", machine_arn):
        raise ApiError(
            "AccessDeniedException",
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to"
            " assume the provided role.",
        )
    if logging.get("level", "OFF") == "OFF":
        return
    for action in _DELIVERY:
        if ministack_internals.role_refusal(role, f"logs:{action}", "*", machine_arn.split(":")[3]):
            raise ApiError(
                "AccessDeniedException",
                f"The state machine IAM Role is not authorized to access the Log Destination (logs:{action})",
            )


def find(account: Account, arn: str) -> StateMachine:
    """A state machine.

    Raises:
        ApiError: there is none.
    """
    if arn not in account.machines:
        raise ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    return account.machines[arn]


def delete(account: Account, arn: str) -> None:
    """Remove a state machine; what runs is stopped. One that is not there is none as before."""
    account.machines.pop(arn, None)
    for execution in list(account.executions.values()):
        if execution.machine_arn == arn:
            end(account, execution, execution.attempt, "ABORTED")


def describe(account: Account, request: Json) -> Json:
    """The answer to DescribeStateMachine."""
    machine = find(account, request["stateMachineArn"])
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": "ACTIVE",
        "definition": machine.text,
        "roleArn": machine.role,
        "type": "STANDARD",
        "creationDate": machine.created,
        "loggingConfiguration": machine.logging,
        "tracingConfiguration": machine.tracing,
        "revisionId": machine.revision,
    }


def may_create(account: Account, request: Json) -> Iterable[Grant]:
    """What CreateStateMachine needs."""
    yield Grant("states:CreateStateMachine", account.arn(f"stateMachine:{request['name']}"))
    yield Grant("iam:PassRole", request["roleArn"], {"iam:PassedToService": "states.amazonaws.com"})
