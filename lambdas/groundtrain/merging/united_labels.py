"""Labels of several jobs on one record: kept aside until the line is written that has them all."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import msgspec

from groundtrain.errors import ManifestError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_types.union import (
    IncompatibleLabelsError,
    LabelAndMetadata,
    UnitedLabel,
)
from groundtrain.manifest.lines import Lines
from groundtrain.merging.chosen_lines import ChosenLines, Place
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import MergeableLineReader
from groundtrain.merging.rewriting import Rewriter
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

_IN_MEMORY = 64 << 20  # bytes


@contextmanager
def united_labels(
    inputs: Sequence[MergeInput],
    chosen: ChosenLines,
    keys: Keys,
    rewriters: Sequence[Rewriter],
    iou_threshold: float | None,
) -> Iterator["UnitedLabels"]:
    """The labels, which are read when the block begins, and forgotten when it ends."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        united = UnitedLabels(inputs, chosen, keys, rewriters, iou_threshold, file)
        united.read()
        yield united


class UnitedLabels:
    """The labels that are written on other lines.

    Args:
        inputs: the manifests.
        chosen: whose labels are written where.
        keys: of the merged manifest.
        rewriters: of the lines of each manifest.
        iou_threshold: see `LabelType.unite`.
        file: where they are kept.

    Attributes:
        repeated: for each manifest, items of these labels that are not written, see `Rewriter.repeated`.
    """

    def __init__(
        self,
        inputs: Sequence[MergeInput],
        chosen: ChosenLines,
        keys: Keys,
        rewriters: Sequence[Rewriter],
        iou_threshold: float | None,
        file: IO[bytes],
    ) -> None:
        self._inputs, self._chosen, self._keys, self.rewriters = inputs, chosen, keys, rewriters
        self._iou_threshold, self._file = iou_threshold, file
        self._starts: dict[Place, tuple[int, int]] = {}
        self.repeated = [Counter[str]() for _ in inputs]

    def read(self) -> None:
        """Keep the labels that are written on other lines, or beside another one."""
        for position in range(len(self._inputs)) if self._chosen.united else ():
            self._read(position)

    def of_line(self, place: Place, line: bytes, source: str) -> tuple[bytes, Sequence[Counter[str]]]:
        """The line with all labels of its record, and of each further one the items that are there already.

        Args:
            place: of the first label.
            line: as it is written with that alone.
            source: of the record.

        Raises:
            ManifestError: the labels cannot be put together.
        """
        pieces, keys = decode_pieces(line), self._keys
        first = msgspec.json.decode(pieces[keys.label]), msgspec.json.decode(pieces[keys.metadata])
        before = msgspec.json.encode(first)
        further = self._chosen.united[place]
        kept = [self._kept(each) for each in further]
        united = self._united(place, source, [first, *(label for label, _ in kept)])
        if united is None:
            return line, [Counter(shown) for _, shown in kept]
        if msgspec.json.encode((united.label, united.metadata)) == before:
            return line, united.taken_as_one[1:]
        changed = {**pieces, keys.label: united.label, keys.metadata: united.metadata}
        return msgspec.json.encode(changed), united.taken_as_one[1:]

    def _united(self, place: Place, source: str, labels: list[LabelAndMetadata]) -> UnitedLabel | None:
        unite = self._inputs[0].label_type.unite
        if unite is None:
            return None  # they say the same, see `refuse_contradictions`
        try:
            return unite(labels, self._iou_threshold)
        except IncompatibleLabelsError as error:
            lines = " and ".join(map(self._in_words, (place, *self._chosen.united[place])))
            raise ManifestError(
                f"the labels of {source} cannot be put together, {lines}: {error}",
                fix="correct the label that is wrong; or take the newest: `--overlap newest`",
            ) from error

    def _in_words(self, place: Place) -> str:
        return f"{self._inputs[place.manifest].name(place.choice)} line {place.line}"

    def _read(self, position: int) -> None:
        merge_input, rewriter = self._inputs[position], self.rewriters[position]
        reader = MergeableLineReader(merge_input, unite=True)
        for number, line in Lines(merge_input.source.open()):
            if not self._chosen.taken[position][number]:
                continue
            if isinstance(found := reader.read(number, line), Finding):
                continue
            for mergeable in found:
                place = Place(position, number, mergeable.choice)
                if place in self._chosen.given:
                    names = reader.names(mergeable)
                    self.repeated[position] += rewriter.repeated(mergeable, names)
                    pieces = decode_pieces(rewriter.rewrite(number, mergeable, names))
                    label = pieces[self._keys.label], pieces[self._keys.metadata]
                    self._keep(place, msgspec.json.encode((label, reader.shown(mergeable))))

    def _keep(self, place: Place, text: bytes) -> None:
        self._starts[place] = self._file.tell(), len(text)
        self._file.write(text)

    def _kept(self, place: Place) -> tuple[LabelAndMetadata, dict[str, int]]:
        start, length = self._starts[place]
        self._file.seek(start)
        found: tuple[tuple[Any, dict[str, Any]], dict[str, int]] = msgspec.json.decode(
            self._file.read(length), type=tuple[tuple[Any, dict[str, Any]], dict[str, int]]
        )
        return found
