"""Statements of a role's policy: actions spelled out, on ARNs, each wildcard with its reason."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from aws_cdk import aws_iam as iam

from stacks.nag import acknowledge, acknowledge_wildcard

Conditions = Mapping[str, Mapping[str, Any]]

_INLINE = "Each list is one role's alone: it comes and goes with the role, and can be given to nobody else."


class Grant(NamedTuple):
    """A statement of a role's policy; `because` is the reason for a wildcard in its resources."""

    statement: iam.PolicyStatement
    because: str = ""


def allow(*actions: str, on: list[str], when: Conditions | None = None, because: str = "") -> Grant:
    """Allow these actions, spelled out, on these ARNs.

    Raises:
        ValueError: an action has a wildcard, or an ARN has one and `because` doesn't say why.
    """
    if any("*" in action for action in actions):
        raise ValueError(f"actions are spelled out: {actions}")
    if any("*" in arn for arn in on) != bool(because):
        raise ValueError(f"a wildcard and its reason come together: {on} {because!r}")
    statement = iam.PolicyStatement(actions=list(actions), resources=on, conditions=dict(when or {}))
    return Grant(statement, because)


def forbid(*actions: str, when: Conditions) -> Grant:
    """Deny these actions wherever the condition holds, whatever else is allowed."""
    statement = iam.PolicyStatement(
        effect=iam.Effect.DENY, actions=list(actions), resources=["*"], conditions=dict(when)
    )
    return Grant(statement)


def give(role: iam.Role, grants: Iterable[Grant]) -> None:
    """Add the grants to the role's policy, and acknowledge each wildcard with its reason."""
    acknowledge(role, "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy", _INLINE)
    for grant in grants:
        role.add_to_policy(grant.statement)
        for arn in grant.statement.resources:
            if "*" in arn and grant.because:
                acknowledge_wildcard(role, arn, grant.because)
