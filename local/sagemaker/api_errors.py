"""Errors as the SageMaker API spells them."""


class ApiError(Exception):
    """An answer with status 400 and a code that boto3 turns into the exception of that name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def validation_error(message: str) -> ApiError:
    """The request cannot be right, whatever the state of the account."""
    return ApiError("ValidationException", message)


def not_found(what: str) -> ApiError:
    """What is named does not exist (the code boto3 models as ResourceNotFound)."""
    return ApiError("ResourceNotFound", f"{what} does not exist.")


def in_use(message: str) -> ApiError:
    """The name is taken."""
    return ApiError("ResourceInUse", message)
