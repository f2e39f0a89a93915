"""Answers of AWS for what no emulator has: held to botocore's model, given where the call would be sent.

The request is validated as always, and hooks that record calls see it.
"""

from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.validate import validate_parameters


class Answers:
    """Answers by operation of any number of clients; an operation without one goes on its usual way."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}
        self._codes: dict[str, str] = {}

    def give(self, operation: str, answer: Mapping[str, Any]) -> None:
        """What an operation such as "ListServiceQuotas" answers from now on."""
        self._codes.pop(operation, None)
        self._answers[operation] = dict(answer)

    def refuse(self, operation: str, code: str) -> None:
        """With which error of AWS's, such as "AccessDenied", it is refused from now on."""
        self._codes[operation] = code

    def forget(self, operation: str) -> None:
        self._answers.pop(operation, None)
        self._codes.pop(operation, None)

    def stand_before(self, client: Any) -> None:
        """Answer for this client."""
        client.meta.events.register("before-call", self._answer, unique_id=f"answers-{id(self)}")

    def stand_aside(self, client: Any) -> None:
        client.meta.events.unregister("before-call", unique_id=f"answers-{id(self)}")

    def _answer(self, model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        if code := self._codes.get(model.name):
            error = {"Error": {"Code": code, "Message": f"{model.name} was refused"}}
            return AWSResponse("", 400, {}, None), error | {"ResponseMetadata": {"HTTPStatusCode": 400}}
        if model.name not in self._answers:
            return None
        answer = self._answers[model.name]
        validate_parameters(answer, model.output_shape)
        return AWSResponse("", 200, {}, None), answer
