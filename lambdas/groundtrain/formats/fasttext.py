r"""Texts with classes as fastText trains on them: `__label__a __label__b the text`, one on each line.

fasttext.cc, "Text classification", and its dictionary.cc: words end at spaces, tabs, \v, \f, \r and zero
bytes, every word that begins with the prefix is a label, and a line without one is passed over.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.formats.format import Exchange, Format, FormatOption
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind
from groundtrain.formats.losses import Losses
from groundtrain.formats.text_lines import text_lines
from groundtrain.formats.wrong_file import explained
from groundtrain.printable_text import is_blank
from groundtrain.quantities import quantity

_PREFIX = "__label__"
_EXPECTED = "a fastText file, whose lines begin with __label__"
_SPACES = " \t\v\f\r\0"
_TYPES: dict[str, LabelKind] = {"text-classification": "class", "text-classification-multilabel": "classes"}


class _Labels:
    """Takes the labels out of a line."""

    def __init__(self, prefix: str) -> None:
        word = f"{re.escape(prefix)}([^{_SPACES}]*)"
        self._first = re.compile(f"[{_SPACES}]*{word}")
        self._within = re.compile(f"(?<![^{_SPACES}]){word}[{_SPACES}]*")

    def first(self, line: str) -> tuple[dict[str, None], str]:
        """Labels that the line begins with, each once, and the rest of it."""
        labels: dict[str, None] = {}
        at = 0
        while found := self._first.match(line, at):
            labels[found[1]] = None
            at = found.end()
        return labels, line[at:].strip(_SPACES)

    def all(self, line: str) -> tuple[dict[str, None], str, bool]:
        """All labels, the text without them, and whether some stood within it."""
        labels, text = self.first(line)
        within = dict.fromkeys(found[1] for found in self._within.finditer(text))
        if not within:
            return labels, text, False
        return labels | within, self._within.sub("", text).strip(_SPACES), True


def read_fasttext(path: Path, exchange: Exchange) -> LabeledItems:
    """The classes of each text; see `Format.read`. The file is read once for them, and once for the texts."""
    labels = _Labels(exchange.options.get("label_prefix") or _PREFIX)
    classes: dict[str, None] = {}
    most, place_of_most = 0, ""
    for place, line in text_lines(path, _EXPECTED):
        found, _, _ = labels.all(line)
        classes.update(found)
        if len(found) > most:
            most, place_of_most = len(found), place
    if not classes:
        error = ManifestError(
            f"{path} is not {_EXPECTED}: no line has a label",
            fix="name the file with labels, or say what they begin with by --label-prefix",
        )
        raise explained(error, path, _EXPECTED, "fasttext")
    kind = _TYPES.get(exchange.options.get("type", "")) or ("classes" if most > 1 else "class")
    if kind == "class" and most > 1:
        raise ManifestError(
            f"{place_of_most}: {quantity(most, 'class', 'classes')} of one text",
            fix="keep one of them, or leave out --type",
        )
    return LabeledItems(kind, tuple(classes), _items(path, labels, exchange.losses))


def count_fasttext(path: Path) -> str:
    """Texts and classes in words; see `Format.counted`."""
    found = read_fasttext(path, Exchange(ImageFolder(), Losses()))
    texts = sum(1 for _ in found.items)
    return f"{quantity(texts, 'text')}, {quantity(len(found.classes), 'class', 'classes')}"


def _items(path: Path, labels: _Labels, losses: Losses) -> Iterator[LabeledItem]:
    for place, line in text_lines(path, _EXPECTED):
        found, text, were_within = labels.all(line)
        if not found:
            losses.label("lines without a label, which fastText passes over", place)
        elif is_blank(text):
            losses.label("lines without a text", place)
        else:
            if were_within:
                losses.detail("labels within texts, taken out of them", place)
            yield LabeledItem(place=place, text=text, classes=tuple(found))


FASTTEXT = Format(
    name="fasttext",
    title="fastText",
    source="a fastText file: __label__ and a class, once or several times, and a text on each line",
    kinds=("class", "classes"),
    read=read_fasttext,
    counted=count_fasttext,
    read_options=(
        FormatOption("--label-prefix", "What labels begin with; __label__ otherwise.", metavar="TEXT"),
        FormatOption("--type", "Type of the labels.", choices=("by-lines", *_TYPES)),
    ),
)
