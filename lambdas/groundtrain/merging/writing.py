"""Write the merged manifest: its lines are rewritten, and unchanged parts keep their bytes."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from groundtrain.dataset.outputs import LineWriter
from groundtrain.manifest.lines import Lines
from groundtrain.merging.chosen_lines import ALONE, ChosenLines, Place
from groundtrain.merging.conflicts import LabeledSource
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import UNLABELED, MergeableLine, MergeableLineReader
from groundtrain.merging.merged_classes import MergedClasses
from groundtrain.merging.rewriting import Rewriter
from groundtrain.merging.united_labels import UnitedLabels, united_labels
from groundtrain.output_files import replaced_file
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding


class Written(Struct):
    """What was written of one manifest.

    Attributes:
        unlabeled: number of lines written without a label.
        repeated, replaced: items by class that are not written: as their line has the class under another id
            too, and as another label is taken.
        attributes: attributes beside labels and record key of lines that are not written, and that say
            something else there than the line that is; by name.
        taken_as_one: items that are not written as a label of another job has them already.
        examples: what the labels label that are examples of differing ones, by line and choice.
    """

    unlabeled: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    taken_as_one: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[int, int], LabeledSource] = {}


def write_merged(
    inputs: Sequence[MergeInput],
    chosen: ChosenLines,
    keys: Keys,
    classes: MergedClasses,
    output: Path,
    iou_threshold: float | None = None,
) -> list[Written]:
    """Write the chosen lines, manifest by manifest.

    Raises:
        SettingsError: the file cannot be written.
        LabelAttributeError: a line has another attribute with the label's new name.
        ManifestError: labels of one record cannot be put together.
    """
    rewriters = [
        Rewriter(merge_input, keys, classes.names, classes.spellings[i])
        for i, merge_input in enumerate(inputs)
    ]
    with (
        united_labels(inputs, chosen, keys, rewriters, iou_threshold) as united,
        replaced_file(output) as file,
    ):
        writer, written = LineWriter(file), [Written(repeated=items) for items in united.repeated]
        for position in range(len(inputs)):
            _ManifestWriter(inputs, position, chosen, united, written).write(writer)
        writer.flush()
    return written


class _ManifestWriter:
    """Writes the chosen lines of one manifest."""

    def __init__(
        self,
        inputs: Sequence[MergeInput],
        position: int,
        chosen: ChosenLines,
        united: UnitedLabels,
        written: Sequence[Written],
    ) -> None:
        self._input, self._position, self._chosen, self._united = inputs[position], position, chosen, united
        self._rewriter, self._all_written, self._written = (
            united.rewriters[position],
            written,
            written[position],
        )
        self._reader = MergeableLineReader(self._input, unite=bool(chosen.united))
        self._examples = chosen.example_lines(position)

    def write(self, writer: LineWriter) -> None:
        """Write them."""
        fates = self._chosen.taken[self._position]
        for number, line in Lines(self._input.source.open()):
            if isinstance(found := self._reader.read(number, line), Finding):
                continue
            if self._chosen.says_else[self._position][number]:
                self._written.attributes.update(found[0].besides.keys())
            for mergeable in found:
                if fates[number] == ALONE:
                    writer.write(self._rewritten(number, mergeable))
                elif fates[number] and self._chosen.is_written(place := self._place(number, mergeable)):
                    if place in self._chosen.united:
                        writer.write(self._with_further_labels(place, mergeable))
                else:
                    self._written.replaced += self._reader.shown(mergeable)
                if number in self._examples:
                    label = LabeledSource(mergeable.source, self._reader.shown(mergeable))
                    self._written.examples[number, mergeable.choice] = label

    def _place(self, number: int, mergeable: MergeableLine) -> Place:
        return Place(self._position, number, mergeable.choice)

    def _rewritten(self, number: int, mergeable: MergeableLine) -> bytes:
        names = self._reader.names(mergeable)
        self._written.repeated += self._rewriter.repeated(mergeable, names)
        self._written.unlabeled += mergeable.age == UNLABELED
        return self._rewriter.rewrite(number, mergeable, names)

    def _with_further_labels(self, place: Place, mergeable: MergeableLine) -> bytes:
        line, taken_as_one = self._united.of_line(
            place, self._rewritten(place.line, mergeable), mergeable.source
        )
        for further, items in zip(self._chosen.united[place], taken_as_one, strict=True):
            self._all_written[further.manifest].taken_as_one += items
        return line
