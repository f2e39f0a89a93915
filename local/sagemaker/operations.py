"""One call of an operation: who calls, on which account, with what; and the table row that answers it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol

from msgspec import Struct

from local.sagemaker.accounts import A, Json
from local.sagemaker.api_errors import ApiError


class Caller(Protocol):
    """Whoever sent a request."""

    account: str
    region: str

    def refusal(self, action: str, resource: str, conditions: Mapping[str, Any]) -> tuple[str, str] | None:
        """Error code and message when IAM forbids the action on the resource, else None."""


class Grant(Struct, frozen=True):
    """An action that a call needs on a resource, with the values that policies can put conditions on."""

    action: str
    resource: str
    conditions: dict[str, Any] = {}


class Operation(Struct, Generic[A], frozen=True):
    """How an operation is answered: `needs` gives the grants IAM must hold, `answer` does it.

    Both may raise ApiError. `modelled` is False for the operations that only this emulator has.
    """

    needs: Callable[[A, Json], Iterable[Grant]]
    answer: Callable[[A, Json], Json]
    modelled: bool = True


def authorize(grants: Iterable[Grant], caller: Caller) -> None:
    """Raise what IAM says when it forbids one of the grants.

    Raises:
        ApiError: with IAM's code, mostly AccessDeniedException.
    """
    for grant in grants:
        refusal = caller.refusal(grant.action, grant.resource, grant.conditions)
        if refusal is not None:
            raise ApiError(*refusal)


def passes_role(role_arn: str) -> Grant:
    """The grant to hand a role to SageMaker."""
    return Grant("iam:PassRole", role_arn, {"iam:PassedToService": "sagemaker.amazonaws.com"})


def nothing(_account: object, _request: Json) -> Iterable[Grant]:
    """No grant: operations that only this emulator has are for whoever runs it."""
    return ()
