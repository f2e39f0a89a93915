"""A rule: what it finds, why that matters in training, and what a person does about it."""

from enum import StrEnum

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

    @property
    def is_error(self) -> bool:
        """Whether its findings leave out their lines, or prevent training."""
        return self.severity is Severity.ERROR
