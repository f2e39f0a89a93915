"""Explain mistakes in settings: where, what is allowed there, and what was probably meant."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from groundtrain.closest_spelling import nearest
from groundtrain.validation_messages import in_plain_words

if TYPE_CHECKING:
    from msgspec.inspect import Type

_EXAMPLES = "correct it; environments/dev.toml explains each setting"
_ANY_OF_THEM = "write one of them"
_SHOWN = 80  # characters
_REPLACED = {
    "max_wait": "say how long to wait beside max_runtime in capacity_wait: SageMaker's MaxWaitTime is both"
}
_PLACE = re.compile(r"(?s)(.*?)(?: - at (`key` in )?`\$\.?(.*)`)?")


def mistake_in_words(complaint: str, model: type, given: Any = None) -> tuple[str, str]:
    """A sentence and its fix.

    Args:
        complaint: msgspec's, such as "Expected `int`, got `str` - at `$.gate.min_records`".
        model: the settings model that was read.
        given: what it was read from, to show what stands there.
    """
    from msgspec.inspect import type_info  # slow, and seldom needed

    match = _PLACE.fullmatch(complaint)
    what, of_key, path = (match[1], match[2], match[3] or "") if match else (complaint, None, "")
    there = _inside(type_info(model), path)
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return _unknown_key(unknown[1], path, there)
    about = f"{path}: " if path else ""
    there = getattr(_unwrapped(there), "key_type", there) if of_key else there
    if wrong := re.fullmatch(r"Invalid enum value (.*)", what):
        choices = [str(choice) for choice in _choices(there)]
        nearest = _nearest(wrong[1].strip("'"), choices) if wrong[1].startswith("'") else ""
        return f"{about}{wrong[1]} is not one of {', '.join(choices)}", nearest or _ANY_OF_THEM
    expected = f"expected {_description(there)}" if "matching regex" in what else in_plain_words(what)
    got = "" if " got " in expected else _got(given, path)
    return f"{about}{expected}{got}", _EXAMPLES


def _got(given: Any, path: str) -> str:
    """What stands at a path such as "training.instance_types[0]"; "" when it cannot be found."""
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            given = given[key] if key else given[int(index)]
        except (KeyError, IndexError, TypeError):
            return ""
    if given is None or isinstance(given, dict):
        return ""
    return f", got {json.dumps(given, default=str, ensure_ascii=False)[:_SHOWN]}"


def _unknown_key(key: str, path: str, there: Any) -> tuple[str, str]:
    known = [field.encode_name for field in getattr(_unwrapped(there), "fields", ())]
    place = f"the table [{path}] has no key" if path else "there is no key or table"
    if key in _REPLACED:
        return f'{place} "{key}"', _REPLACED[key]
    if nearest := _nearest(key, known):
        return f'{place} "{key}"', nearest
    return f'{place} "{key}"', f"there are {', '.join(known)}"


def _nearest(written: str, known: list[str]) -> str:
    meant = nearest(written, known)
    return f"the nearest is {meant}" if meant else ""


def _inside(root: "Type", path: str) -> Any:
    """The type at a path such as "training.instance_types[0]"."""
    at: Any = root
    for name, _ in re.findall(r"(\w+)|(\[.*?\])", path):
        at = _unwrapped(at)
        if name:
            fields = {field.encode_name: field.type for field in getattr(at, "fields", ())}
            at = fields.get(name)
        else:
            at = getattr(at, "item_type", None) or getattr(at, "value_type", None)
    return at


def _unwrapped(kind: Any) -> Any:
    while hasattr(kind, "extra_json_schema") and not hasattr(kind, "fields"):
        kind = kind.type
    return kind


def _description(kind: Any) -> str:
    schemas = [getattr(one, "extra_json_schema", None) or {} for one in (kind, *getattr(kind, "types", ()))]
    described = (schema["description"] for schema in schemas if "description" in schema)
    return str(next(described, "a text of another shape"))


def _choices(kind: Any) -> Iterator[Any]:
    """The values that a literal or a union of literals allows; true and false for a boolean."""
    kind = _unwrapped(kind)
    for one in getattr(kind, "types", (kind,)):
        yield from getattr(one, "values", ())
        if type(one).__name__ == "BoolType":
            yield from ("true", "false")
