"""What a file is that is not of the format asked for."""

from pathlib import Path

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.other_folders import recognise_folder
from groundtrain.manifest.other_formats import MANIFEST, what_it_is
from groundtrain.manifest.other_tools import FILE, import_command
from groundtrain.manifest.source import FileManifest
from groundtrain.shell_commands import shell_argument


def wrong_file(path: Path, expected: str) -> ManifestError:
    """The error for a file that cannot be `expected`; it says what is there instead, where that is known.

    Raises:
        GroundtrainError: it cannot be read.
    """
    found = what_it_is(FileManifest(path))
    if found is None:
        return ManifestError(f"{path} is not {expected}", fix="name the file that holds the labels")
    fix = found.fix.replace(FILE, shell_argument(str(path))) if found.format else f"name {expected}"
    return ManifestError(f"{path} {found.what}, and not {expected}", fix=fix)


def explained(error: ManifestError, path: Path, expected: str, name: str) -> ManifestError:
    """The same error; for a file that is of another format than the one of this name, the error that says so.

    Raises:
        GroundtrainError: it cannot be read.
    """
    found = what_it_is(FileManifest(path))
    is_other = found is not None and found.format not in ("", name)
    return wrong_file(path, expected) if found is MANIFEST or is_other else error


def of_folder(error: GroundtrainError, path: Path, name: str) -> GroundtrainError:
    """The same error; for a folder of another format than the one of this name, the error that says so."""
    found = recognise_folder(path) if path.is_dir() else None
    if found is None or found.fix == import_command(name):
        return error
    fix = found.fix.replace(FILE, shell_argument(str(path)))
    return ManifestError(f"{path} {found.what}, and not what import {name} reads", fix=fix)


def refuse_binary(path: Path, expected: str) -> None:
    """Check that a file which is read line by line begins as text: zeros without an end have no line.

    Raises:
        ManifestError: it does not, and is called what it is.
        GroundtrainError: it cannot be read.
    """
    if b"\0" in next(FileManifest(path).open(), b""):
        raise wrong_file(path, expected)
