"""Why a call ended, as one error that people read, whatever raised it."""

import sys

from groundtrain.errors import GroundtrainError
from groundtrain.formats.recognised_file import with_counts
from groundtrain.input_files import fix_for


def refusal_of(error: Exception) -> GroundtrainError | None:
    """The error, or what AWS or the operating system refuses, in words; None for one of another program."""
    if isinstance(error, GroundtrainError):
        return with_counts(error)
    if (refused := _of_aws(error)) is not None:
        return refused
    if isinstance(error, OSError):
        what = f"{error.filename or 'input or output'}: {error.strerror}"
        return GroundtrainError(what, fix=fix_for(error))
    return None


def _of_aws(error: Exception) -> GroundtrainError | None:
    """An error of AWS or of the connection to it; if botocore is not loaded yet, it cannot have failed."""
    if "botocore" not in sys.modules:
        return None
    from groundtrain.aws.aws_errors import refusal

    return refusal(error)
