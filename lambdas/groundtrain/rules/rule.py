"""A rule: what it finds, why that matters in training, and what a person does about it."""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

LONG = "…"


class Severity(StrEnum):
    """The effect of a finding: an error excludes its line, or on the whole file, prevents training."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITIES = (*Severity,)
"""The gravest first."""


class Example(Struct, frozen=True):
    """What fails a rule, and the same repaired: shown to people, and held to by a test.

    Attributes:
        failing, repaired: what is shown; in a manifest, … stands for `length` characters, and a lone
            surrogate for a byte that is not UTF-8.
        shows: what they are: a manifest's lines, those of one for validation, a sequence's label file, a
            settings file, a training program, the manifest's address, or in words an image, an account, or a
            fault of ours.
        label: attribute to choose, None for the only one.
        settings: further settings, where a manifest is shown.
        manifest: lines, where something else is shown; of the one for training, beside one for validation.
        categories: names in the label category file.
        counters: LabelCounters of the labeling job.
        options: of `groundtrain rehearse`, where a program is shown.
        program: a training program that is rehearsed, where its settings are shown.
    """

    failing: str
    repaired: str
    shows: Literal[
        "manifest", "validation", "sequence", "settings", "address", "image", "program", "account"
    ] = "manifest"
    length: int = 1
    label: str | None = None
    settings: str = ""
    manifest: str = ""
    categories: tuple[str, ...] = ()
    counters: dict[str, int] = {}
    options: str = ""
    program: str = ""


class Rule(Struct, frozen=True):
    """One row of the table of rules.

    Attributes:
        code: stable, "GT" and three digits; the first digit is the family.
        name: short, in words joined by hyphens.
        why: one sentence on what happens in training when it is ignored.
        fix: what a person does about it, one clause.
        example: what fails it, and the same repaired.
        whole_file: found once for the file, not on a line; as an error, the manifest will not train.
        fixable: `fix` in settings, or `--fix`, fixes it safely.
        always: cannot be ignored, since no training could use the line (or the file).
    """

    code: str
    name: str
    severity: Severity
    why: str
    fix: str
    example: Example
    whole_file: bool = False
    fixable: bool = False
    always: bool = False

    @property
    def is_error(self) -> bool:
        """Whether its findings leave out their lines, or prevent training."""
        return self.severity is Severity.ERROR
