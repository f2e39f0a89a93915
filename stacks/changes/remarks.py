"""What reviewers are told, in the order in which they should look."""

import json
from collections.abc import Iterable
from enum import Enum
from typing import Any

from msgspec import Struct

from stacks.changes.difference import Change, Path


class Section(Enum):
    """Where a remark stands; the first come first."""

    PERMISSIONS = "Permissions widened"
    EXPOSURE = "Public access and protection"
    DATA = "Deleted, replaced, or kept for less long"
    COST = "Costs money"
    REST = "The rest"


class Remark(Struct, frozen=True):
    """One thing to see.

    Attributes:
        text: Markdown, one line.
        about: the parts of its change that it speaks of; the empty path is all of it.
    """

    section: Section
    text: str
    about: tuple[Path, ...] = ()


def speaks_of(remarks: Iterable[Remark], path: Path) -> bool:
    """Whether one of the remarks is about that part."""
    return any(path[: len(part)] == part for remark in remarks for part in remark.about)


def name_of(change: Change) -> str:
    """How a change is called: its stack and its logical id."""
    return code(f"{change.stack}/{change.name}")


def turned(before: Any, after: Any) -> str:
    """A value and what it becomes."""
    return f"{code(_shown(before))} → {code(_shown(after))}"


def code(text: str) -> str:
    """Text as Markdown's code: whatever stands in it is one line and does nothing."""
    line = " ".join(text.split()) or " "
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    fence = "`" * (_longest_run_of_ticks(line) + 1)
    space = " " if "`" in (line[0], line[-1]) else ""
    return f"{fence}{space}{line}{space}{fence}"


_LONGEST = 300


def _shown(value: Any) -> str:
    return "(none)" if value is None else value if isinstance(value, str) else _as_json(value)


def _as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _longest_run_of_ticks(line: str) -> int:
    runs = "".join(letter if letter == "`" else " " for letter in line).split()
    return max(map(len, runs), default=0)
