"""The table of steps, docs/acceptance.md and docs/confirmed.md say the same."""

import re
from pathlib import Path

import pytest

from stacks.acceptance.table import HIGHEST_TIER, STEPS, TEARDOWN, steps_of

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "acceptance.md").read_text("utf-8")
CONFIRMED = re.compile(r"^\| (C[0-9]{2}) \|.*\| (.+?) \|$", re.MULTILINE)


def row(step):
    dollars = f"{step.dollars:.2f}" if step.dollars else ""
    only = " *" if step.only_aws else ""
    return f"| {step.name}{only} | {step.tier} | {step.does} | {step.proves} | {step.seconds} | {dollars} |"


def test_the_page_has_every_step_in_its_order():
    rows = re.findall(r"^\| .*\| [0-4] \| .* \|$", PAGE, re.MULTILINE)
    assert rows == [row(step) for step in (*STEPS, TEARDOWN)]


def test_names_tell_steps_apart():
    names = [step.name for step in (*STEPS, TEARDOWN)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("tier", range(HIGHEST_TIER + 1))
def test_each_tier_adds_to_the_one_before(tier):
    assert set(steps_of(tier)) > (set(steps_of(tier - 1)) if tier else set())


def test_all_of_it_costs_less_than_a_fifth_of_a_dollar():
    assert sum(step.dollars for step in STEPS) < 0.20
    assert sum(step.dollars for step in steps_of(0)) == 0


def test_each_row_of_what_is_not_confirmed_names_the_step_that_settles_it_or_says_that_none_does():
    rows = dict(CONFIRMED.findall((DOCS / "confirmed.md").read_text("utf-8")))
    named = {code: set(re.findall(r"`([^`]+)`", cell)) for code, cell in rows.items()}
    settled = {code: {it.name for it in STEPS if code in it.settles} for code in rows}
    assert named == settled
    assert [code for code, cell in rows.items() if not (named[code] or cell.startswith("no step: "))] == []
    assert {code for step in STEPS for code in step.settles} <= rows.keys()


def test_the_gpu_is_paid_from_the_step_that_starts_its_training():
    """An interruption may leave out the step that waits for it; it is billed all the same."""
    assert {step.name: step.dollars for step in STEPS if step.tier == 3} == {
        "upload of images": 0.09,
        "images": 0,
    }
