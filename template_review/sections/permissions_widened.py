"""Notes on permissions that are added or removed."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import structs

from template_review.notes import Note, Section, code
from template_review.sections.policies import Clause, clauses_of, covers

Stacks = dict[str, Any]  # templates of one environment by the stack's name


def permission_notes(before: Stacks, after: Stacks) -> Iterator[Note]:
    """Notes on what is newly allowed, no longer denied, and (in the last section) no longer allowed.

    All policies of a role are combined: a statement that moves from one to another is not a change.
    """
    old, new = _clauses(before), _clauses(after)
    holders = {f"{stack}/{name}" for stack, it in after.items() for name in it.get("Resources", {})}
    lost = [clause for clause in _beyond(old, new) if clause.holder in holders]
    for clauses in _alike(_beyond(new, old)):
        yield _given(clauses, old) if clauses[0].effect == "Allow" else _forbidden(clauses)
    for clauses in _alike(lost):
        yield _taken(clauses) if clauses[0].effect == "Allow" else _no_longer_forbidden(clauses)


def _clauses(stacks: Stacks) -> set[Clause]:
    return {clause for stack, template in stacks.items() for clause in clauses_of(stack, template)}


def _beyond(clauses: set[Clause], others: set[Clause]) -> list[Clause]:
    """The clauses that none of the others covers."""
    return sorted(clause for clause in clauses - others if not any(covers(other, clause) for other in others))


def _alike(clauses: Iterable[Clause]) -> Iterator[list[Clause]]:
    """Clauses that differ in their action only."""

    def without_action(clause: Clause) -> tuple[str, ...]:
        return clause.holder, clause.effect, clause.principal, clause.resource, clause.condition

    for _, group in groupby(sorted(clauses, key=without_action), key=without_action):
        yield list(group)


def _given(clauses: list[Clause], old: set[Clause]) -> Note:
    first = clauses[0]
    if first.public:
        return Note(Section.EXPOSURE, f"**everyone** may now {_what(clauses)}")
    on_condition = [it.condition for it in sorted(old) if covers(structs.replace(it, condition=""), first)]
    before = f"; before only when {code(on_condition[0])}" if on_condition else ""
    return Note(Section.PERMISSIONS, f"{_who(first)} may now {_what(clauses)}{before}")


def _taken(clauses: list[Clause]) -> Note:
    return Note(Section.REST, f"{_who(clauses[0])} may no longer {_what(clauses)}")


def _forbidden(clauses: list[Clause]) -> Note:
    return Note(Section.REST, f"newly forbidden to {_who(clauses[0])}: {_what(clauses)}")


def _no_longer_forbidden(clauses: list[Clause]) -> Note:
    return Note(Section.PERMISSIONS, f"**no longer forbidden** to {_who(clauses[0])}: {_what(clauses)}")


def _who(clause: Clause) -> str:
    return code(clause.principal or clause.holder)


def _what(clauses: list[Clause]) -> str:
    first = clauses[0]
    actions = ", ".join(code(clause.action) for clause in clauses)
    when = f", when {code(first.condition)}" if first.condition else ""
    whose = f" (policy of {code(first.holder)})" if first.principal else ""
    return f"{actions} on {code(first.resource)}{when}{whose}"
