"""What a state machine asks of other services, as its role and over the wire, so that IAM has its say.

Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows", "Handle transient
Lambda service exceptions": what goes wrong in Lambda is Lambda.ErrorName, a function's own error has the
name of its exception.
"""

import json
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import ministack_internals
from local.step_functions.failures import StateError

_NAMED = (
    "TooManyRequestsException",
    "ResourceNotFoundException",
    "ServiceException",
    "ENILimitReachedException",
)


class AwsCalls:
    """Calls of one endpoint, signed by sessions of the roles."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def lines(self, role: str, region: str, bucket: str, key: str) -> list[Any]:
        """The items of a JSON Lines object: a line ends at a line feed, and at nothing else.

        Source: jsonlines.org. U+2028 is part of a line.

        Raises:
            StateError: States.ItemReaderFailed: it cannot be read, or a line is no JSON.
        """
        try:
            body = self._client("s3", role, region).get_object(Bucket=bucket, Key=key)["Body"].read()
            return [json.loads(line) for line in body.split(b"\n") if line.strip()]
        except (ClientError, BotoCoreError, ValueError) as error:
            raise StateError("States.ItemReaderFailed", f"{error} (Bucket: {bucket}, Key: {key})") from error

    def invoke(self, role: str, region: str, function: str, payload: Any) -> Any:
        """What a function returns.

        Raises:
            StateError: by the name of the function's exception, or Lambda.Name where Lambda refuses the call.
        """
        try:
            answer = self._client("lambda", role, region).invoke(
                FunctionName=function, Payload=json.dumps(payload)
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise StateError(
                f"Lambda.{code if code in _NAMED else 'AWSLambdaException'}", str(error)
            ) from error
        except BotoCoreError as error:
            raise StateError("Lambda.SdkClientException", str(error)) from error
        returned = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            named = returned.get("errorType") if isinstance(returned, dict) else None
            raise StateError(named or "Lambda.Unknown", json.dumps(returned))
        return returned

    def _client(self, service: str, role: str, region: str) -> Any:
        # Asked for each time: a reset of the emulator forgets the sessions.
        keys = ministack_internals.role_credentials(role, "StepFunctions", region)
        return _client(self._endpoint, service, keys, region)


@lru_cache(maxsize=64)
def _client(endpoint: str, service: str, keys: tuple[str, str, str], region: str) -> Any:
    session: Any = boto3.Session(*keys, region_name=region)
    configuration = Config(
        proxies={},
        retries={"total_max_attempts": 1},
        read_timeout=900,
        max_pool_connections=50,
        s3={"addressing_style": "path"},
    )
    return session.client(service, endpoint_url=endpoint, config=configuration)
