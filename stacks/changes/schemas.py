"""Properties that CloudFormation cannot update in place, from the resource schemas in cfn-lint."""

from functools import cache

from stacks.changes.difference import Path

_ANY_REGION = "us-east-1"  # it has every type; the schemas of a type hardly differ


@cache
def replacing_paths(kind: str) -> tuple[Path, ...]:
    """Paths whose change replaces a resource of this type, always or sometimes; none for unknown types."""
    from cfnlint.schema import ResourceNotFoundError
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_ANY_REGION, kind).schema
    except ResourceNotFoundError:
        return ()
    named = [*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ())]
    return tuple(("Properties", *pointer.removeprefix("/properties/").split("/")) for pointer in named)
