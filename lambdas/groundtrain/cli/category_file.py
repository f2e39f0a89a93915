"""The --category-file option: a label category file on disk."""

from pathlib import Path

import click

from groundtrain.errors import ManifestError, SettingsError
from groundtrain.manifest.category_file import parse_category_file

category_file_option = click.option(
    "--category-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Label category file: all classes, in order.",
)


def read_category_file(path: Path) -> tuple[str, ...]:
    """Class names in order.

    Raises:
        SettingsError: there is no such file, or it is no label category file.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror})", fix="check the path") from error
    try:
        return parse_category_file(text, str(path))
    except ManifestError as error:
        raise SettingsError(error.message, fix=error.fix) from error
