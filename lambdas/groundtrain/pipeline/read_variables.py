"""Read a function's environment variables into its record; it loads little, for check_images."""

import os
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from groundtrain.errors import SettingsError

_Variables = TypeVar("_Variables", bound=Struct)


def read_variables(kind: type[_Variables], variables: Mapping[str, str] = os.environ) -> _Variables:
    """Read a function's variables.

    Raises:
        SettingsError: one is missing, or is no number where one is read.
    """
    try:
        return msgspec.convert(dict(variables), kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"environment variables of the function: {error}", fix="deploy again, which sets them"
        ) from error
