"""The deployed rules, with the patterns that they have in the account: what they take, and what they do not.

Source: EventBridge API (DescribeRule, TestEventPattern).
"""

import json
from collections.abc import Iterator
from typing import Any

from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import NAME
from stacks.acceptance.step import Outcome
from stacks.acceptance.steps.policies_and_patterns import Environment, pattern_faults


def match_deployed_rules(run: AcceptanceRun) -> Outcome:
    """Have EventBridge match each deployed rule with its own event, and with the same of another account."""
    patterns = dict(_patterns(run))
    environment = Environment(NAME, run.account, run.region)
    faults = pattern_faults(run.services("events"), patterns, environment)
    return Outcome(len(patterns), tuple(faults))


def _patterns(run: AcceptanceRun) -> Iterator[tuple[str, dict[str, Any]]]:
    """By the rule's name; a schedule has none. A rule's id is its name on the default bus."""
    for rule in run.resources("AWS::Events::Rule"):
        described = run.services("events").describe_rule(Name=rule.rpartition("|")[2])
        if "EventPattern" in described:
            yield rule, json.loads(described["EventPattern"])
