"""What a file is that is not of the format asked for."""

from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.manifest.other_formats import MANIFEST, what_it_is
from groundtrain.manifest.other_tools import FILE
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


def refuse_binary(path: Path, expected: str) -> None:
    """Check that a file which is read line by line begins as text: zeros without an end have no line.

    Raises:
        ManifestError: it does not, and is called what it is.
        GroundtrainError: it cannot be read.
    """
    if b"\0" in next(FileManifest(path).open(), b""):
        raise wrong_file(path, expected)
