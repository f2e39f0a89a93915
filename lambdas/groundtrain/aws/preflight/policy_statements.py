"""Statements of policies, in which what stands alone needs no list.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from typing import Any


def listed(value: Any) -> list[Any]:
    """The values of an element that has none, one or a list of them."""
    return [] if value is None else value if isinstance(value, list) else [value]


def names_account(statement: dict[str, Any], account: str) -> bool:
    """Whether its principals are everybody, or the account as a whole."""
    principal = statement.get("Principal", {})
    named = listed(principal.get("AWS") if isinstance(principal, dict) else principal)
    return any(one in ("*", account) or str(one).endswith(f":iam::{account}:root") for one in named)
