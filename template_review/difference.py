"""Where two sets of templates differ: resource by resource, value by value."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from stacks.readable_template import fold_hashes
from template_review.template_versions import Templates

Path = tuple[str | int, ...]


class Edit(Struct, frozen=True):
    """A value that differs; None where there is none."""

    path: Path
    before: Any
    after: Any


class Change(Struct, frozen=True, kw_only=True):
    """A resource (or output, or parameter) that differs.

    Attributes:
        stack: such as "storage".
        name: its logical id.
        type: such as "AWS::S3::Bucket"; for other elements the template's section, such as "Outputs".
        before: its definition, with asset hashes masked; None when it is new.
        after: likewise; None when it was removed.
        edits: the differences; empty when only asset hashes differ.
    """

    environment: str
    stack: str
    name: str
    type: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    edits: tuple[Edit, ...]

    @property
    def hash_only(self) -> bool:
        """Whether nothing but the hash of an asset differs."""
        return not self.edits


def compare(before: Templates, after: Templates) -> list[Change]:
    """Everything that differs, environment by environment."""
    names = sorted(before.keys() | after.keys())
    return [change for name in names for change in _compare(name, before.get(name, {}), after.get(name, {}))]


def environment_of(file: str) -> str:
    """The environment of a template; names of environments contain no hyphen."""
    return file.partition("-")[0]


def edits_between(before: Any, after: Any, path: Path = ()) -> Iterator[Edit]:
    """The smallest parts that differ; lists of different length differ as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from edits_between(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from edits_between(old, new, (*path, index))
    elif before != after:
        yield Edit(path, before, after)


def _compare(file: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for section in sorted(before.keys() | after.keys()):
        old, new = _named(section, before.get(section)), _named(section, after.get(section))
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield _change(file, section, name, old.get(name), new.get(name))


def _named(section: str, content: Any) -> dict[str, Any]:
    """The elements of a section by name; a description has no names."""
    if content is None:
        return {}
    return content if isinstance(content, dict) else {section: {"Value": content}}


def _change(file: str, section: str, name: str, before: Any, after: Any) -> Change:
    old, new = fold_hashes(before), fold_hashes(after)
    kind = (old or new).get("Type", section) if section == "Resources" else section
    return Change(
        environment=environment_of(file),
        stack=file.removesuffix(".json").partition("-")[2],
        name=name,
        type=kind,
        before=old,
        after=new,
        edits=tuple(edits_between(old, new)),
    )
