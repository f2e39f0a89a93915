"""What local/ministack_internals.py leans on; when this fails after an upgrade, read that file again."""

import importlib.metadata
import inspect
import subprocess
import sys
from typing import Any

import pytest

PINNED = "1.5.33"
PRIVATE_NAMES = """
ministack.app: _request_account_scope app
ministack.core.iam_actions: extract_resource_arn
ministack.core.iam_evaluator: AuthError EvalContext enforce evaluate resolve_principal
ministack.core.iam_evaluator: _conditions_met _service_principal_matches
ministack.core.iam_evaluator: pin_request_origin pin_signed_body pin_signed_request
ministack.core.lambda_runtime: execution_credentials
ministack.core.responses: get_account_id get_region request_scope set_request_account_id
ministack.core.router: extract_access_key_id extract_region
ministack.services.eventbridge: _dispatch_event _dispatch_to_lambda _put_events
ministack.services.iam: _roles
ministack.services.lambda_svc: _execution_record_for_config _sqs_esm_concurrency
ministack.services.lambda_svc: _execute_function_warm _get_func_record_for_ref invoke_async_with_retry
ministack.services.s3: _fire_s3_event _put_bucket_encryption
ministack.services.cloudformation.provisioners: _RESOURCE_HANDLERS
"""


def test_ministack_is_the_version_the_wrapper_was_written_for() -> None:
    assert importlib.metadata.version("ministack") == PINNED


@pytest.mark.parametrize("line", PRIVATE_NAMES.strip().splitlines())
def test_the_names_the_wrapper_leans_on_are_there(line: str) -> None:
    module, names = line.split(": ")
    program = f"import {module} as m; print([n for n in {names.split()!r} if not hasattr(m, n)])"
    missing = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert missing.stdout.strip() == "[]"


def test_events_of_aws_can_be_put_by_us_alone() -> None:
    from ministack.services import eventbridge

    parameters: Any = inspect.signature(eventbridge._put_events).parameters
    assert parameters["allow_aws_source"].default is False
