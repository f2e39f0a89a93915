"""The label category file: all classes of a labeling job, in the order of their ids."""

from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.json_text import decode_json, decode_pieces
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS, explain_overlooked
from groundtrain.printable_text import is_blank
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

_QUOTES = 4  # of a category that has its label and nothing else: around key and name


class _Category(Struct, gc=False):
    label: str


class _CategoryFile(Struct):
    labels: list[_Category]


class _Taken:
    """In place of a category whose name was taken."""


class _TakenFile(Struct):
    labels: list[_Taken]


def parse_category_file(text: bytes, name: str) -> tuple[str, ...]:
    """Class names in order (Developer Guide, "Label Category Configuration File").

    Raises:
        ManifestError: it is not a label category file; `name` is its name in the message.
    """
    text = text.removeprefix(BOM_UTF8)
    try:
        names = _names(text)
        problem = _find_overlooked(text, len(names))
    except DECODE_ERRORS as error:
        raise ManifestError(
            f"{name} is not a label category file ({error})",
            fix='it wants {"labels": [{"label": "name"}, …]}',
        ) from error
    if problem:
        raise ManifestError(f"{name}: {problem.message}", fix=RULES[problem.code].fix)
    for number, label in enumerate(names, 1):
        if is_blank(label):
            raise ManifestError(f"{name}: category {number} has no name", fix="name it, as the job's was")
    return names


def dump_category_file(names: Sequence[str]) -> bytes:
    """The file with these classes, as Ground Truth has it (ibidem)."""
    labels = [{"label": name} for name in names]
    return msgspec.json.encode({"document-version": "2018-11-28", "labels": labels}) + b"\n"


def _names(text: bytes) -> tuple[str, ...]:
    """Names of a million categories fit into memory, and hardly what they were decoded into beside them."""
    names: list[str] = []

    def take(_: type, category: Any) -> _Taken:
        names.append(msgspec.convert(category, _Category).label)
        return taken

    taken = _Taken()
    try:
        file = msgspec.json.decode(text, type=_TakenFile, dec_hook=take)
        if len(file.labels) == len(names):  # else the key is there twice
            return tuple(names)
    except DECODE_ERRORS:
        names.clear()
    return tuple(category.label for category in decode_json(text, _CategoryFile).labels)


def _find_overlooked(text: bytes, number: int) -> Finding | None:
    """A repeated key, without decoding a long list once more that holds nothing but this number of labels."""
    pieces = decode_pieces(text)
    others = [bytes(piece) for key, piece in pieces.items() if key != "labels"]
    expected = 2 * len(pieces) + _QUOTES * number + sum(piece.count(b'"') for piece in others)
    if text.count(b'"') == expected:
        text = msgspec.json.encode({**pieces, "labels": []})
    return explain_overlooked(text)
