"""Turn the changes of each environment into notes by section, without repetitions."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from template_review.difference import Change, Edit, compare, environment_of
from template_review.notes import Note, Section, name_of, speaks_of, turned
from template_review.sections.cannot_be_deployed import refusal_notes
from template_review.sections.costs_money import cost_notes
from template_review.sections.data_loss import data_notes, made_anew
from template_review.sections.permissions_widened import permission_notes
from template_review.sections.policies import documents
from template_review.sections.public_access import exposure_notes
from template_review.template_versions import Templates


class Assessment(Struct, frozen=True):
    """The notes on an environment; `hash_only` names resources in which only an asset hash differs."""

    environment: str
    notes: tuple[Note, ...]
    hash_only: tuple[str, ...]

    def within(self, section: Section) -> list[str]:
        """The texts of a section, each once."""
        return list(dict.fromkeys(it.text for it in self.notes if it.section is section))


def assess(before: Templates, after: Templates) -> list[Assessment]:
    """An assessment of every environment, including those without a change."""
    changes = compare(before, after)
    names = sorted({environment_of(file) for file in before.keys() | after.keys()})
    return [
        _assess(
            name,
            _stacks(name, before),
            _stacks(name, after),
            [it for it in changes if it.environment == name],
        )
        for name in names
    ]


def _assess(
    name: str, before: dict[str, Any], after: dict[str, Any], changes: Sequence[Change]
) -> Assessment:
    refused = tuple(refusal_notes(before, after, changes)) if after else ()
    return Assessment(
        name,
        (*refused, *permission_notes(before, after), *_others(changes)),
        tuple(name_of(it) for it in changes if it.hash_only),
    )


def _stacks(environment: str, templates: Templates) -> dict[str, Any]:
    return {
        file.removesuffix(".json").partition("-")[2]: template
        for file, template in templates.items()
        if environment_of(file) == environment
    }


def _others(changes: Sequence[Change]) -> Iterator[Note]:
    for change in changes:
        first = [*exposure_notes(change), *data_notes(change, changes)]
        first += [cost for cost in cost_notes(change) if not _is_said(cost, first)]
        yield from first
        yield from _rest(change, first)


def _is_said(cost: Note, first: Sequence[Note]) -> bool:
    """Whether a more important section covers the same change: a shorter retention also costs less."""
    return any(path and speaks_of(first, path) for path in cost.about)


def _rest(change: Change, first: Sequence[Note]) -> Iterator[Note]:
    """Notes on changes that no other section covers; policies are compared separately."""
    if change.hash_only:
        return
    if change.before is None or change.after is None:
        if not speaks_of(first, ()):
            state = "new" if change.before is None else "gone"
            yield Note(Section.REST, f"{name_of(change)} ({change.type}) is {state}")
        return
    fixed = made_anew(change)
    for edit in change.edits:
        if not speaks_of(first, edit.path) and not _within_statements(change, edit):
            anew = " (replaces it)" if edit.path in fixed else ""
            dotted_path = ".".join(map(str, edit.path))
            text = f"{name_of(change)} {dotted_path}: {turned(edit.before, edit.after)}{anew}"
            yield Note(Section.REST, text)


def _within_statements(change: Change, edit: Edit) -> bool:
    both = [(*path, "Statement") for side in (change.before, change.after) for path, _ in documents(side)]
    return any(edit.path[: len(path)] == path for path in both)
