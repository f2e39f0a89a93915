import re
from pathlib import Path

import pytest

from groundtrain.rules import RULES

TEXT = Path(__file__, "../../../docs/failure-modes.md").resolve().read_text("utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## (\d+)\. (.*?)(?=^## |\Z)", TEXT))
MODES = [str(number) for number in range(1, 23)]
WITHOUT_RULE = {"1", "19"}


def test_every_failure_mode_has_its_section() -> None:
    assert list(SECTIONS) == MODES


@pytest.mark.parametrize("mode", MODES)
def test_a_section_begins_with_what_people_see(mode: str) -> None:
    assert "\n\nYou see: " in SECTIONS[mode]


@pytest.mark.parametrize("mode", MODES)
def test_a_section_names_its_rules_or_says_that_there_is_none(mode: str) -> None:
    assert bool(re.search(r"GT\d{3}", SECTIONS[mode])) == (mode not in WITHOUT_RULE)
    assert ("No rule: " in SECTIONS[mode]) == (mode in WITHOUT_RULE)


def test_every_rule_that_is_named_exists() -> None:
    assert set(re.findall(r"GT\d{3}", TEXT)) <= RULES.keys()


def test_every_rule_is_named() -> None:
    assert RULES.keys() <= set(re.findall(r"GT\d{3}", TEXT))


def test_no_cause_is_claimed_for_the_pipe_time_out() -> None:
    assert "What makes the pipe time out is not established" in SECTIONS["3"]
