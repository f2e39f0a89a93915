"""Options that name files: to write, and to read as a whole."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from groundtrain.calls.files import refuse_to_read, refuse_to_write


class FilePath(click.Path):
    """The path of a file, which `refuse` may refuse by the option and the text that is given for it."""

    def __init__(self, refuse: Callable[[str, str], None]) -> None:
        super().__init__(path_type=Path)
        self._refuse = refuse

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> Path:
        """The path; click's signature."""
        self._refuse(param.opts[-1] if param else "file", os.fspath(value))
        return Path(value)


output_path = FilePath(refuse_to_write)
input_path = FilePath(refuse_to_read)
category_file_option = click.option(
    "--category-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Label category file: all classes, in order.",
)
