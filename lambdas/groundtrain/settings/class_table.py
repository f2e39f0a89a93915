"""The `[dataset.classes]` table: classes that get another name, and classes that are left out."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from groundtrain.printable_text import is_blank
from groundtrain.quantities import quoted
from groundtrain.settings.mistakes import Mistake

_RENAME, _DROP = "dataset.classes.rename", "dataset.classes.drop"
_NO_NAME = ("a name in which nothing is visible", "write the whole name")


class ClassTable(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Classes that get another name, and classes that are left out, before anything is counted.

    Attributes:
        rename: new names by the names that lines have; what has one new name is one class.
        drop: classes whose labels are left out.
        emptied_records: what becomes of a record that loses all its labels so: "drop" leaves it out, "keep"
            makes it one without objects, where its label can say so.
    """

    rename: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    emptied_records: Literal["drop", "keep"] = "drop"

    @property
    def changes_nothing(self) -> bool:
        """Whether no class is named."""
        return not (self.rename or self.drop)

    def new_name(self, name: str) -> str:
        """The name that a class gets."""
        return self.rename.get(name, name)

    def rename_with(self, further: Mapping[str, str]) -> dict[str, str]:
        """`rename` with further names, which may be new names of the table."""
        return {name: further.get(new, new) for name, new in self.rename.items()} | dict(further)


NO_CHANGES = ClassTable()


def class_mistakes(table: ClassTable) -> Iterator[Mistake]:
    """Names that cannot be, and what would depend on the order in which names are changed."""
    for name, new in table.rename.items():
        yield from _rename_mistakes(name, new, table)
    for name in dict.fromkeys(table.drop):
        if is_blank(name):
            yield Mistake(_DROP, *_NO_NAME)
        if table.drop.count(name) > 1:
            yield Mistake(_DROP, f"{quoted(name)} is there twice", "name it once")


def _rename_mistakes(name: str, new: str, table: ClassTable) -> Iterator[Mistake]:
    if is_blank(name) or is_blank(new):
        yield Mistake(_RENAME, *_NO_NAME)
    elif name == new:
        yield Mistake(_RENAME, f"{quoted(name)} would get the name that it has", "leave it out")
    elif name in table.drop:
        yield Mistake(_RENAME, f"{quoted(name)} is to be dropped as well", "do one of the two")
    elif new in table.drop:
        seen = f"{quoted(name)} would become {quoted(new)}, which is to be dropped"
        yield Mistake(_RENAME, seen, f"drop {quoted(name)}, too, or do not drop {quoted(new)}")
    elif new in table.rename:
        seen = f"{quoted(name)} would become {quoted(new)}, which gets another name itself"
        last = table.rename[new]
        fix = "give each class the name that it is to have in the end"
        if last != name and last not in table.rename:
            fix = f"{fix}: {_toml_text(name)} = {_toml_text(last)}"
        yield Mistake(_RENAME, seen, fix)


def rename_in_toml(rename: Mapping[str, str]) -> str:
    """The value of `rename` as it is written in a settings file, whatever characters the names have."""
    return f"{{ {', '.join(f'{_toml_text(name)} = {_toml_text(new)}' for name, new in rename.items())} }}"


def _toml_text(name: str) -> str:
    """A basic string of TOML 1.0 that can be seen, copied and put between backticks."""
    is_usual = unicodedata.normalize("NFC", name) == name
    return f'"{"".join(_escaped(letter, is_usual=is_usual) for letter in name)}"'


def _escaped(letter: str, *, is_usual: bool) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable() and letter != "`" and (is_usual or letter.isascii()):
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 1 << 16 else f"\\U{ord(letter):08x}"
