"""A finding says which rule, where and what was seen; the rule says why it matters and how to fix it."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct


class Severity(StrEnum):
    """The effect of a finding: an error excludes its line, or on the whole file, prevents training."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Rule(Struct, frozen=True):
    """One row of the table of rules.

    Attributes:
        code: stable, "GT" and three digits; the first digit is the family.
        name: short, in words joined by hyphens.
        why: one sentence on what happens in training when it is ignored.
        fix: what a person does about it, one clause.
        whole_file: found once for the file, not on a line; as an error, the manifest will not train.
        fixable: `fix` in settings, or `--fix`, fixes it safely.
        always: cannot be ignored, since no training could use the line (or the file).
    """

    code: str
    name: str
    severity: Severity
    why: str
    fix: str
    whole_file: bool = False
    fixable: bool = False
    always: bool = False


class Finding(Struct, frozen=True):
    """A rule met on a line.

    Attributes:
        line: counted from 1, blank lines included; 0 for the whole file.
        path: JSON path in the line, such as "$.boxes.annotations[3]".
        message: what was seen, one clause, with the numbers.
        source: the record's source-ref or source, "" when it has none.
        fix: what a person does about it, one clause; "" where the rule's own says it all.
        names: all that the message tells the first few of, such as classes.
    """

    code: str
    line: int
    path: str
    message: str
    source: str = ""
    fix: str = ""
    names: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What a check of one line found: the rule's code, the JSON path, what was seen there, and what to do.

    The caller, which knows the line's number and source, makes a `Finding` of it.
    """

    code: str
    path: str
    message: str
    fix: str = ""

    def on(self, line: int, source: str) -> Finding:
        """The finding on this line."""
        return Finding(self.code, line, self.path, self.message, source, self.fix)
