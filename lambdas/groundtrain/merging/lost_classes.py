"""Refuse to lose a class that the job of the newer label did not ask for.

A newer label replaces an older one, as a correction. Where its job, which is one label attribute of one
manifest, has no such class at all, its labelers were not asked about it, and the class would be lost.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.classes.class_spellings import plain_spelling
from groundtrain.manifest.lines import Lines
from groundtrain.merging.chosen_lines import Candidates, ChosenLines
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import MergeableLineReader, labels_at
from groundtrain.merging.other_labels import Beside
from groundtrain.merging.scan import Scan, Scanner
from groundtrain.quantities import first_few, quantity
from groundtrain.rules.advice import option_words
from groundtrain.rules.findings import Finding

_NAMED = 3
_Job = tuple[int, int]
"""Position of a manifest, and which of the label attributes taken from it."""


class _Loss(Struct):
    """What one class would lose.

    Attributes:
        records: number of records.
        example: source of the first, or its manifest and line.
        winners: names of the jobs whose labels are taken, and that do not have the class.
        items: its items that would be lost, such as boxes, by the name of the job that they are of.
    """

    records: int
    example: str | _Job
    winners: dict[str, None]
    items: Counter[str] = field(default_factory=Counter)


class _Replaced(NamedTuple):
    """Labels of a set of classes that those of a job are taken in place of.

    Attributes:
        beside: where they are on the lines of the winner, under another attribute of this name.
    """

    winner: _Job
    shown: int
    records: int
    example: str | _Job
    beside: tuple[str, Beside] | None = None


def refuse_losses(
    inputs: Sequence[MergeInput],
    scans: Sequence[Scan],
    scanner: Scanner,
    chosen: ChosenLines,
    drop: Collection[str],
) -> None:
    """Refuse to lose a class, unless it is in `drop`.

    Raises:
        ManifestError: records would lose a class that the job of the label taken does not have.
    """
    losses: dict[str, _Loss] = {}
    lost: dict[_Job, set[str]] = {}
    for replaced in _replaced(scans, chosen):
        manifest, choice = replaced.winner
        spellings = {plain_spelling(name) for _, name in scans[manifest].classes[choice].pairs()}
        background = {inputs[manifest].label_type.background}
        for name in sorted(scanner.sets[replaced.shown] - background - set(drop)):
            if plain_spelling(name) in spellings:
                continue
            loss = losses.setdefault(name, _Loss(0, replaced.example, {}))
            loss.records += replaced.records
            loss.winners[inputs[manifest].name(choice)] = None
            lost.setdefault(replaced.winner, set()).add(name)
            if replaced.beside:
                attribute, beside = replaced.beside
                loss.items[f"{inputs[manifest].source.name} ({attribute})"] += beside.classes[name]
    if losses:
        if chosen.replaced:
            _count_items(inputs, scanner.candidates, lost, losses)
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
                f'no manifest has the class "{name}"', fix="correct the name under `--drop-class`"
            )


def _replaced(scans: Sequence[Scan], chosen: ChosenLines) -> Iterator[_Replaced]:
    for replaced, records in sorted(chosen.replaced.items()):
        yield _Replaced(replaced.winner, replaced.shown, records, chosen.first_replaced[replaced])
    for manifest, scanned in enumerate(scans):
        for (choice, attribute, shown), beside in scanned.others.beside.items():
            winner = manifest, choice
            yield _Replaced(winner, shown, beside.lines, beside.example, (attribute, beside))


def _count_items(
    inputs: Sequence[MergeInput],
    candidates: Candidates,
    lost: dict[_Job, set[str]],
    losses: dict[str, _Loss],
) -> None:
    """Read the lines that others replace once more, and count what they would lose."""
    winners: list[dict[int, _Job]] = [{} for _ in inputs]
    for taken, *others in candidates.groups():
        winner = taken.manifest, taken.choice
        for other in others if winner in lost else ():
            if (other.manifest, other.choice) != winner and other.label_digest not in (taken.label_digest, 0):
                winners[other.manifest][other.line] = winner
    for merge_input, replaced_by in zip(inputs, winners, strict=True):
        reader = MergeableLineReader(merge_input)
        for number, line in Lines(merge_input.source.open()) if replaced_by else ():
            if number not in replaced_by or isinstance(found := reader.read(number, line), Finding):
                continue
            (mergeable,) = found
            for name, items in reader.shown(mergeable).items():
                if name in lost[replaced_by[number]]:
                    losses[name].items[merge_input.name(mergeable.choice)] += items


def _refusal(inputs: Sequence[MergeInput], losses: dict[str, _Loss]) -> ManifestError:
    one = "image" if inputs[0].label_type.of_images else "record"
    named = sorted(losses.items(), key=lambda item: (-item[1].records, item[0]))
    told = [
        f'class "{name}" would be lost on {quantity(loss.records, one)}, such as'
        f" {_source(inputs, loss.example)}, where {' and '.join(loss.winners)} is taken and has no such class"
        f" ({_items(loss)})"
        for name, loss in named[:_NAMED]
    ]
    more = f"; and {len(named) - _NAMED} more classes" if len(named) > _NAMED else ""
    options = option_words(*(("--drop-class", name) for name in losses))
    return ManifestError(
        "; ".join(told) + more,
        fix=f"if the jobs asked for different classes, {_together(inputs)}; if the newer labels are a"
        f" correction, add `--overlap newest`, or {options} for no other class",
    )


def _together(inputs: Sequence[MergeInput]) -> str:
    if inputs[0].label_type.unite is None:
        return "keep their manifests apart"
    attributes = {attribute.name: None for one in inputs for attribute in one.found}
    if all(len(one.found) == len(one.taken) for one in inputs):
        return "add `--overlap unite`"
    return f"add {option_words(('--overlap', 'unite'), *(('--take', name) for name in attributes))}"


def _items(loss: _Loss) -> str:
    jobs = [f"{quantity(items, 'label')} of {job}" for job, items in loss.items.items()]
    return first_few(jobs, _NAMED)


def _source(inputs: Sequence[MergeInput], example: str | _Job) -> str:
    if isinstance(example, str):
        return example
    manifest, wanted = example
    return next(iter(labels_at(inputs[manifest], wanted))).source
