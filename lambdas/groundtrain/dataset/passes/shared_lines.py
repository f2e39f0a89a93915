"""Lines of a small manifest, taken apart once for the passes for each of its label attributes.

A line may have a thousand label attributes, and a thousand lines may lack the one that a pass is for. So
lines are read without their other labels wherever that comes to the same, and only counted where they lack
the one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice

import msgspec
from msgspec import Raw, Struct

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import LineCounter
from groundtrain.dataset.passes.decisions import Decision, Kept
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.single_pass import LinesRead, add_decisions, read_alone
from groundtrain.dataset.passes.whole_manifest import WholeManifest
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.input_manifest_limits import EXCESS, find_excess
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, label_names
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS, explain_overlooked
from groundtrain.record_keys import METADATA, SOURCE, SOURCE_REF, Keys
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE, MAX_LINE, MOST_ATTRIBUTES

MOST_BYTES = 16 << 20
"""Of a manifest that is held in memory, which takes four times as much."""

_BATCH = 64


class SharedLine(Struct, gc=False):
    """A line, and its attributes where it has no fault but in their values.

    Attributes:
        pieces: its attributes; none where only reading all of it tells what it is.
        own: those that belong to no label.
        sources: keys of its source, where that is a text.
        types: types of the labels that it has, by name.
        excess: what is to be said of its length and the number of its attributes, whatever label is read.
    """

    number: int
    text: bytes
    pieces: Mapping[str, Raw] = {}
    own: Mapping[str, Raw] = {}
    sources: tuple[str, ...] = ()
    types: Mapping[str, str] = {}
    excess: tuple[Finding, ...] = ()

    def lacks(self, keys: Keys) -> bool:
        """Whether all there is to be said of it is that it has no label (GT201)."""
        return (
            keys.label not in self.pieces and keys.metadata not in self.pieces and keys.source in self.sources
        )

    def with_labels(self, keys: Sequence[str]) -> bytes:
        """The line without labels and metadata but these."""
        left = {**self.own, **{key: self.pieces[key] for key in keys if key in self.pieces}}
        return self.text if len(left) == len(self.pieces) else msgspec.json.encode(left)


class SharedLines:
    """All lines of a manifest.

    Attributes:
        has_dollar: whether the name of an attribute begins with $.
    """

    def __init__(self, source: ManifestSource) -> None:
        self._source, self._totals = source, Lines(source.open())
        self._names, self.has_dollar = set[str](), False
        self._lines = [self._taken_apart(number, text) for number, text in self._totals]

    @classmethod
    def of(cls, source: ManifestSource) -> "SharedLines | None":
        """None where the manifest is too large, or each line is to be read for a name that begins with $."""
        shared = cls(source) if source.size <= MOST_BYTES else None
        return None if shared is None or shared.has_dollar else shared

    def read_lines(self, source: ManifestSource, given: PassSettings, outputs: Outputs) -> LinesRead:
        """One pass for one label attribute, see `ReadLines`."""
        if source is not self._source:  # its lines are not those that were taken apart
            return read_alone(source, given, outputs)
        reader = _LabelReader(given)
        counter, whole, examples = LineCounter(given), WholeManifest.of(given.label_type), given.most_findings
        for lack_label, lines in groupby(self._lines, lambda line: line.lacks(given.keys)):
            for batch in _batches(islice(lines, examples) if lack_label else lines):
                examples -= len(batch) if lack_label else 0
                add_decisions(list(map(reader.decide, batch)), reader.decider, counter, whole, outputs)
            counter.add_unlabeled([line.types for line in lines])
        counter.counts.other_labels |= self._names - {given.keys.label}
        return LinesRead(self._totals, counter.counts, whole)

    def _taken_apart(self, number: int, text: bytes) -> SharedLine:
        try:
            pieces = decode_pieces(without_comma(text[: MAX_LINE + 1]))
        except DECODE_ERRORS:
            return SharedLine(number, text)
        names = label_names(pieces)
        found = {name: label for name in names if (label := label_attribute(pieces, name))}
        self._names.update(found)
        self.has_dollar = self.has_dollar or any(key.startswith("$") for key in pieces)
        if without_comma(text) is not text or len(text) > MAX_LINE or explain_overlooked(text):
            return SharedLine(number, text)
        of_labels, is_long = set(names), len(text) > LONGEST_ATTRIBUTE or len(pieces) > MOST_ATTRIBUTES
        return SharedLine(
            number,
            text,
            pieces,
            {k: piece for k, piece in pieces.items() if k not in of_labels and not k.endswith(METADATA)},
            tuple(key for key in (SOURCE_REF, SOURCE) if _is_text(pieces.get(key))),
            {name: label.type.lower() for name, label in found.items() if name in pieces},
            tuple(find_excess(text, pieces)) if is_long else (),
        )


class _LabelReader:
    """Decides lines for one label attribute."""

    def __init__(self, given: PassSettings) -> None:
        self.decider, self._active = LineDecider(given), given.active
        verifications = ((name, name + METADATA) for name in given.earlier.verifications)
        self._keys = (*given.keys, *chain.from_iterable(verifications))

    def decide(self, line: SharedLine) -> Decision:
        """As of the whole line; where it is not to be kept, that is read."""
        text = line.with_labels(self._keys)
        decision = self.decider.decide(line.number, text)
        if text is line.text:
            return decision
        if not isinstance(decision, Kept):
            return self.decider.decide(line.number, line.text)
        source = decision.record.source
        excess = (each.on(line.number, source) for each in line.excess if each.code in self._active)
        others = (finding for finding in decision.logged if finding.code not in EXCESS)
        decision.logged = (*others, *excess)
        return decision


def _batches(lines: Iterator[SharedLine]) -> Iterator[list[SharedLine]]:
    while batch := list(islice(lines, _BATCH)):
        yield batch


def _is_text(value: Raw | None) -> bool:
    return value is not None and bytes(value).startswith(b'"') and bytes(value) != b'""'
