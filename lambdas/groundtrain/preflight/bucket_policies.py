"""Which denials of a bucket's policy may be about the environment's roles.

Not a decision of IAM's: what is known to leave the roles alone is passed over, and all else is told.
"""

from typing import Any

from groundtrain.aws.preflight.policy_statements import listed, names_account

_OF_ACCESS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetBucketLocation")
_ENCRYPTION = "s3:x-amz-server-side-encryption"


def may_refuse(statement: dict[str, Any], account: str) -> str:
    """The actions that a denial may refuse to the roles, as text; "" where it leaves them alone.

    Args:
        statement: with the effect Deny.
        account: of the roles.
    """
    conditions = statement.get("Condition", {})
    if _spares_roles(conditions, account) or not _is_for_everybody(statement, account):
        return ""
    actions = listed(statement.get("Action"))
    if "NotAction" in statement or any(_covers(action) for action in actions):
        return ", ".join(actions) or "what it does not except"
    return ""


def _spares_roles(conditions: dict[str, Any], account: str) -> bool:
    """Whether one of the conditions is never met by requests of the account's roles.

    All conditions have to be met for a statement to apply.
    """
    asked = {
        (operator, key.lower()): [str(one) for one in listed(values)]
        for operator, keys in conditions.items()
        for key, values in keys.items()
    }
    return _is_about_other_encryption(asked) or any(
        _is_never_met(operator, key, values, account) for (operator, key), values in asked.items()
    )


def _is_about_other_encryption(asked: dict[tuple[str, str], list[str]]) -> bool:
    """Puts that name another encryption than KMS's; ours name that, or none.

    Without "Null" a put that names none would be denied, too: what is missing is never equal.
    """
    is_named = asked.get(("Null", _ENCRYPTION)) == ["false"]
    return is_named and "aws:kms" in asked.get(("StringNotEquals", _ENCRYPTION), ())


def _is_never_met(operator: str, key: str, values: list[str], account: str) -> bool:
    """Requests of ours go over TLS 1.2 or newer, and are of this account's roles.

    A request of a role has no aws:SourceAccount: only services' own have. A key that is missing is unequal to
    every value, so whatever denies by StringNot... of it denies to all roles. aws:PrincipalIsAWSService is
    false for roles, those that a service takes on as well.

    Source: IAM User Guide, "Condition operators" and "AWS global condition context keys".
    """
    plain = operator.removesuffix("IfExists")
    if key == "aws:securetransport":
        return plain == "Bool" and [value.lower() for value in values] == ["false"]
    if key == "s3:tlsversion":
        return plain == "NumericLessThan" and set(values) <= {"1.0", "1.1", "1.2"}
    if key == "aws:principalisawsservice":
        return operator == "Bool" and [value.lower() for value in values] == ["true"]
    return key == "aws:principalaccount" and plain.startswith("StringNot") and account in values


def _is_for_everybody(statement: dict[str, Any], account: str) -> bool:
    """Whether roles that are not made yet can be meant: everybody, the account, or all but some."""
    return "NotPrincipal" in statement or names_account(statement, account)


def _covers(action: str) -> bool:
    """Whether an action of the policy is one that the roles need; `*` at its end stands for anything."""
    beginning, star, _ = action.lower().partition("*")
    return any(one.lower().startswith(beginning) if star else one.lower() == beginning for one in _OF_ACCESS)
