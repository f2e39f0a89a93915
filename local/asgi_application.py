"""The embedded AWS: SageMaker and its quotas are answered here, all other requests by ministack."""

import re
from collections.abc import Mapping

from local import ministack_internals
from local.asgi import Application, Receive, Scope, Send, header, read_body, respond
from local.sagemaker import service_quotas
from local.sagemaker.model_packages import ModelPackageGroups
from local.sagemaker.programs import Command
from local.sagemaker.service import SageMaker
from local.sagemaker.service_quotas import ServiceQuotas

WORKERS_PER_QUEUE = 2
TARGET = "SageMaker."


def embedded_aws_application(
    port: int, training_seconds: float, programs: Mapping[str, Command]
) -> Application:
    """The whole embedded AWS as one ASGI application."""
    ministack_internals.deliver_events_to_functions_as_aws_does()
    ministack_internals.complete_events_of_s3()
    ministack_internals.limit_workers(WORKERS_PER_QUEUE)
    sagemaker = SageMaker(f"http://127.0.0.1:{port}", training_seconds, programs)
    quotas = ServiceQuotas(sagemaker.accounts)
    groups = ModelPackageGroups(sagemaker.accounts)
    ministack_internals.teach_cloudformation("AWS::SageMaker::ModelPackageGroup", groups)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await ministack_internals.app(scope, receive, send)
        elif _comes_from_a_browser(scope):
            await respond(send, 403, b'{"__type":"AccessDenied","message":"no web page may call this"}')
        elif header(scope, b"x-amz-target").startswith(TARGET):
            await _answer(sagemaker, TARGET, scope, receive, send)
        elif header(scope, b"x-amz-target").startswith(service_quotas.TARGET):
            await _answer(quotas, service_quotas.TARGET, scope, receive, send)
        else:
            if scope["path"] == "/_ministack/reset":
                sagemaker.forget()
            await ministack_internals.app(_as_https(scope), receive, send)

    return application


def _comes_from_a_browser(scope: Scope) -> bool:
    """Whether a web page may have sent the request; pages must not reach a server that runs any code."""
    host = re.sub(r":[0-9]*$", "", header(scope, b"host").lower())
    ours = host in ("127.0.0.1", "localhost") or host.endswith(".localhost")
    return bool(header(scope, b"origin")) or not ours


def _as_https(scope: Scope) -> Scope:
    """Bucket policies refuse plain HTTP; on the loopback interface there is nothing to encrypt."""
    return {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}


async def _answer(
    service: SageMaker | ServiceQuotas, target: str, scope: Scope, receive: Receive, send: Send
) -> None:
    operation = header(scope, b"x-amz-target").removeprefix(target)
    body = await read_body(receive)
    raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    caller = ministack_internals.Caller(scope["method"], raw_path, scope["headers"], body)
    status, answer = service.answer(operation, body, caller)
    await respond(send, status, answer)
