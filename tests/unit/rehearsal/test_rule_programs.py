"""Each rule of GT7 has a program that fails it, and the same repaired: both are run."""

from types import SimpleNamespace

import pytest

from groundtrain.rules import RULES
from groundtrain.rules.rule import Example, Rule
from tests.unit.rehearsal.conftest import Rehearsed

PROGRAMS = [rule for rule in RULES.values() if rule.example.shows == "program" or rule.example.program]


def rehearsal(example: Example, text: str, rehearsed: Rehearsed) -> SimpleNamespace:
    """Of a program that is shown, or of a program with the settings that are shown."""
    if example.program:
        return rehearsed(example.program, settings=text)
    return rehearsed(text, *example.options.split(), settings=example.settings)


def test_the_family_is_shown_by_programs() -> None:
    assert {rule.code for rule in PROGRAMS} == {code for code in RULES if code.startswith("GT7")}


@pytest.mark.parametrize("rule", PROGRAMS, ids=lambda rule: rule.code)
def test_a_program_that_fails_a_rule_is_found(rule: Rule, rehearsed: Rehearsed) -> None:
    found = rehearsal(rule.example, rule.example.failing, rehearsed)
    assert rule.code in found.codes
    assert found.code == (1 if rule.is_error else 0)


@pytest.mark.parametrize("rule", PROGRAMS, ids=lambda rule: rule.code)
def test_the_same_repaired_is_not_found(rule: Rule, rehearsed: Rehearsed) -> None:
    found = rehearsal(rule.example, rule.example.repaired, rehearsed)
    assert found.document["verdict"] == ("failed" if rule.code == "GT707" else "rehearsed")
    assert found.codes == ({"GT712"} if rule.code == "GT707" else set())
