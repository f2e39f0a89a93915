"""What AWS's error answers mean here."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.errors import GroundtrainError


class AccessError(GroundtrainError):
    """Permissions do not reach what was asked for."""


def code_of(error: ClientError) -> str:
    """AWS's code, such as "NoSuchKey"; HEAD has no body and gives the status, such as "404"."""
    return error.response.get("Error", {}).get("Code", "")


def text_of(error: ClientError) -> str:
    """AWS's own sentence, without a final full stop."""
    return error.response.get("Error", {}).get("Message", "").strip().rstrip(".")


def is_missing(error: ClientError) -> bool:
    """Whether AWS says that the thing does not exist.

    DescribeTrainingJob is modelled with ResourceNotFound but has answered ValidationException
    "Requested resource not found".
    """
    if code_of(error) == "ValidationException":
        return any(words in text_of(error).lower() for words in ("not found", "could not find"))
    return code_of(error) in {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "ResourceNotFound"}


def is_denied(error: ClientError) -> bool:
    """Whether AWS refuses for want of permission."""
    return code_of(error) in {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled"}


@contextmanager
def told_to_people(what: str) -> Iterator[None]:
    """For the command line: what AWS, or the way to it, refuses becomes a sentence.

    Raises:
        AccessError: permissions, credentials, region or connection are missing.
    """
    try:
        yield
    except BotoCoreError as error:
        raise AccessError(f"{what}: {error}", fix="check credentials, region and network") from error
    except ClientError as error:
        raise AccessError(
            f"{what}: {error.operation_name} was refused: {text_of(error)} ({code_of(error)})",
            fix="check what your credentials may do",
        ) from error
