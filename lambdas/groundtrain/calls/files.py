"""Files that a call names: to write, which are never an input, and to read as a whole."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from groundtrain.errors import GroundtrainError, ManifestError, SettingsError, WrongCallError
from groundtrain.input_files import fix_for, other_kind, read_whole, refuse_other_kinds
from groundtrain.manifest.classes.category_file import parse_category_file
from groundtrain.rules.advice import option_words

_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")
_LARGEST_CATEGORY_FILE = 16 << 20  # bytes


def refuse_to_write(option: str, text: str) -> None:
    """Refuse addresses and streams, and what is there and is no file.

    Raises:
        GroundtrainError
    """
    if text == "-" or text.startswith(_STREAMS):
        raise GroundtrainError(
            f"{option_words((option, text))} is a stream, and only files are written",
            fix="name a file, then print it with cat",
        )
    if "://" in text:
        copy = f", then aws s3 cp it to {text}" if text.lower().startswith("s3://") else ""
        raise GroundtrainError(
            f"{option_words((option, text))} is an address, and only files of this machine are written",
            fix=f"write to a file{copy}",
        )
    refuse_other_kinds(Path(text), option_words((option, text)))


def refuse_to_read(option: str, text: str) -> None:
    """Refuse what is there and is no file.

    Raises:
        GroundtrainError
    """
    path = Path(text)
    try:
        kind = other_kind(path)
    except OSError as error:
        raise GroundtrainError(f"{option} {path}: {error.strerror}", fix=fix_for(error)) from error
    if kind:
        raise GroundtrainError(f"{option} {path} is {kind}, and no file", fix="name a file")


def refuse_other_than_folder(option: str, path: Path) -> None:
    """Refuse what is no folder.

    Raises:
        WrongCallError
    """
    if not os.path.isdir(path):  # noqa: PTH112  says False to names that cannot be
        raise WrongCallError(f"{option_words((option, path))} is no folder", fix="check the path")


def refuse_overwriting(inputs: Iterable[str | Path | None], outputs: Mapping[str, Path | None]) -> None:
    """Check that no output is one of the inputs, or another output.

    Args:
        inputs: files, addresses, "-" or None.
        outputs: path by option.

    Raises:
        GroundtrainError
    """
    taken = {identity_of_file(one): f"{one}, which is read" for one in inputs if one not in (None, "-")}
    for option, path in outputs.items():
        if path is None:
            continue
        if (owner := taken.get(identity_of_file(path))) is not None:
            raise GroundtrainError(
                f"{option_words((option, path))} would overwrite {owner}", fix="name another file"
            )
        taken[identity_of_file(path)] = f"what `{option}` writes"


def is_same_file(one: str | Path, other: str | Path) -> bool:
    """Whether two names are of one file."""
    return identity_of_file(one) == identity_of_file(other)


def identity_of_file(path: str | Path | None) -> tuple[int, int] | Path:
    """Identity of a file, so that two names of one file are recognised."""
    real = Path(os.path.realpath(str(path)))
    try:
        status = real.stat()
    except OSError:
        return real
    return status.st_dev, status.st_ino


def read_category_file(path: Path) -> tuple[str, ...]:
    """Class names in order.

    Raises:
        SettingsError: there is no such file, or it is no label category file.
    """
    text = read_whole(path, _LARGEST_CATEGORY_FILE, "name a label category file, as the labeling job had it")
    try:
        return parse_category_file(text, str(path))
    except ManifestError as error:
        raise SettingsError(error.message, fix=error.fix) from error
