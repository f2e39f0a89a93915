"""The names of classes in the YAML file of a YOLO data folder: a list, or a mapping of ids to names."""

import re
from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.formats.losses import Losses
from groundtrain.formats.yaml_document import YamlValue
from groundtrain.printable_text import is_blank
from groundtrain.quantities import quoted

INTEGER = re.compile(r"[0-9]{1,9}", re.ASCII)


def class_names(file: Path, keys: dict[str, YamlValue], losses: Losses) -> dict[int, str]:
    """Names by ids, which may have gaps.

    Raises:
        ManifestError: there are none, or one is none.
    """
    said = keys.get("names")
    if said is None or isinstance(said.value, str):
        raise ManifestError(
            f"{file} has no names of classes", fix="add names:, a list or a mapping of ids to names"
        )
    pairs = (
        [(str(i), value) for i, value in enumerate(said.value)]
        if isinstance(said.value, list)
        else said.value.items()
    )
    names = {}
    for key, value in pairs:
        place = f"{file} line {value.line}"
        if not INTEGER.fullmatch(key) or int(key) in names:
            raise ManifestError(f"{place}: {quoted(key)} is no id of a class", fix="write 0, 1, 2 and so on")
        if not isinstance(value.value, str) or is_blank(value.value):
            raise ManifestError(f"{place}: class {key} has no name", fix="write one, or remove the line")
        names[int(key)] = value.value
    _compare_number(file, keys, names, losses)
    return names


def _compare_number(file: Path, keys: dict[str, YamlValue], names: dict[int, str], losses: Losses) -> None:
    number = keys.get("nc")
    if number is not None and number.value != str(len(names)):
        losses.oddity(
            "numbers of classes (nc) that are not that of their names",
            f"{file} line {number.line}: {number.value}, and {len(names)} names",
        )
