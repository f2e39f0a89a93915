"""The calls that functions make, seen where botocore sends them; whoever makes them, in whatever thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from groundtrain.aws.clients import Clients
from tests.permissions.needs import Call

_SERVICES = ("s3", "uploads", "sagemaker", "events", "sns", "sqs", "step_functions")


@contextmanager
def recorded(clients: Clients, calls: list[Call]) -> Iterator[None]:
    """Add the calls made with these clients while the block runs, each as soon as it is answered."""

    def remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def record(http_response: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        missing = http_response.status_code == 404 and model.service_model.service_name == "s3"
        calls.append(Call(model.service_model.service_name, model.name, context["asked"], missing))

    with _registered(clients, "provide-client-params", remember), _registered(clients, "after-call", record):
        yield


@contextmanager
def _registered(clients: Clients, event: str, handler: Any) -> Iterator[None]:
    hooks = [getattr(clients, service).meta.events for service in _SERVICES]
    for hook in hooks:
        hook.register(event, handler)
    try:
        yield
    finally:
        for hook in hooks:
            hook.unregister(event, handler)
