"""Settings of a folder with manifests, for `check`: `groundtrain.toml`, or a table of `pyproject.toml`."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NoReturn

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from groundtrain.errors import SettingsError
from groundtrain.input_files import read_whole
from groundtrain.rules.selection import code_of, invalid_code_reason
from groundtrain.settings.mistakes import Mistake, explain_invalid_value

FILE, PROJECT_FILE = "groundtrain.toml", "pyproject.toml"
_TABLE = ("tool", "groundtrain")
_LARGEST = 1 << 20  # bytes
_OTHERWISE = "correct it, or ignore the file: --no-settings"


class ProjectSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What such a file may say; its keys are those of `[dataset]` in an environment's settings."""

    label: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    split: Literal["stable", "stratified"] | None = None


class ProjectFile(Struct, frozen=True):
    """A file that was found, by its path from the current directory, and what it says."""

    path: Path
    settings: ProjectSettings

    @property
    def place(self) -> str:
        """Where its keys stand, in words."""
        return str(self.path) if self.path.name == FILE else f"[{'.'.join(_TABLE)}] of {self.path}"

    @property
    def values(self) -> dict[str, Any]:
        """What it says, by key."""
        return {key: value for key, value in asdict(self.settings).items() if value}


def project_file_above(folder: Path) -> ProjectFile | None:
    """The file in a folder or, if there is none, in the nearest one above it; None where there is none.

    A pyproject.toml without the table [tool.groundtrain] is none. Beside one, groundtrain.toml counts.

    Raises:
        SettingsError: it is not TOML, or a key, type or value is wrong; names file, key and reason.
    """
    for place in (folder, *folder.parents):
        for name in FILE, PROJECT_FILE:
            path = Path(os.path.relpath(place / name))
            # says False where nothing may be looked at
            if os.path.exists(path) and (table := _table(path)) is not None:  # noqa: PTH110
                return ProjectFile(path, _settings(table, path))
    return None


def _table(path: Path) -> Any:
    """What is ours in a file; None where nothing is."""
    try:
        found: Any = tomllib.loads(read_whole(path, _LARGEST, _OTHERWISE).decode())
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        _refuse(path, Mistake("", f"not TOML: {error}", _OTHERWISE))
    for name in _TABLE if path.name == PROJECT_FILE else ():
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def _settings(table: Any, path: Path) -> ProjectSettings:
    try:
        settings = msgspec.convert(table, ProjectSettings)
    except msgspec.ValidationError as error:
        mistake = explain_invalid_value(str(error), ProjectSettings, table)
        is_general = "environments/" in mistake.fix  # which these are not
        _refuse(path, replace(mistake, fix=_OTHERWISE) if is_general else mistake)
    select, ignore = _codes(settings.select), _codes(settings.ignore)
    written = replace(settings, select=select, ignore=ignore)
    for mistake in _mistakes(written):
        _refuse(path, mistake)
    return written


def _codes(written: tuple[str, ...]) -> tuple[str, ...]:
    """Codes as options have them: in letters of any size, or the names of rules."""
    return tuple(code_of(code) or code.strip().upper() for code in written)


def _mistakes(settings: ProjectSettings) -> Iterator[Mistake]:
    for key in "select", "ignore":
        for code in getattr(settings, key):
            if reason := invalid_code_reason(code, key):
                yield Mistake(key, reason, "groundtrain rule lists all codes")


def _refuse(path: Path, mistake: Mistake) -> NoReturn:
    raise SettingsError(f"{path}: {mistake}", fix=mistake.fix)
