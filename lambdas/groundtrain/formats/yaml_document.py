"""Read a small YAML file from strangers: texts, lists and mappings, and the line of each.

Texts stay as they are written, so that a class may be called no, null or 007. Aliases, by which a few lines
can mean billions, and tags, which can ask for any object, are refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.input_files import read_whole
from groundtrain.quantities import quoted

LARGEST = 1 << 20
"""Bytes; some 20,000 names of classes."""
DEEPEST = 20


class YamlValue(Struct):
    """A text, a list, or a mapping by its keys as texts.

    Attributes:
        line: on which it begins, from 1.
        is_null: whether nothing is written, or ~ or null without quotation marks.
    """

    value: "str | list[YamlValue] | dict[str, YamlValue]"
    line: int
    is_null: bool = False


def read_yaml(path: Path) -> dict[str, YamlValue]:
    """The mapping that a file holds.

    Raises:
        SettingsError: it cannot be read, or is too large.
        ManifestError: it is no YAML, no mapping, or has aliases, tags or keys that are there twice.
    """
    text = read_whole(path, LARGEST, "name the folder of the data, or its YAML file")
    value = _Reading(str(path)).of(text).value
    if not isinstance(value, dict):
        raise ManifestError(f"{path} is no YAML file of a data folder: it holds no keys", fix="name another")
    return value


class _Reading:
    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, text: bytes) -> YamlValue:
        """The only document of a file."""
        import yaml  # here, since most commands read none

        try:
            self._refuse(yaml.parse(text, yaml.BaseLoader), yaml)
            node = yaml.compose(text, yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._error(line, str(error.problem or error.context), "correct it") from error
        except yaml.YAMLError as error:
            raise self._error(1, str(error).splitlines()[0], "save it as UTF-8") from error
        return YamlValue("", 1, is_null=True) if node is None else self._value(node)

    def _refuse(self, events: Iterator[Any], yaml: Any) -> None:
        """Whatever labels do not need; events come before anything is built of them."""
        depth = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self._error(line, "it has an anchor or alias (& or *)", "write out what is meant")
            if getattr(event, "tag", None):
                raise self._error(line, f"it has a tag ({quoted(event.tag)})", "write it without tags (!)")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise self._error(line, "it is nested too deeply", "check that it is the right file")

    def _value(self, node: Any) -> YamlValue:
        line = node.start_mark.line + 1
        if node.id == "scalar":
            is_null = node.style is None and node.value.lower() in ("", "~", "null")
            return YamlValue(node.value, line, is_null)
        if node.id == "sequence":
            return YamlValue([self._value(each) for each in node.value], line)
        found: dict[str, YamlValue] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise self._error(line, "a key is no text", "correct it")
            if key.value in found:
                raise self._error(
                    key.start_mark.line + 1,
                    f"the key {quoted(key.value)} is there twice",
                    "remove one of the two",
                )
            found[key.value] = self._value(value)
        return YamlValue(found, line)

    def _error(self, line: int, problem: str, fix: str) -> ManifestError:
        return ManifestError(f"{self._name} line {line}: this is no YAML as it should be: {problem}", fix=fix)
