"""The deployed rules, with the patterns that they have in the account: what they take, and what they do not.

Source: EventBridge API (DescribeRule, TestEventPattern).
"""

import json
from collections.abc import Iterator
from typing import Any

from stacks.acceptance.free_steps import Environment, pattern_faults
from stacks.acceptance.settings import NAME
from stacks.acceptance.situation import Situation
from stacks.acceptance.step import Outcome


def match_deployed_rules(situation: Situation) -> Outcome:
    """Have EventBridge match each deployed rule with its own event, and with the same of another account."""
    patterns = dict(_patterns(situation))
    environment = Environment(NAME, situation.account, situation.region)
    faults = pattern_faults(situation.services("events"), patterns, environment)
    return Outcome(len(patterns), tuple(faults))


def _patterns(situation: Situation) -> Iterator[tuple[str, dict[str, Any]]]:
    """By the rule's name; a schedule has none. A rule's id is its name on the default bus."""
    for rule in situation.resources("AWS::Events::Rule"):
        described = situation.services("events").describe_rule(Name=rule.rpartition("|")[2])
        if "EventPattern" in described:
            yield rule, json.loads(described["EventPattern"])
