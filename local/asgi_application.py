"""The embedded AWS: SageMaker, its quotas and Step Functions are answered here, all else by ministack."""

import re
from collections.abc import Mapping

from local import ministack_internals, ministack_resources
from local.asgi import Application, Receive, Scope, Send, header, read_body, respond
from local.sagemaker import service_quotas
from local.sagemaker.model_packages import ModelPackageGroups
from local.sagemaker.programs import Command
from local.sagemaker.service import SageMaker
from local.sagemaker.service_quotas import ServiceQuotas
from local.step_functions.service import TARGET as STEP_FUNCTIONS
from local.step_functions.service import StepFunctions
from local.step_functions.state_machines import StateMachines

WORKERS_PER_QUEUE = 2
TARGET = "SageMaker."
Service = SageMaker | ServiceQuotas | StepFunctions


def embedded_aws_application(
    port: int, training_seconds: float, programs: Mapping[str, Command]
) -> Application:
    """The whole embedded AWS as one ASGI application."""
    ministack_internals.deliver_events_to_functions_as_aws_does()
    ministack_internals.complete_events_of_s3()
    ministack_resources.name_rules_as_iam_does()
    ministack_resources.make_resources_as_documented()
    ministack_internals.limit_workers(WORKERS_PER_QUEUE)
    ministack_internals.name_errors_of_functions_as_aws_does()
    sagemaker = SageMaker(f"http://127.0.0.1:{port}", training_seconds, programs)
    quotas = ServiceQuotas(sagemaker.accounts)
    step_functions = StepFunctions(f"http://127.0.0.1:{port}")
    groups = ModelPackageGroups(sagemaker.accounts)
    ministack_internals.teach_cloudformation("AWS::SageMaker::ModelPackageGroup", groups)
    machines = StateMachines(step_functions.accounts)
    ministack_internals.teach_cloudformation("AWS::StepFunctions::StateMachine", machines)
    answered_here: dict[str, Service] = {
        TARGET: sagemaker,
        service_quotas.TARGET: quotas,
        STEP_FUNCTIONS: step_functions,
    }

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await ministack_internals.app(scope, receive, send)
        elif _comes_from_a_browser(scope):
            await respond(send, 403, b'{"__type":"AccessDenied","message":"no web page may call this"}')
        elif target := _target(scope, answered_here):
            await _answer(answered_here[target], target, scope, receive, send)
        else:
            if scope["path"] == "/_ministack/reset":
                sagemaker.forget()
                step_functions.forget()
            await ministack_internals.app(_as_https(scope), receive, send)

    return application


def _target(scope: Scope, services: Mapping[str, Service]) -> str:
    """The beginning of the request's target that one of the services has, "" where none has it."""
    asked = header(scope, b"x-amz-target")
    return next((target for target in services if asked.startswith(target)), "")


def _comes_from_a_browser(scope: Scope) -> bool:
    """Whether a web page may have sent the request; pages must not reach a server that runs any code."""
    host = re.sub(r":[0-9]*$", "", header(scope, b"host").lower())
    ours = host in ("127.0.0.1", "localhost") or host.endswith(".localhost")
    return bool(header(scope, b"origin")) or not ours


def _as_https(scope: Scope) -> Scope:
    """Bucket policies refuse plain HTTP; on the loopback interface there is nothing to encrypt."""
    return {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}


async def _answer(service: Service, target: str, scope: Scope, receive: Receive, send: Send) -> None:
    operation = header(scope, b"x-amz-target").removeprefix(target)
    body = await read_body(receive)
    raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    caller = ministack_internals.Caller(scope["method"], raw_path, scope["headers"], body)
    status, answer = service.answer(operation, body, caller)
    await respond(send, status, answer)
