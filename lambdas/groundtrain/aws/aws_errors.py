"""What AWS's error responses mean, and what a person can do about them."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as NoConnectionError,
)

from groundtrain.errors import GroundtrainError

_CHECK_ALL = "check credentials, region and network"
_CHECK_RIGHTS = "check what your credentials may do"
_SIGN_IN = "sign in again (aws sso login, aws configure), then run again"

_BUSY = {
    *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "SlowDown"),
    *("RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"),
    *("InternalFailure", "InternalError", "InternalServerError", "InternalServerException"),
    *("ServiceUnavailable", "ServiceUnavailableException", "429", "500", "502", "503", "504"),
}
_MISSING = ("not found", "could not find", "does not exist")

_FIXES_BY_KIND = (
    (ParamValidationError, "correct the value that it names"),
    (ProfileNotFound, "correct AWS_PROFILE; aws configure list-profiles names those there are"),
    (NoRegionError, "set AWS_DEFAULT_REGION"),
    (
        (NoCredentialsError, PartialCredentialsError),
        "set AWS_PROFILE, or sign in (aws sso login, aws configure)",
    ),
    ((SSOError, TokenRetrievalError, CredentialRetrievalError), _SIGN_IN),
    (
        (NoConnectionError, HTTPClientError),
        "check the network, and that the region is spelt right (AWS_DEFAULT_REGION)",
    ),
)

_OTHER_REGION = "the bucket is in another region: set AWS_DEFAULT_REGION"
_LATER = "wait a minute, then run again"
_BUCKET_NAME = "correct the bucket's name"
_CORRECT = "correct the value that it names"
_FIXES_BY_CODE = {
    "400": f"the session may have expired, or the region be another: {_SIGN_IN}",
    **dict.fromkeys(
        ("301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"),
        _OTHER_REGION,
    ),
    **dict.fromkeys(
        (
            *(
                "ExpiredToken",
                "ExpiredTokenException",
                "RequestExpired",
                "InvalidAccessKeyId",
                "InvalidToken",
            ),
            *("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"),
        ),
        _SIGN_IN,
    ),
    **dict.fromkeys(("NoSuchBucket", "InvalidBucketName"), _BUCKET_NAME),
    **dict.fromkeys(
        ("NoSuchKey", "404", "NotFound", "ResourceNotFound"), "correct the name; it is not there"
    ),
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded"),
        _LATER,
    ),
    **dict.fromkeys(("500", "503", "InternalError", "InternalFailure", "ServiceUnavailable"), _LATER),
    "RequestTimeTooSkewed": "set the clock of this machine",
    "KeyTooLongError": "shorten the key: S3 takes 1,024 bytes",
}
_MALFORMED = {
    *("ValidationException", "ValidationError", "InvalidParameterValue", "InvalidParameterValueException"),
    *("InvalidParameterException", "InvalidArgument", "InvalidBucketName", "KeyTooLongError", "InvalidURI"),
}
_OF_ONE_OBJECT = {
    *("InvalidObjectState", "InvalidRequest", "KeyTooLongError", "InvalidURI", "MethodNotAllowed"),
}


class AccessError(GroundtrainError):
    """AWS refused a call: permissions, credentials, region or connection."""


def code_of(error: ClientError) -> str:
    """AWS's code, such as "NoSuchKey"; HEAD has no body and gives the status, such as "404"."""
    return error.response.get("Error", {}).get("Code", "")


def text_of(error: ClientError) -> str:
    """AWS's message, without a final full stop."""
    return error.response.get("Error", {}).get("Message", "").strip().rstrip(".")


def is_missing(error: ClientError) -> bool:
    """Whether AWS says that the thing does not exist.

    DescribeTrainingJob is modelled with ResourceNotFound but has answered ValidationException
    "Requested resource not found"; the model registry answers ValidationException "… does not exist".
    """
    if code_of(error) == "ValidationException":
        return any(words in text_of(error).lower() for words in _MISSING)
    return code_of(error) in {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "ResourceNotFound"}


def is_denied(error: ClientError) -> bool:
    """Whether AWS refuses for lack of permission."""
    return code_of(error) in {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled"}


def may_work_later(error: ClientError) -> bool:
    """Whether AWS is busy or has a fault of its own, so that the same call may work another time."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or code_of(error) in _BUSY


def refusal(error: Exception, what: str = "") -> AccessError | None:
    """An error of AWS or of the connection to it, as one sentence with a fix; None for any other error.

    Args:
        error: any.
        what: what was asked for, such as an address; "" when it is not known.
    """
    about = f"{what}: " if what else ""
    if isinstance(error, Boto3Error) and isinstance(error.__context__, ClientError):
        error = error.__context__  # of an upload, which tells it in a sentence of its own
    if isinstance(error, ClientError):
        text = text_of(error) or "no reason is given"
        answer = f"{error.operation_name} was refused: {text} ({code_of(error)})"
        return AccessError(f"{about}{answer}", fix=_fix_of(error))
    if isinstance(error, BotoCoreError | Boto3Error):
        fix = next((fix for kinds, fix in _FIXES_BY_KIND if isinstance(error, kinds)), _CHECK_ALL)
        return AccessError(f"{about}{error}".rstrip(".").replace("\n", " "), fix=fix)
    return None


def is_malformed(error: ClientError) -> bool:
    """Whether AWS finds the request itself wrong; HEAD has no body, and gives the status only."""
    return code_of(error) in {"400", *_MALFORMED}


def is_about_one_object(error: ClientError) -> bool:
    """Whether S3 refuses one object for what it is: archived, under another key, by a name it cannot have."""
    return code_of(error) in _OF_ONE_OBJECT or is_about_key(error)


def is_about_key(error: ClientError) -> bool:
    """Whether the key that an object is encrypted with cannot be used, or not now."""
    return code_of(error).startswith("KMS.")


def final_refusal(error: Exception) -> AccessError | None:
    """A request that is malformed, so that it never works however often it is sent; None for any other error.

    The client finds some of them before they are sent, AWS the others.
    """
    malformed = isinstance(error, ClientError) and code_of(error) in _MALFORMED
    return refusal(error) if malformed or isinstance(error, ParamValidationError) else None


def _fix_of(error: ClientError) -> str:
    """The fix that belongs to the code; one that is not known is left to AWS's own words."""
    code = code_of(error)
    if code.startswith("KMS."):
        return "check that the key is there, is enabled and may be used"
    if is_denied(error):
        return _CHECK_RIGHTS
    return _FIXES_BY_CODE.get(code, _CORRECT if code in _MALFORMED else "see what AWS says")


@contextmanager
def refusals_explained(what: str) -> Iterator[None]:
    """For the command line: turn errors of AWS within the block into a sentence about `what` was asked for.

    Raises:
        AccessError: permissions, credentials, region or connection are missing.
    """
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise refusal(error, what) or error from error


@contextmanager
def denials_explained(what: str) -> Iterator[None]:
    """For the functions: turn a lack of permission within the block into a sentence; other errors pass.

    Raises:
        AccessError: permissions are missing.
    """
    try:
        yield
    except ClientError as error:
        if not is_denied(error):
            raise
        raise refusal(error, what) or error from error
