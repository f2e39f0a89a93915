"""IAM's decision on a call, for the part of its policy language that our templates use.

Whatever else a policy may say is refused with an error, never taken for a yes or a no.
Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Statement = Mapping[str, Any]
_KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition"}


class Need(NamedTuple):
    """An action on a resource that must be allowed, with the values that conditions may ask for."""

    action: str
    resource: str
    context: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} with {dict(self.context)}"


class Atom(NamedTuple):
    """The smallest part of a policy: one action on one resource of one statement that allows."""

    action: str
    resource: str
    condition: Mapping[str, Any]

    def allows(self, need: Need) -> bool:
        return (
            matches(self.action.lower(), need.action.lower())
            and matches(self.resource, need.resource)
            and holds(self.condition, need.context)
        )


def allowed(statements: Iterable[Statement], need: Need) -> bool:
    """Whether some statement allows the call and none denies it."""
    taken = [statement for statement in statements if applies(statement, need)]
    effects = {statement["Effect"] for statement in taken}
    return effects == {"Allow"}


def applies(statement: Statement, need: Need) -> bool:
    if unknown := statement.keys() - _KNOWN:
        raise NotImplementedError(f"elements {sorted(unknown)}")
    return (
        any(matches(action.lower(), need.action.lower()) for action in as_list(statement["Action"]))
        and any(matches(resource, need.resource) for resource in as_list(statement["Resource"]))
        and holds(statement.get("Condition", {}), need.context)
    )


def atoms(statements: Iterable[Statement]) -> Iterator[Atom]:
    """Every single thing that the statements allow."""
    for statement in statements:
        if statement["Effect"] == "Allow":
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    yield Atom(action, resource, statement.get("Condition", {}))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def matches(pattern: str, text: str) -> bool:
    """`*` and `?` stand for anything; brackets stand for themselves."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def holds(condition: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Whether every operator holds for every one of its keys; keys are compared without case."""
    values = {key.lower(): value for key, value in context.items()}
    return all(
        _asks(operator, as_list(wanted), values.get(key.lower()))
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _equal(wanted: str, value: str) -> bool:
    return wanted == value


def _equal_but_for_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _equal_but_for_case,
}


def _asks(operator: str, wanted: list[Any], value: Any) -> bool:
    """One key of an operator; a value that is missing fails it, but for those that say what then."""
    if operator == "Null":
        return (value is None) == (str(wanted[0]).lower() == "true")
    quantifier, _, plain = operator.rpartition(":")
    if plain.endswith("IfExists"):
        return value is None or _asks(operator.removesuffix("IfExists"), wanted, value)
    negated = plain.startswith(("StringNot", "ArnNot"))
    compare = _OPERATORS[plain.replace("Not", "", 1)]
    given = [] if value is None else [str(one) for one in as_list(value)]
    answers = [any(compare(str(one), text) for one in wanted) != negated for text in given]
    if quantifier == "ForAllValues":
        return all(answers)
    if quantifier == "ForAnyValue":
        return any(answers)
    return negated if not answers else all(answers)
