"""The --category-file option: a label category file on disk."""

from pathlib import Path

from groundtrain.errors import SettingsError
from groundtrain.manifest.category_file import parse_category_file


def read_category_file(path: Path) -> tuple[str, ...]:
    """Class names in order.

    Raises:
        SettingsError: there is no such file.
        ManifestError: it is no label category file.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror})", fix="check the path") from error
    return parse_category_file(text, str(path))
