"""Check a request against botocore's model of the API, with the constraints boto3 leaves to the service."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.sagemaker.api_errors import validation_error


def validate(value: object, shape: Shape) -> None:
    """Raise ValidationException naming everything that the shape forbids.

    Raises:
        ApiError: a member is missing, unknown, of the wrong type or size, or not matched by its pattern.
    """
    faults = list(_faults(value, shape, ""))
    if faults:
        plural = "s" if len(faults) > 1 else ""
        raise validation_error(f"{len(faults)} validation error{plural} detected: {'; '.join(faults)}")


def _faults(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if not isinstance(value, _TYPES.get(shape.type_name, object)) or isinstance(value, bool) != (
        shape.type_name == "boolean"
    ):
        yield f"Value {value!r} at '{at}' is not a {shape.type_name}"
        return
    yield from _constraint_faults(value, shape, at)
    yield from _member_faults(value, shape, at)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "boolean": bool,
}


def _member_faults(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield f"Value at '{_join(at, name)}' failed to satisfy constraint: Member must not be null"
        for name, member in value.items():
            if name not in shape.members:
                yield f"'{_join(at, name)}' is not known"
            else:
                yield from _faults(member, shape.members[name], _join(at, name))
    elif isinstance(shape, ListShape):
        for number, member in enumerate(value, 1):
            yield from _faults(member, shape.member, f"{at}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            yield from _faults(key, shape.key, f"{at}.key")
            yield from _faults(member, shape.value, f"{at}.{key}")


def _constraint_faults(value: Any, shape: Shape, at: str) -> Iterator[str]:
    failed = f"Value '{value}' at '{at}' failed to satisfy constraint: Member must"
    size = len(value) if isinstance(value, str | list | dict) else value
    unit = "have length" if isinstance(value, str | list | dict) else "have value"
    if "max" in shape.metadata and size > shape.metadata["max"]:
        yield f"{failed} {unit} less than or equal to {shape.metadata['max']}"
    if "min" in shape.metadata and size < shape.metadata["min"]:
        yield f"{failed} {unit} greater than or equal to {shape.metadata['min']}"
    if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{failed} satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"
    if "pattern" in shape.metadata and not _matches(shape.metadata["pattern"], value):
        yield f"{failed} satisfy regular expression pattern: {shape.metadata['pattern']}"


def _matches(pattern: str, value: str) -> bool:
    readable = re.sub(r"\\p\{(\w)\w*\}", _python_class, pattern)
    readable = re.sub(
        r"\$\{\d+,\d+\}$", "", readable
    )  # a slip in the model: length is checked by min and max
    try:
        return re.fullmatch(readable, value) is not None
    except re.error:
        return True  # surrogates, which Python spells otherwise; none of what we use has them


def _python_class(java: re.Match[str]) -> str:
    """Nearest class of characters that Python has: letters, digits, spaces, signs."""
    return {"N": r"\d", "Z": r"\s", "P": r"\W", "S": r"\W"}.get(java[1], r"\w")


def _join(at: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{at}.{member}" if at else member
