"""Properties that CloudFormation cannot update in place, from the resource schemas in cfn-lint."""

from functools import cache
from typing import Any

from template_review.difference import Path

_ANY_REGION = "us-east-1"  # it has every type; the schemas of a type hardly differ


@cache
def replacing_paths(kind: str) -> tuple[Path, ...]:
    """Paths whose change replaces a resource of this type, always or sometimes; none for unknown types."""
    schema = _schema(kind)
    named = [*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ())]
    return tuple(("Properties", *pointer.removeprefix("/properties/").split("/")) for pointer in named)


def unique_properties(kind: str) -> frozenset[str]:
    """Properties that name a resource of this type: no two resources may have the same value there."""
    schema = _schema(kind)
    identifiers = [schema.get("primaryIdentifier", ()), *schema.get("additionalIdentifiers", ())]
    named = {pointer.removeprefix("/properties/") for pointers in identifiers for pointer in pointers}
    own = {f"{kind.rpartition(':')[2]}Name", "Name"}  # some are identified by an ARN, and named nevertheless
    writable = schema.get("properties", {}).keys() - {
        pointer.removeprefix("/properties/") for pointer in schema.get("readOnlyProperties", ())
    }
    return frozenset((named | own) & writable)


def _schema(kind: str) -> dict[str, Any]:
    from cfnlint.schema import ResourceNotFoundError
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    try:
        return dict(PROVIDER_SCHEMA_MANAGER.get_resource_schema(_ANY_REGION, kind).schema)
    except ResourceNotFoundError:
        return {}
