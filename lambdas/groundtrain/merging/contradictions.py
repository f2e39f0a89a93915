"""Refuse to put labels together of which a record has one only: a class, a mask."""

from collections.abc import Sequence

from groundtrain.errors import ManifestError
from groundtrain.merging.chosen_lines import ChosenLines, Place
from groundtrain.merging.conflicts import in_words
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import MergeableLine, MergeableLineReader, labels_at
from groundtrain.quantities import quantity


def refuse_contradictions(inputs: Sequence[MergeInput], chosen: ChosenLines) -> None:
    """Refuse to write labels of several jobs on one record where they differ.

    Raises:
        ManifestError: there is such a record.
    """
    if not chosen.contradictory:
        return
    merge_input, label_type = inputs[0], inputs[0].label_type
    first, other = min(chosen.contradictory_examples)
    told = [_in_words(inputs, place) for place in sorted((first, other))]
    source = _label(inputs, first).source
    count = quantity(chosen.contradictory, "image" if label_type.of_images else "record")
    raise ManifestError(
        f"{count} {'has' if chosen.contradictory == 1 else 'have'} different labels of several jobs, such as"
        f" {source}: {' and '.join(told)}; a record has one label of type {merge_input.label_type.name}",
        fix="take the newest with `--overlap newest`, or correct those that are wrong",
    )


def _in_words(inputs: Sequence[MergeInput], place: Place) -> str:
    merge_input = inputs[place.manifest]
    shown = MergeableLineReader(merge_input).shown(_label(inputs, place))
    classes = f" ({', '.join(in_words(shown))})" if shown else ""
    return f"{merge_input.name(place.choice)} line {place.line}{classes}"


def _label(inputs: Sequence[MergeInput], place: Place) -> MergeableLine:
    found = labels_at(inputs[place.manifest], place.line, unite=True)
    return next(each for each in found if each.choice == place.choice)
