"""The label category file: all classes of a labeling job, in the order of their ids."""

from codecs import BOM_UTF8
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.json_text import decode_json, decode_pieces
from groundtrain.manifest.unreadable_lines import explain_overlooked
from groundtrain.printable_text import is_blank
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

_STRINGS = 2  # of a category that has its label and nothing else: the key and the name


class _Category(Struct, gc=False):
    label: str


class _CategoryFile(Struct):
    labels: list[_Category]


def parse_category_file(text: bytes, name: str) -> tuple[str, ...]:
    """Class names in order (Developer Guide, "Label Category Configuration File").

    Raises:
        ManifestError: it is not a label category file; `name` is its name in the message.
    """
    try:
        categories = decode_json(text.removeprefix(BOM_UTF8), _CategoryFile)
    except msgspec.DecodeError as error:
        raise ManifestError(
            f"{name} is not a label category file ({error})",
            fix='it wants {"labels": [{"label": "name"}, …]}',
        ) from error
    if problem := _find_overlooked(text.removeprefix(BOM_UTF8), len(categories.labels)):
        raise ManifestError(f"{name}: {problem.message}", fix=RULES[problem.code].fix)
    names = tuple(category.label for category in categories.labels)
    for number, label in enumerate(names, 1):
        if is_blank(label):
            raise ManifestError(f"{name}: category {number} has no name", fix="name it, as the job's was")
    return names


def dump_category_file(names: Sequence[str]) -> bytes:
    """The file with these classes, as Ground Truth has it (ibidem)."""
    labels = [{"label": name} for name in names]
    return msgspec.json.encode({"document-version": "2018-11-28", "labels": labels}) + b"\n"


def _find_overlooked(text: bytes, number: int) -> Finding | None:
    """A repeated key, without decoding a long list once more that holds nothing but this number of labels."""
    labels = bytes(decode_pieces(text)["labels"])
    if labels.count(b'"') == 2 * _STRINGS * number:
        text = text.replace(labels, b"[]", 1)
    return explain_overlooked(text)
