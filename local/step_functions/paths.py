"""The part of JSONPath that is known here: `$`, and members by name, such as `$.shard.key`.

Source: Amazon States Language, "Paths" and "Reference Paths". What else a path may be is refused by
`path_fault`, before anything runs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.step_functions.failures import StateError

_PATH = re.compile(r"\$(\.[A-Za-z_][A-Za-z0-9_-]*)*")


def path_fault(path: object) -> str | None:
    """What is wrong with a path, as the end of a sentence, or None."""
    if isinstance(path, str) and _PATH.fullmatch(path):
        return None
    return f"the path {path!r} is not $ or $.members by name, which is all that is known"


def template_faults(template: object) -> Iterator[str]:
    """What is wrong with the paths in a payload template."""
    if isinstance(template, list):
        for item in template:
            yield from template_faults(item)
    elif isinstance(template, dict):
        for name, value in template.items():
            fault = path_fault(value) if name.endswith(".$") else None
            yield from [fault] if fault else []
            yield from template_faults(value)


def value_at(path: str, document: Any) -> Any:
    """What a path leads to.

    Raises:
        StateError: to nothing (States.ParameterPathFailure, which the language has for a path in a template).
    """
    found = document
    for name in path.split(".")[1:]:
        if not isinstance(found, dict) or name not in found:
            raise StateError("States.ParameterPathFailure", f"The JSONPath '{path}' could not be found")
        found = found[name]
    return found


def filled(template: Any, document: Any) -> Any:
    """A payload template with what its paths lead to.

    Raises:
        StateError: a path leads to nothing.
    """
    if isinstance(template, list):
        return [filled(item, document) for item in template]
    if not isinstance(template, Mapping):
        return template
    return {
        name.removesuffix(".$"): value_at(value, document) if name.endswith(".$") else filled(value, document)
        for name, value in template.items()
    }


def placed(path: str | None, result: Any, document: Any) -> Any:
    """The document with a result put where ResultPath says: `$` is all of it, None leaves the result out."""
    if path is None:
        return document
    names = path.split(".")[1:]
    if not names:
        return result
    return _with(document if isinstance(document, dict) else {}, names, result)


def _with(document: Any, names: list[str], result: Any) -> Any:
    if not names:
        return result
    inner = document if isinstance(document, dict) else {}
    return {**inner, names[0]: _with(inner.get(names[0]), names[1:], result)}
