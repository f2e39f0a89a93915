"""Answer SageMaker's JSON 1.1 requests: decode, check against the model, ask IAM, do it."""

from collections.abc import Mapping

from local.sagemaker import experiments, labeling_jobs, model_deletion, model_packages, tags, work_teams
from local.sagemaker.accounts import Account, Accounts, Json, new_account
from local.sagemaker.api_errors import ApiError, validation_error
from local.sagemaker.json_protocol import answered, parse
from local.sagemaker.operations import Caller, Operation, authorize
from local.sagemaker.programs import Command
from local.sagemaker.request_validation import validate
from local.sagemaker.service_model import input_shape
from local.sagemaker.training_jobs import TrainingJobs


class SageMaker:
    """The service: one table of operations over the accounts it keeps."""

    def __init__(self, endpoint: str, training_seconds: float, programs: Mapping[str, Command] = {}) -> None:
        self.accounts = Accounts(new_account)
        self._operations: dict[str, Operation[Account]] = {
            **labeling_jobs.OPERATIONS,
            **TrainingJobs(endpoint, training_seconds, programs).operations(),
            **model_packages.OPERATIONS,
            **model_deletion.OPERATIONS,
            **tags.OPERATIONS,
            **experiments.OPERATIONS,
            **work_teams.OPERATIONS,
        }

    def answer(self, name: str, body: bytes, caller: Caller) -> tuple[int, bytes]:
        """Status and body of the response to an operation."""
        return answered(f"SageMaker.{name}", lambda: self._perform(name, body, caller))

    def forget(self) -> None:
        """Start afresh."""
        self.accounts.clear()

    def _perform(self, name: str, body: bytes, caller: Caller) -> Json:
        operation = self._operations.get(name)
        if operation is None:
            raise ApiError("UnknownOperationException", f"the embedded SageMaker does not know {name}")
        request = parse(body)
        if operation.modelled:
            validate(request, input_shape("sagemaker", name))
        account = self.accounts.get(caller.account, caller.region)
        with account.lock:
            authorize(operation.needs(account, request), caller)
            return (
                operation.answer(account, request)
                if operation.modelled
                else _own(operation, account, request)
            )


def _own(operation: Operation[Account], account: Account, request: Json) -> Json:
    """Answer an operation that only this emulator has, and that no model checks."""
    try:
        return operation.answer(account, request)
    except KeyError as missing:
        raise validation_error(f"Member {missing.args[0]} must not be null") from missing
    except (TypeError, ValueError, AttributeError) as wrong:
        raise validation_error(f"A member has a wrong type: {wrong}") from wrong
