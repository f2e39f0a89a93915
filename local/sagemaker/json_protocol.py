"""AWS's JSON 1.1: a request's body is an object, and so is the answer to it, also where it is an error."""

import json
import logging
from collections.abc import Callable

from local.sagemaker.accounts import Json
from local.sagemaker.api_errors import ApiError

_log = logging.getLogger(__name__)


def answered(name: str, perform: Callable[[], Json]) -> tuple[int, bytes]:
    """Status and body of the response to an operation.

    Args:
        name: of service and operation, for the log.
        perform: does it.
    """
    try:
        return 200, json.dumps(perform()).encode()
    except ApiError as error:
        return 400, json.dumps({"__type": error.code, "message": error.message}).encode()
    except Exception:  # noqa: BLE001  a server answers 500 to what it did not foresee
        _log.exception("%s failed", name)
        return 500, json.dumps({"__type": "InternalFailure", "message": "see the log"}).encode()


def parse(body: bytes) -> Json:
    """The request; AWS answers a body that is no JSON object with SerializationException.

    Raises:
        ApiError: it is none.
    """
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiError("SerializationException", "the body is not JSON") from None
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "the body is not a JSON object")
    return request
