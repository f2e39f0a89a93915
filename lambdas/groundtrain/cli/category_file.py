"""The --category-file option: a label category file on disk."""

from pathlib import Path

import click

from groundtrain.errors import ManifestError, SettingsError
from groundtrain.input_files import read_whole
from groundtrain.manifest.classes.category_file import parse_category_file

_LARGEST = 16 << 20  # bytes

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
    text = read_whole(path, _LARGEST, "name a label category file, as the labeling job had it")
    try:
        return parse_category_file(text, str(path))
    except ManifestError as error:
        raise SettingsError(error.message, fix=error.fix) from error
