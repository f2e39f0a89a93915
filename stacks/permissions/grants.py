"""Statements of a role's policy: actions spelled out, on ARNs, each wildcard with its reason."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from groundtrain.errors import SettingsError
from stacks.nag import acknowledge, acknowledge_wildcard
from stacks.readable_template import normalise

# Reasons for wildcards
KEYS = "Object keys are known only when a job has run; bucket and prefix are pinned."
JOBS = "Job names are known only when a job has run; the prefix is pinned."
EVERY_JOB = "Labeling jobs are named by people; which of them count is decided by the settings."
VERSIONS = "Versions of this group are counted."
NOTHING_NARROWER = "AWS offers no resource for {}."

Conditions = Mapping[str, Mapping[str, Any]]

_LONGEST = 10_240  # characters of all inline policies of a role (IAM User Guide, "IAM and AWS STS quotas")
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


def give(role: iam.Role, grants: Sequence[Grant]) -> None:
    """Add the grants to the role's policy, and acknowledge each wildcard with its reason.

    Raises:
        SettingsError: IAM would refuse so long a policy.
    """
    acknowledge(role, "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy", _INLINE)
    _refuse_too_long(role, grants)
    for grant in grants:
        role.add_to_policy(grant.statement)
        for arn in grant.statement.resources:
            if "*" in arn and grant.because:
                acknowledge_wildcard(role, arn, grant.because)


def _refuse_too_long(role: iam.Role, grants: Sequence[Grant]) -> None:
    """References count as the names of what they stand for, which are about as long as what they become."""
    stack = cdk.Stack.of(role)
    statements = [stack.resolve(grant.statement.to_statement_json()) for grant in grants]
    size = len(json.dumps(normalise({"Statement": statements}), separators=(",", ":")))
    if size > _LONGEST:
        raise SettingsError(
            f"{role.node.path}: its policy takes {size:,} characters, and IAM takes {_LONGEST:,}",
            fix="name fewer buckets in labeling.buckets, or fewer subnets",
        )
