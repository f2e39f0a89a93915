"""A mistake in settings, and msgspec's complaints as such: where, what is possible there, what was meant."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from groundtrain.closest_spelling import nearest
from groundtrain.json_text import in_plain_words

if TYPE_CHECKING:
    from msgspec.inspect import Type

_EXAMPLES = "correct it; environments/dev.toml explains each setting"
_ANY_OF_THEM = "write one of them"
_SHOWN = 80  # characters
_REPLACED = {
    "max_wait": "say how long to wait beside max_runtime in capacity_wait: SageMaker's MaxWaitTime is both"
}
_COMPLAINT = re.compile(r"(?s)(.*?)(?: - at (`key` in )?`\$\.?(.*)`)?")


class Mistake(Struct, frozen=True):
    """Something in the settings that cannot work; as a text, its path and what was seen.

    Attributes:
        path: of the key, such as "dataset.group_by"; "" for the settings as a whole.
        seen: what is wrong, one clause.
        fix: what to do about it, one clause.
    """

    path: str
    seen: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}: {self.seen}" if self.path else self.seen


def explain_invalid_value(complaint: str, model: type, settings: Any = None) -> Mistake:
    """What msgspec complains about: an unknown key, or a value of the wrong type or shape.

    Args:
        complaint: msgspec's, such as "Expected `int`, got `str` - at `$.gate.min_records`".
        model: the settings model that was read.
        settings: what it was read from, to show the value.
    """
    from msgspec.inspect import type_info  # slow, and seldom needed

    match = _COMPLAINT.fullmatch(complaint)
    what, of_key, path = (match[1], match[2], match[3] or "") if match else (complaint, None, "")
    kind = _inside(type_info(model), path)
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return _unknown_key(unknown[1], path, kind)
    kind = getattr(_unwrapped(kind), "key_type", kind) if of_key else kind
    if wrong := re.fullmatch(r"Invalid enum value (.*)", what):
        choices = [str(choice) for choice in _choices(kind)]
        meant = _nearest(wrong[1].strip("'"), choices) if wrong[1].startswith("'") else ""
        return Mistake(path, f"{wrong[1]} is not one of {', '.join(choices)}", meant or _ANY_OF_THEM)
    expected = f"expected {_description(kind)}" if "matching regex" in what else in_plain_words(what)
    shown = "" if " got " in expected else _shown(settings, path)
    return Mistake(path, f"{expected}{shown}", _EXAMPLES)


def _shown(settings: Any, path: str) -> str:
    """The value at a path such as "training.instance_types[0]"; "" when it cannot be found."""
    value = settings
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            value = value[key] if key else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return ""
    if value is None or isinstance(value, dict):
        return ""
    return f", got {json.dumps(value, default=str, ensure_ascii=False)[:_SHOWN]}"


def _unknown_key(key: str, path: str, table: Any) -> Mistake:
    keys = [field.encode_name for field in getattr(_unwrapped(table), "fields", ())]
    place = f"the table [{path}] has no key" if path else "there is no key or table"
    fix = _REPLACED.get(key) or _nearest(key, keys) or f"there are {', '.join(keys)}"
    return Mistake("", f'{place} "{key}"', fix)


def _nearest(written: str, words: list[str]) -> str:
    meant = nearest(written, words)
    return f"the nearest is {meant}" if meant else ""


def _inside(root: "Type", path: str) -> Any:
    """The type at a path such as "training.instance_types[0]"."""
    kind: Any = root
    for name, _ in re.findall(r"(\w+)|(\[.*?\])", path):
        kind = _unwrapped(kind)
        if name:
            fields = {field.encode_name: field.type for field in getattr(kind, "fields", ())}
            kind = fields.get(name)
        else:
            kind = getattr(kind, "item_type", None) or getattr(kind, "value_type", None)
    return kind


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
