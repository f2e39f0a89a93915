"""Split policies into clauses: one action on one resource for one principal, with its condition."""

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

EVERYONE = "*"
_FEWER_VALUES_ARE_STRICTER = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool", "IpAddress")


class Clause(Struct, frozen=True, order=True):
    """One action on one resource, of a policy's statement.

    Attributes:
        holder: the role that the policy is attached to, or the resource whose policy it is.
        principal: the principal; "" in a role's own policy.
        condition: as JSON; "" for none.
    """

    holder: str
    effect: str
    principal: str
    action: str
    resource: str
    condition: str = ""

    @property
    def public(self) -> bool:
        """Whether it allows everyone, without a condition."""
        return self.effect == "Allow" and self.principal == EVERYONE and not self.condition


def clauses_in(holder: str, document: dict[str, Any]) -> Iterator[Clause]:
    """The clauses of a policy document."""
    for statement in as_list(document.get("Statement", [])):
        condition = statement.get("Condition")
        said = json.dumps(condition, sort_keys=True) if condition else ""
        for principal in _principals(statement):
            for action in _named(statement, "Action"):
                for resource in _named(statement, "Resource"):
                    yield Clause(holder, statement["Effect"], principal, action, resource, said)


def covers(wide: Clause, narrow: Clause) -> bool:
    """Whether `wide` applies to everything that `narrow` applies to."""
    return (
        (wide.holder, wide.effect) == (narrow.holder, narrow.effect)
        and wide.principal in {narrow.principal, EVERYONE}
        and _matches(wide.action.lower(), narrow.action.lower())
        and _matches(wide.resource, narrow.resource)
        and _is_as_strict(narrow.condition, wide.condition)
    )


def as_list(value: Any) -> list[Any]:
    """A value of a policy, which may be a single item, as a list."""
    return value if isinstance(value, list) else [value]


def _principals(statement: dict[str, Any]) -> Iterator[str]:
    for key, mark in (("Principal", ""), ("NotPrincipal", "everyone but ")):
        named = statement.get(key)
        if isinstance(named, dict):
            yield from (f"{mark}{one}" for kind in sorted(named) for one in as_list(named[kind]))
        elif named is not None:
            yield f"{mark}{named}"
    if not statement.keys() & {"Principal", "NotPrincipal"}:
        yield ""


def _named(statement: dict[str, Any], key: str) -> list[str]:
    """Actions or resources; for `Not…` a text that only an equal one covers."""
    if f"Not{key}" in statement:
        return [f"all but {', '.join(map(str, as_list(statement[f'Not{key}'])))}"]
    return [str(one) for one in as_list(statement.get(key, "*"))]


def _matches(pattern: str, text: str) -> bool:
    """Match `*` and `?` as in IAM; brackets are literal."""
    return pattern == text or fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _is_as_strict(condition: str, other: str) -> bool:
    """Whether the condition requires at least what the other requires; False in doubt."""
    if condition == other or not other:
        return True
    asked = json.loads(condition) if condition else {}
    return all(
        _asks_for(asked.get(operator, {}).get(key), operator, wanted)
        for operator, keys in json.loads(other).items()
        for key, wanted in keys.items()
    )


def _asks_for(values: Any, operator: str, wanted: Any) -> bool:
    if values is None or values == wanted:
        return values is not None
    fewer = {str(one) for one in as_list(values)} <= {str(one) for one in as_list(wanted)}
    return fewer and operator in _FEWER_VALUES_ARE_STRICTER
