"""EventBridge's matching of events against patterns, as far as our rules use it.

Source: EventBridge User Guide, "Comparison operators": a pattern names keys; each holds a list of values or
operators, one of which must meet the event's value, or one of the event's values when that is a list.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether a rule with the pattern takes the event."""
    return all(key in event and _meets(wanted, event[key]) for key, wanted in pattern.items())


def _meets(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and matches(wanted, found)
    values = found if isinstance(found, list) else [found]
    return any(_is(one, value) for one in wanted for value in values)


def _is(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(wanted == value)
    ((operator, operand),) = wanted.items()
    if operator == "wildcard":  # `*` is any number of characters, "/" among them
        pattern = ".*".join(map(re.escape, operand.split("*")))
        return isinstance(value, str) and bool(re.fullmatch(pattern, value, re.DOTALL))
    if operator != "prefix":
        raise NotImplementedError(f"our rules don't use {operator}")
    return isinstance(value, str) and value.startswith(operand)


def rules_of(template: Mapping[str, Any], account: str) -> dict[str, Mapping[str, Any]]:
    """Patterns of a template's rules as they are in an account, by the logical ids of the rules."""
    resources: Mapping[str, Any] = template["Resources"]
    return {
        name: {**resource["Properties"]["EventPattern"], "account": [account]}
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Events::Rule" and "EventPattern" in resource["Properties"]
    }


def takers(rules: Mapping[str, Mapping[str, Any]], event: Mapping[str, Any]) -> Sequence[str]:
    """Names of the rules that take the event."""
    return [name for name, pattern in rules.items() if matches(pattern, event)]
