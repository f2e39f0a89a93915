"""Turn the changes of each environment into remarks by section, without repetitions."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from stacks.changes.costs import cost_remarks
from stacks.changes.data import data_remarks, made_anew
from stacks.changes.difference import Change, Edit, compare, environment_of
from stacks.changes.exposure import exposure_remarks
from stacks.changes.permissions import permission_remarks
from stacks.changes.policies import documents
from stacks.changes.refusals import refusal_remarks
from stacks.changes.remarks import Remark, Section, name_of, speaks_of, turned
from stacks.changes.versions import Templates


class Assessment(Struct, frozen=True):
    """The remarks on an environment; `hash_only` names resources in which only an asset hash differs."""

    environment: str
    remarks: tuple[Remark, ...]
    hash_only: tuple[str, ...]

    def within(self, section: Section) -> list[str]:
        """The texts of a section, each once."""
        return list(dict.fromkeys(it.text for it in self.remarks if it.section is section))


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
    refused = tuple(refusal_remarks(before, after, changes)) if after else ()
    return Assessment(
        name,
        (*refused, *permission_remarks(before, after), *_others(changes)),
        tuple(name_of(it) for it in changes if it.hash_only),
    )


def _stacks(environment: str, templates: Templates) -> dict[str, Any]:
    return {
        file.removesuffix(".json").partition("-")[2]: template
        for file, template in templates.items()
        if environment_of(file) == environment
    }


def _others(changes: Sequence[Change]) -> Iterator[Remark]:
    for change in changes:
        first = [*exposure_remarks(change), *data_remarks(change, changes)]
        first += [cost for cost in cost_remarks(change) if not _is_said(cost, first)]
        yield from first
        yield from _rest(change, first)


def _is_said(cost: Remark, first: Sequence[Remark]) -> bool:
    """Whether a more important section covers the same change: a shorter retention also costs less."""
    return any(path and speaks_of(first, path) for path in cost.about)


def _rest(change: Change, first: Sequence[Remark]) -> Iterator[Remark]:
    """Remarks on changes that no other section covers; policies are compared separately."""
    if change.hash_only:
        return
    if change.before is None or change.after is None:
        if not speaks_of(first, ()):
            state = "new" if change.before is None else "gone"
            yield Remark(Section.REST, f"{name_of(change)} ({change.type}) is {state}")
        return
    fixed = made_anew(change)
    for edit in change.edits:
        if not speaks_of(first, edit.path) and not _within_statements(change, edit):
            anew = " (replaces it)" if edit.path in fixed else ""
            where = ".".join(map(str, edit.path))
            text = f"{name_of(change)} {where}: {turned(edit.before, edit.after)}{anew}"
            yield Remark(Section.REST, text)


def _within_statements(change: Change, edit: Edit) -> bool:
    both = [(*path, "Statement") for side in (change.before, change.after) for path, _ in documents(side)]
    return any(edit.path[: len(path)] == path for path in both)
