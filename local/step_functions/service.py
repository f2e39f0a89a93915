"""Answer Step Functions' JSON requests: decode, check against the model, ask IAM, do it."""

from local.sagemaker.accounts import Accounts, now
from local.sagemaker.api_errors import ApiError
from local.sagemaker.json_protocol import answered, parse
from local.sagemaker.operations import Caller, Operation, authorize
from local.sagemaker.request_validation import validate
from local.sagemaker.service_model import input_shape
from local.step_functions import operations, state_machines
from local.step_functions.accounts import Account, Json
from local.step_functions.aws_calls import AwsCalls
from local.step_functions.operations import on

TARGET = "AWSStepFunctions."


class StepFunctions:
    """The service: one table of operations over the accounts it keeps."""

    def __init__(self, endpoint: str) -> None:
        calls = AwsCalls(endpoint)
        self.accounts = Accounts(lambda number, region: Account(number, region, calls))

    def answer(self, name: str, body: bytes, caller: Caller) -> tuple[int, bytes]:
        """Status and body of the response to an operation."""
        return answered(f"{TARGET}{name}", lambda: self._perform(name, body, caller))

    def forget(self) -> None:
        """Start afresh."""
        for account in self.accounts.clear():
            account.end_unseen()

    def _perform(self, name: str, body: bytes, caller: Caller) -> Json:
        operation = _OPERATIONS.get(name)
        if operation is None:
            raise ApiError("UnknownOperationException", f"the embedded Step Functions does not know {name}")
        request = parse(body)
        validate(request, input_shape("stepfunctions", name))
        account = self.accounts.get(caller.account, caller.region)
        authorize(operation.needs(account, request), caller)
        with account.lock:
            return operation.answer(account, request)


def _create(account: Account, request: Json) -> Json:
    machine = state_machines.create(account, request)
    return {"stateMachineArn": machine.arn, "creationDate": machine.created}


def _update(account: Account, request: Json) -> Json:
    changed = {name: value for name, value in request.items() if name != "stateMachineArn"}
    machine = state_machines.find(account, request["stateMachineArn"])
    state_machines.change(machine, changed)
    return {"updateDate": now(), "revisionId": machine.revision}


def _delete(account: Account, request: Json) -> Json:
    state_machines.delete(account, request["stateMachineArn"])
    return {}


def _list(account: Account, _request: Json) -> Json:
    return {
        "stateMachines": [
            {
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "type": "STANDARD",
                "creationDate": machine.created,
            }
            for machine in account.machines.values()
        ]
    }


_OPERATIONS = operations.OPERATIONS | {
    "CreateStateMachine": Operation(state_machines.may_create, _create),
    "UpdateStateMachine": Operation(on("UpdateStateMachine", "stateMachineArn"), _update),
    "DeleteStateMachine": Operation(on("DeleteStateMachine", "stateMachineArn"), _delete),
    "DescribeStateMachine": Operation(on("DescribeStateMachine", "stateMachineArn"), state_machines.describe),
    "ListStateMachines": Operation(on("ListStateMachines", ""), _list),
}
