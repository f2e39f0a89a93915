"""Options for files to write, which are never an input, and for files to read as a whole."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from groundtrain.errors import GroundtrainError
from groundtrain.input_files import fix_for, other_kind, refuse_other_kinds

_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


class _Output(click.Path):
    """A path to write to; addresses and streams are refused."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> Path:
        """The path."""
        option, text = param.opts[-1] if param else "output", os.fspath(value)
        if text == "-" or text.startswith(_STREAMS):
            raise GroundtrainError(
                f"{option} {text} is a stream, and only files are written",
                fix="name a file, then print it with cat",
            )
        if "://" in text:
            copy = f", then aws s3 cp it to {text}" if text.lower().startswith("s3://") else ""
            raise GroundtrainError(
                f"{option} {text} is an address, and only files of this machine are written",
                fix=f"write to a file{copy}",
            )
        refuse_other_kinds(Path(text), option)
        return Path(text)


class _Input(click.Path):
    """A path to a file that is read as a whole, such as an image."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> Path:
        """The path."""
        option, path = param.opts[-1] if param else "input", Path(value)
        try:
            kind = other_kind(path)
        except OSError as error:
            raise GroundtrainError(f"{option} {path}: {error.strerror}", fix=fix_for(error)) from error
        if kind:
            raise GroundtrainError(f"{option} {path} is {kind}, and no file", fix="name a file")
        return path


output_path = _Output()
input_path = _Input()


def refuse_overwriting(inputs: Iterable[str | Path | None], outputs: Mapping[str, Path | None]) -> None:
    """Check that no output is one of the inputs, or another output.

    Args:
        inputs: files, addresses, "-" or None.
        outputs: path by option.

    Raises:
        GroundtrainError
    """
    taken = {_real(one): f"{one}, which is read" for one in inputs if one not in (None, "-")}
    for option, path in outputs.items():
        if path is None:
            continue
        if (owner := taken.get(_real(path))) is not None:
            raise GroundtrainError(f"{option} {path} would overwrite {owner}", fix="name another file")
        taken[_real(path)] = f"what {option} writes"


def _real(path: str | Path | None) -> tuple[int, int] | Path:
    """Identity of a file, so that two names of one file are recognised."""
    real = Path(os.path.realpath(str(path)))
    try:
        status = real.stat()
    except OSError:
        return real
    return status.st_dev, status.st_ino
