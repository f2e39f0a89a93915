"""Policies of a template as clauses: one action on one resource for one principal, with its condition."""

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from template_review.difference import Path

EVERYONE = "*"
_FEWER_VALUES_ARE_STRICTER = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool", "IpAddress")
_ATTACHED_TO = ("Roles", "Users", "Groups", "Bucket", "Queues", "Topics")
_PERMISSION_OF_LAMBDA = {"SourceArn": "aws:SourceArn", "SourceAccount": "aws:SourceAccount"}


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
        condition_text = json.dumps(condition, sort_keys=True) if condition else ""
        for principal in _principals(statement):
            for action in _named(statement, "Action"):
                for resource in _named(statement, "Resource"):
                    yield Clause(holder, statement["Effect"], principal, action, resource, condition_text)


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


def clauses_of(stack: str, template: dict[str, Any]) -> Iterator[Clause]:
    """All clauses in the resources of a stack; holders are written `stack/LogicalId`."""
    for name, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        for holder in holders(name, properties):
            for _, document in documents(properties):
                yield from clauses_in(f"{stack}/{holder}", document)
            yield from _without_document(f"{stack}/{holder}", resource["Type"], properties)


def documents(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every policy document in a value, and where it is."""
    if isinstance(value, dict) and "Statement" in value:
        yield path, value
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from documents(item, (*path, key))


def holders(name: str, properties: dict[str, Any]) -> list[str]:
    """Logical ids of the resources that the policies in a resource are attached to, or its own."""
    named = [one for key in _ATTACHED_TO if key in properties for one in as_list(properties[key])]
    return [_name_in(str(one)) for one in named] or [name]


def _name_in(reference: str) -> str:
    """`${Name.Arn}` as `Name`."""
    if not reference.startswith("${"):
        return reference
    return reference[2:].partition("}")[0].partition(".")[0]


def _without_document(holder: str, kind: str, properties: dict[str, Any]) -> Iterator[Clause]:
    for arn in properties.get("ManagedPolicyArns", []):
        yield Clause(holder, "Allow", "", f"everything in {arn}", "*")
    if "PermissionsBoundary" in properties:
        yield Clause(holder, "Deny", "", f"all but {properties['PermissionsBoundary']}", "*")
    if kind == "AWS::Lambda::Permission":
        yield from clauses_in(holder, {"Statement": _as_statement(properties)})
    if kind == "AWS::Lambda::Url" and properties.get("AuthType") == "NONE":
        yield Clause(holder, "Allow", "*", "lambda:InvokeFunctionUrl", str(properties["TargetFunctionArn"]))


def _as_statement(permission: dict[str, Any]) -> dict[str, Any]:
    """A Lambda permission as the statement that it becomes."""
    statement = {
        "Effect": "Allow",
        "Principal": permission["Principal"],
        "Action": permission["Action"],
        "Resource": permission["FunctionName"],
    }
    from_where = {key: permission[name] for name, key in _PERMISSION_OF_LAMBDA.items() if name in permission}
    return {**statement, "Condition": {"ArnLike": from_where}} if from_where else statement
