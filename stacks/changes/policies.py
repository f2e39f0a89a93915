"""Find the permissions in a template."""

from collections.abc import Iterator
from typing import Any

from stacks.changes.clauses import Clause, as_list, clauses_in
from stacks.changes.difference import Path

_ATTACHED_TO = ("Roles", "Users", "Groups", "Bucket", "Queues", "Topics")
_PERMISSION_OF_LAMBDA = {"SourceArn": "aws:SourceArn", "SourceAccount": "aws:SourceAccount"}


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
