"""A finding says which rule, where and what was seen; the rule says why it matters and how to fix it."""

from collections.abc import Iterable

from msgspec import UNSET, Struct, UnsetType

from groundtrain.rules.all_rules import RULES
from groundtrain.rules.rule import Rule


class Finding(Struct, frozen=True, gc=False):
    """What was found on a line, in a whole file, or in settings.

    Attributes:
        line: counted from 1, blank lines included; 0 for the whole file.
        path: JSON path in the line, such as "$.boxes.annotations[3]"; of a setting its table and key.
        message: what was seen, one clause, with the numbers.
        source: the record's source-ref or source, "" when it has none.
        fix: what a person does about it, one clause; "" where the rule's own says it all.
        names: all that the message tells the first few of, such as classes.
        manifest: name of the one that it is in, where a split is given by several.
    """

    code: str
    line: int
    path: str
    message: str
    source: str = ""
    fix: str = ""
    names: tuple[str, ...] = ()
    manifest: str | UnsetType = UNSET

    @classmethod
    def on_file(
        cls, code: str, message: str, *, path: str = "$", fix: str = "", names: Iterable[str] = ()
    ) -> "Finding":
        """A finding on the whole file, or on the setting at `path`."""
        return cls(code, 0, path, message, "", fix, tuple(names))

    @classmethod
    def unplaced(cls, code: str, message: str, path: str = "", fix: str = "") -> "Finding":
        """A finding of a check that knows neither line nor source: the caller adds them by `on`.

        `path` begins at the line ("$.boxes"), or at the value that the check sees ("annotations[3]").
        """
        return cls(code, 0, path, message, "", fix)

    def on(self, line: int, source: str, value: str = "$") -> "Finding":
        """The finding on this line; `value` is the path of what the check saw, such as "$.boxes"."""
        path = self.path
        if not path.startswith("$"):
            path = f"{value}.{path}" if path and path[0] != "[" else f"{value}{path}"
        return Finding(self.code, line, path, self.message, source, self.fix, self.names)

    @property
    def rule(self) -> Rule:
        """Its rule; KeyError for a finding of another version of groundtrain, whose rules are others."""
        return RULES[self.code]

    @property
    def is_error(self) -> bool:
        """Whether it leaves out its line, or prevents training; a rule of another version does neither."""
        rule = RULES.get(self.code)
        return rule is not None and rule.is_error

    def place(self, manifest: str) -> tuple[str, int]:
        """Name of its manifest and its line there; the one of this name where it says none."""
        return (manifest if self.manifest is UNSET else self.manifest), self.line

    @property
    def told(self) -> str:
        """The message, with the manifest that it is on where there are several."""
        return self.message if self.manifest is UNSET else f"{self.manifest}: {self.message}"

    @property
    def advice(self) -> str:
        """What a person does about it, one clause: its own fix where it has one, else that of its rule."""
        return self.fix or self.rule.fix

    @property
    def explained(self) -> str:
        """What was seen, and what to do, as one clause."""
        return f"{self.message}: {self.advice}"
