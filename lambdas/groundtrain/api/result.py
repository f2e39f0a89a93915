"""What functions give: frozen records with the names of the JSON that commands print, and tables of them."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from groundtrain.errors import GroundtrainError, WrongCallError
from groundtrain.output.check_json import placed_finding
from groundtrain.printable_text import printable
from groundtrain.quantities import quoted
from groundtrain.rules import RULES
from groundtrain.rules import findings as rules

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20  # rows of a table in a notebook


class Finding(Struct, frozen=True):
    """What was found on a line, in a whole file, or in settings.

    Attributes:
        code: of the rule, such as "GT204"; `groundtrain rule GT204` explains it.
        severity: "error", "warning" or "info".
        line: counted from 1; 0 for the whole file.
        path: JSON path in the line.
        message: what was seen.
        fix: what to do about it.
        source: the record's source-ref or source, "" when it has none.
        names: all that the message tells the first few of.
        manifest: name of the one that it is in, where a split is given by several; else "".
    """

    code: str
    severity: str
    message: str
    fix: str
    line: int = 0
    path: str = "$"
    source: str = ""
    names: tuple[str, ...] = ()
    manifest: str = ""

    @classmethod
    def of(cls, finding: rules.Finding, worded: Callable[[str], str]) -> Self:
        """The finding with its advice in these words."""
        document = placed_finding(replace(finding, fix=worded(finding.advice)))
        return msgspec.convert(msgspec.to_builtins(document), cls)


class Gate(Struct, frozen=True):
    """Whether training may be started, and if not, why."""

    open: bool
    reasons: tuple[str, ...] = ()


class ClassChange(Struct, frozen=True):
    """What became of a class that the settings change: its new name, "" where it is dropped; its labels."""

    name: str
    becomes: str
    labels: int
    already_there: int = 0


class Table(NamedTuple):
    """Rows, each with a value for every column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def to_pandas(self) -> "pd.DataFrame":
        """As a data frame.

        Raises:
            GroundtrainError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise GroundtrainError(
                "tables are data frames of pandas, which is not installed",
                fix="pip install pandas, or use the fields of the result",
            ) from error
        return pd.DataFrame(list(self.rows), columns=list(self.columns))

    def html(self, title: str) -> str:
        """As HTML, cut after its first rows; "" without rows."""
        if not self.rows:
            return ""
        head = "".join(f"<th>{shown(column)}</th>" for column in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{shown(cell)}</td>' for cell in row)}</tr>" for row in self.rows[:_SHOWN]
        )
        more = len(self.rows) - _SHOWN
        rest = f"<p>and {more:,} more</p>" if more > 0 else ""
        return f"<table><caption>{shown(title)}</caption><tr>{head}</tr>{body}</table>{rest}"


class Result(Struct, frozen=True, kw_only=True):
    """What a function gives; its fields are those of the JSON document that the command prints."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The result of this document."""
        return msgspec.convert(msgspec.to_builtins(document), cls)

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        raise NotImplementedError

    def __str__(self) -> str:
        return printable(self.summary)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def tables(self) -> dict[str, Table]:
        """The tables of the result by name, the main one first."""
        raise NotImplementedError

    def to_pandas(self, table: str = "") -> "pd.DataFrame":
        """A table of the result as a data frame; without a name, the main one.

        Raises:
            WrongCallError: there is no table of this name.
            GroundtrainError: pandas is not installed.
        """
        tables = self.tables()
        if table not in ("", None, *tables):
            raise WrongCallError(
                f"there is no table {quoted(str(table))}", fix=f"name one of {', '.join(tables)}"
            )
        return tables[table or next(iter(tables))].to_pandas()

    def _repr_html_(self) -> str:
        return f"<p>{shown(self)}</p>" + "".join(each.html(name) for name, each in self.tables().items())


def shown(value: Any) -> str:
    """A value as HTML text: foreign characters that have no shape are visible, and nothing is markup."""
    return escape(printable(f"{value:,}" if isinstance(value, int) else str(value)))


def findings_table(findings: Sequence[Finding]) -> Table:
    """A row for each finding, whose columns are its fields."""
    columns = Finding.__struct_fields__
    return Table(columns, [[getattr(finding, column) for column in columns] for finding in findings])


def rules_table(**counts: Mapping[str, int]) -> Table:
    """A row for each rule, with its counts of each kind."""
    codes = sorted({code for each in counts.values() for code in each})
    return Table(
        ("code", "name", "severity", *counts),
        [[*_named(code), *(each.get(code, 0) for each in counts.values())] for code in codes],
    )


def _named(code: str) -> tuple[str, str, str]:
    rule = RULES.get(code)
    return (code, rule.name, str(rule.severity)) if rule else (code, "", "")
