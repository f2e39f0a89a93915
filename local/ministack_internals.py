# ruff: noqa: SLF001  the point of this module
"""All uses of ministack's private names, here and in `ministack_resources`.

`tests/local/test_canary.py` checks that they exist.

The environment (port, IAM enforcement, listeners) must be set before this module is imported: ministack reads
it at import.
"""

import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol

from ministack.app import _request_account_scope, app
from ministack.core import iam_evaluator, lambda_runtime, router
from ministack.core.responses import get_account_id, get_region, request_scope, set_request_account_id
from ministack.services import eventbridge, iam, lambda_svc, s3
from ministack.services.cloudformation import provisioners

from local.asgi import Headers

__all__ = ["app"]

Properties = Mapping[str, Any]


def deliver_events_to_functions_as_aws_does() -> None:
    """Make EventBridge call functions asynchronously, so that retries and failure destinations apply."""

    def invoke(arn: str, payload: str) -> None:
        function, configuration, _ = lambda_svc._get_func_record_for_ref(arn)
        if function and configuration:
            record = lambda_svc._execution_record_for_config(function, configuration)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = invoke


def complete_events_of_s3() -> None:
    """Have the event of an object name its version, where the bucket keeps them, and what else is lacking.

    Source: S3 User Guide, "EventBridge event message structure"; `tests/local/test_events_of_s3.py` compares.
    Each event is sent from a thread of its own.
    """
    version: ContextVar[str | None] = ContextVar("version", default=None)
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*arguments: Any, **options: Any) -> None:
        version.set(options.get("version_id"))
        fire(*arguments, **options)

    def dispatch_complete(event: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        if event["Source"] == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["bucket"].setdefault("aws-generated-tags", {})
            if known := version.get():
                detail["object"]["version-id"] = known
            in_seconds = f"{event['Time'].partition('.')[0].removesuffix('Z')}Z"
            event = {**event, "Detail": json.dumps(detail), "Time": in_seconds}
        return dispatch(event, *arguments, **options)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_complete


def name_errors_of_functions_as_aws_does() -> None:
    """Have the error of a function carry the name of its exception, by which Step Functions retries.

    Source: Lambda Developer Guide, "AWS Lambda function errors in Python": errorType is its class;
    of a process that ended, it is Runtime.ExitError.
    """
    execute = lambda_svc._execute_function_warm

    def execute_named(*arguments: Any) -> Any:
        result = execute(*arguments)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body["errorType"] == "Runtime.HandlerError":
            body["errorType"] = _exception_in(str(result.get("log", "")), body["errorMessage"])
        return result

    lambda_svc._execute_function_warm = execute_named


def _exception_in(log: str, message: str) -> str:
    """Class of the exception whose traceback a log ends with."""
    last = log.rstrip().removesuffix(message.rstrip()).rpartition("\n")[2]
    found = re.fullmatch(r"(?:[\w.<>]+\.)?(\w+)(?:: ?)?", last)
    return found[1] if found and "Traceback (most recent call last):" in log else "Runtime.ExitError"


def limit_workers(per_queue: int) -> None:
    """Limit how many batches of one queue run at once, since each needs a Python process."""
    of_mapping = lambda_svc._sqs_esm_concurrency

    def concurrency(*arguments: Any) -> int:
        return min(per_queue, int(of_mapping(*arguments)))

    lambda_svc._sqs_esm_concurrency = concurrency


def emit(
    account: str,
    region: str,
    detail_type: str,
    resource: str,
    detail: Properties,
    source: str = "aws.sagemaker",
) -> None:
    """Put an event of a service on the default bus; only AWS itself may use such a source."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Resources": [resource],
        "Detail": json.dumps(detail),
    }
    with request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


class Provisioner(Protocol):
    """Creates and deletes resources of a CloudFormation type; the physical id is the ARN."""

    def create(self, account: str, region: str, name: str, properties: Properties) -> str:
        """Make the resource, under `name` unless its properties give one, and return its ARN."""

    def update(self, account: str, region: str, arn: str, properties: Properties) -> None:
        """Have the resource be as the properties say."""

    def attributes(self, arn: str) -> dict[str, str]:
        """What Fn::GetAtt gives."""

    def delete(self, account: str, region: str, arn: str) -> None:
        """Remove the resource."""


class Caller:
    """Who sent a request, and what they may do."""

    def __init__(self, method: str, raw_path: str, headers: Headers, body: bytes) -> None:
        fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        self.access_key = router.extract_access_key_id(fields, {})
        self.region: str = router.extract_region(fields, {}) or get_region()
        set_request_account_id(_request_account_scope(self.access_key))
        self.account: str = get_account_id()
        iam_evaluator.pin_request_origin("127.0.0.1", True)
        iam_evaluator.pin_signed_request(method, raw_path, {}, headers)
        iam_evaluator.pin_signed_body(body)

    def refusal(self, action: str, resource: str, conditions: Properties) -> tuple[str, str] | None:
        """Error code and message when IAM forbids the action on the resource, else None."""
        service = action.partition(":")[0]
        with request_scope(self.account, self.region):
            denied = iam_evaluator.enforce(
                self.access_key, action, service, self.region, resource, dict(conditions)
            )
        if denied is None:
            return None
        if isinstance(denied, iam_evaluator.AuthError):
            return denied.code, denied.message
        return "AccessDeniedException", (
            f"User: {denied.principal_arn} is not authorized to perform: {action} on resource: {resource}"
            f" because no identity-based policy allows the {action} action"
        )


def role_trusts(role_arn: str, service: str) -> bool:
    """Whether the role exists and lets a service, such as "states.amazonaws.com", assume it."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    role = iam._roles.get_scoped(account, None, name)
    return role is not None and service in json.dumps(role.get("AssumeRolePolicyDocument"))


def role_trusts_for(role_arn: str, service: str, source_arn: str) -> bool:
    """Whether the role lets a service assume it on behalf of a resource, by its conditions on that.

    Source: IAM User Guide, "The confused deputy problem": aws:SourceArn and aws:SourceAccount.
    """
    account, region, name = role_arn.split(":")[4], source_arn.split(":")[3], role_arn.rpartition("/")[2]
    role = iam._roles.get_scoped(account, None, name)
    trust: Any = role and role.get("AssumeRolePolicyDocument")
    sent = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4]}
    with request_scope(account, region):
        context = iam_evaluator.EvalContext(
            service, "Service", account, "sts:AssumeRole", "*", region, service_context=sent
        )
        return any(
            iam_evaluator._service_principal_matches(statement["Principal"], service)
            and iam_evaluator._conditions_met(statement.get("Condition", {}), context)
            for statement in (json.loads(trust) if isinstance(trust, str) else trust or {}).get(
                "Statement", []
            )
        )


def role_refusal(role_arn: str, action: str, resource: str, region: str) -> str | None:
    """What IAM says when the role's policies do not allow the action on the resource, else None."""
    account = role_arn.split(":")[4]
    with request_scope(account, region):
        key, _, _ = role_credentials(role_arn, "StepFunctions", region)
        principal = iam_evaluator.resolve_principal(key, account)
        if isinstance(principal, iam_evaluator.AuthError):
            return str(principal.message)
        context = iam_evaluator.EvalContext(
            principal.arn, principal.type, principal.account, action, resource, region
        )
        allowed = iam_evaluator.evaluate(context, principal.policies, *principal.limits).decision == "Allow"
    said = f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}"
    return None if allowed else said


def role_credentials(role_arn: str, session: str, region: str) -> tuple[str, str, str]:
    """Access key, secret and token of a session of the role; IAM holds it to the role's policies."""
    keys = lambda_runtime.execution_credentials(
        {
            "Role": role_arn,
            "FunctionName": session,
            "FunctionArn": f"arn:aws:lambda:{region}:{role_arn.split(':')[4]}:function:{session}",
        }
    )
    return keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"]


def teach_cloudformation(resource_type: str, provisioner: "Provisioner") -> None:
    """Let CloudFormation make a type that the emulator does not know, or not as AWS does."""

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
        arn = provisioner.create(get_account_id(), get_region(), f"{stack}-{logical_id}", properties)
        return arn, provisioner.attributes(arn)

    def update(arn: str, _old: Properties, new: Properties, _stack: str) -> tuple[str, dict[str, str]]:
        provisioner.update(get_account_id(), get_region(), arn, new)
        return arn, provisioner.attributes(arn)

    def delete(arn: str, _properties: Properties) -> None:
        provisioner.delete(get_account_id(), get_region(), arn)

    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}
