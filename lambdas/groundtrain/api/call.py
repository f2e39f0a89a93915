"""A call of a public function: its arguments as what does the work takes them, its errors in its words."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, defstruct

from groundtrain.api.words import SEVERAL, SWITCH, PythonCall
from groundtrain.calls.files import refuse_to_write
from groundtrain.calls.refusals import refusal_of
from groundtrain.calls.settings import codes_in
from groundtrain.errors import WrongCallError
from groundtrain.printable_text import printable
from groundtrain.quantities import quoted
from groundtrain.s3_addresses import SCHEME
from groundtrain.settings.mistakes import explain_invalid_value

AnyPath = str | os.PathLike[str]
Names = str | Iterable[str]
"""A name, or several."""

_ADDRESSES = {"manifest", "manifests", "validation_manifest", "test_manifest", "dataset", "predictions"}
_WRITTEN = {"output", "relabel"}
_CODES = {"select", "ignore", "fix", "relabel_rules"}
_OPTIONS = {"purpose": "--for"}


class Given(Struct):
    """The arguments of a call, without those that are None, and the words in which it is answered."""

    arguments: dict[str, Any]
    words: PythonCall


@contextmanager
def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Iterator[Given]:
    """The arguments of a call of this function, as `groundtrain.calls` takes them.

    Errors within the block, those of AWS and of the operating system included, are in words of the function.

    Raises:
        WrongCallError: an argument is not what the function takes.
    """
    hints = get_type_hints(function)
    words = _words_of(function.__name__, hints, arguments)
    try:
        given = {name: value for name, value in arguments.items() if not _is_left_out(value, hints[name])}
        yield Given({name: _taken(name, value, hints[name]) for name, value in given.items()}, words)
    except Exception as error:
        told = refusal_of(error)
        if told is None:
            raise
        told.message, told.fix = (printable(words.worded(text)) for text in (told.message, told.fix))
        told.args = (told.message,)
        if told is error:
            raise
        raise told from error


def _is_left_out(value: Any, hint: Any) -> bool:
    """None where a function needs a value is a value, too, and a wrong one; so is False beside a switch."""
    kinds = _kinds(hint)
    return (value is False and bool in kinds) or (value is None and type(None) in kinds)


def _words_of(function: str, hints: Mapping[str, Any], arguments: Mapping[str, Any]) -> PythonCall:
    options = {
        name: SEVERAL if _items(hint) else SWITCH if bool in _kinds(hint) else ""
        for name, hint in hints.items()
    }
    fix = 'fix=["{}"], output=FILE' if function == "check" else 'fix=["{}"]'
    return PythonCall(settings=str(arguments.get("settings") or ""), options=options, fix=fix)


def _kinds(hint: Any) -> tuple[Any, ...]:
    """What a union is of, or the one kind."""
    return get_args(hint) or (hint,)


def _items(hint: Any) -> Any:
    """What an iterable among them has; None without one."""
    return next((get_args(kind)[0] for kind in (hint, *get_args(hint)) if get_origin(kind) is Iterable), None)


def _taken(name: str, value: Any, hint: Any) -> Any:
    if name == "fix" and value is True:
        return ("GT",)
    items = _items(hint)
    if items is None:
        taken = _one(name, value, hint)
    elif isinstance(value, str | os.PathLike):
        taken = (_one(name, value, items),)
    elif isinstance(value, Iterable) and not isinstance(value, Mapping):
        taken = tuple(_one(name, each, items) for each in value)
    else:
        raise _not_what_is_taken(name, "a text, or a list of texts", value)
    return codes_in(taken)[0] if name in _CODES else taken


def _one(name: str, value: Any, hint: Any) -> Any:
    if os.PathLike[str] in _kinds(hint):
        return _path(name, value)
    if name == "command" and isinstance(value, str) and not _can_be_passed_on(value):
        raise _not_what_is_taken(name, "words that a command line can hold", value)
    if name != "command" and not _is_utf_8(value):
        raise _not_what_is_taken(name, "text that UTF-8 can hold", value)
    value = int(value) if _is_whole_number(value) else value
    try:
        converted = msgspec.convert(value, hint)
    except msgspec.ValidationError:
        raise _wrong_type(name, value, hint) from None
    if isinstance(converted, int) and converted < 1:
        raise _not_what_is_taken(name, "a number from 1 on", value)
    return converted


def _is_whole_number(value: Any) -> bool:
    """Those of numpy, too."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def _path(name: str, value: Any) -> str | Path:
    if not isinstance(value, str | os.PathLike):
        raise _not_what_is_taken(name, "a path", value)
    text = os.fsdecode(value)
    if name in _ADDRESSES and not isinstance(value, str) and text.startswith("s3:/"):
        text = f"s3://{text[4:].lstrip('/')}"  # what Path makes of an address
    if not _can_be_passed_on(text):
        raise _not_what_is_taken(name, "a name that a file system can hold", text)
    if name in _WRITTEN:
        refuse_to_write(_option(name), text)
    return text if name in _ADDRESSES else Path(text)


def _can_be_passed_on(text: str) -> bool:
    """Whether the operating system takes the text as a name or a word, or S3, which takes UTF-8 only."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return "\0" not in text and (_is_utf_8(text) or not text.startswith(SCHEME))


def _is_utf_8(value: Any) -> bool:
    """Whether the text can be written at all, or all those of a mapping."""
    parts = [*value, *value.values()] if isinstance(value, Mapping) else [value]
    try:
        "".join(part for part in parts if isinstance(part, str)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong_type(name: str, value: Any, hint: Any) -> WrongCallError:
    model, settings = defstruct("Arguments", [(name, hint)]), {name: value}
    try:
        msgspec.convert(settings, model)
    except msgspec.ValidationError as error:
        mistake = explain_invalid_value(str(error), model, settings)
    is_choice = " is not one of " in mistake.seen
    return WrongCallError(
        f"`{_option(name)}`: {mistake.seen.replace(' or null', '')}",
        fix=mistake.fix if is_choice else f"write another value for `{_option(name)}`",
    )


def _not_what_is_taken(name: str, expected: str, value: Any) -> WrongCallError:
    return WrongCallError(
        f"`{_option(name)}`: expected {expected}, got {quoted(str(value))}",
        fix=f"write another value for `{_option(name)}`",
    )


def _option(name: str) -> str:
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")
