"""Notes for reviewers, in sections by importance."""

import json
from collections.abc import Iterable
from enum import Enum
from typing import Any

from msgspec import Struct

from template_review.difference import Change, Path


class Section(Enum):
    """The sections, the most important first."""

    DEPLOYMENT = "Cannot be deployed"
    PERMISSIONS = "Permissions widened"
    EXPOSURE = "Public access and protection"
    DATA = "Deleted, replaced, or kept for less long"
    COST = "Costs money"
    REST = "The rest"


class Note(Struct, frozen=True):
    """One note.

    Attributes:
        text: Markdown, one line.
        about: paths in the change that it covers; the empty path covers all of it.
    """

    section: Section
    text: str
    about: tuple[Path, ...] = ()


def speaks_of(notes: Iterable[Note], path: Path) -> bool:
    """Whether one of the notes covers this path."""
    return any(path[: len(part)] == part for note in notes for part in note.about)


def name_of(change: Change) -> str:
    """Display name of a change: its stack and logical id."""
    return code(f"{change.stack}/{change.name}")


def turned(before: Any, after: Any) -> str:
    """The old and the new value."""
    return f"{code(_shown(before))} → {code(_shown(after))}"


def code(text: str) -> str:
    """Text as inline code in Markdown: on one line, and safe whatever it contains."""
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
