"""Refuse to lose a class that the job of the newer label did not ask for.

A newer label replaces an older one, as a correction. Where its job, which is one label attribute of one
manifest, has no such class at all, its labelers were not asked about it, and the class would be lost.
"""

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.classes.class_spellings import plain_spelling
from groundtrain.manifest.lines import Lines
from groundtrain.merging.chosen_lines import ChosenLines
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import ClassSets, MergeableLineReader
from groundtrain.merging.scan import Scan
from groundtrain.quantities import quantity
from groundtrain.shell_commands import shell_argument

_NAMED = 3


class _Loss(Struct):
    """What one class would lose.

    Attributes:
        records: number of records.
        example: source of the first, or its manifest and line.
        winners: names of the jobs whose labels are taken, and that do not have the class.
    """

    records: int
    example: str | tuple[int, int]
    winners: dict[str, None]


def refuse_losses(
    inputs: Sequence[MergeInput],
    scans: Sequence[Scan],
    sets: ClassSets,
    chosen: ChosenLines,
    drop: Collection[str],
) -> None:
    """Refuse to lose a class, unless it is in `drop`.

    Raises:
        ManifestError: records would lose a class that the job of the label taken does not have.
    """
    losses: dict[str, _Loss] = {}
    for winner, shown, records, example in _replaced(scans, chosen):
        manifest, choice = winner
        spellings = {plain_spelling(name) for _, name in scans[manifest].classes[choice].pairs()}
        background = {inputs[manifest].label_type.background}
        for name in sorted(sets[shown] - background - set(drop)):
            if plain_spelling(name) in spellings:
                continue
            loss = losses.setdefault(name, _Loss(0, example, {}))
            loss.records += records
            loss.winners[inputs[manifest].name(choice)] = None
    if losses:
        raise _refusal(inputs, losses)


def refuse_unknown(scans: Sequence[Scan], drop: Collection[str]) -> None:
    """Refuse to drop a class that is nowhere: its name is misspelt.

    Raises:
        GroundtrainError: no label taken shows the class.
    """
    names = {name for scanned in scans for classes in scanned.classes for _, name in classes.pairs()}
    names |= {
        name for scanned in scans for other in scanned.others.not_taken.values() for name in other.classes
    }
    for name in drop:
        if name not in names:
            raise GroundtrainError(
                f'no manifest has the class "{name}"', fix="correct the name under --drop-class"
            )


def _replaced(
    scans: Sequence[Scan], chosen: ChosenLines
) -> Iterator[tuple[tuple[int, int], int, int, str | tuple[int, int]]]:
    """The winning job, the set of classes replaced, the number of records, and the first of them."""
    for replaced, records in sorted(chosen.replaced.items()):
        yield replaced.winner, replaced.shown, records, chosen.first_replaced[replaced]
    for manifest, scanned in enumerate(scans):
        for (choice, shown), beside in scanned.others.beside.items():
            yield (manifest, choice), shown, beside.lines, beside.example


def _refusal(inputs: Sequence[MergeInput], losses: dict[str, _Loss]) -> ManifestError:
    one = "image" if inputs[0].label_type.of_images else "record"
    named = sorted(losses.items(), key=lambda item: (-item[1].records, item[0]))
    told = [
        f'class "{name}" would be lost on {quantity(loss.records, one)}, such as'
        f" {_source(inputs, loss.example)}, where {' and '.join(loss.winners)} is taken and has no such class"
        for name, loss in named[:_NAMED]
    ]
    more = f"; and {len(named) - _NAMED} more classes" if len(named) > _NAMED else ""
    options = " ".join(f"--drop-class {shell_argument(name)}" for name in losses)
    return ManifestError(
        "; ".join(told) + more,
        fix=f"if the labels taken are a correction of these, add {options}; if the jobs asked for"
        " different classes, keep their manifests apart",
    )


def _source(inputs: Sequence[MergeInput], example: str | tuple[int, int]) -> str:
    if isinstance(example, str):
        return example
    manifest, wanted = example
    reader = MergeableLineReader(inputs[manifest])
    for number, line in Lines(inputs[manifest].source.open()):
        if number == wanted:
            mergeable = reader.read(number, line)
            return mergeable.source
    raise AssertionError("a line that was chosen is there")
