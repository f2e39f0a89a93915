"""Promises of tier 4: its labeling job goes to the work team that was named, and to no other."""

from types import SimpleNamespace

import pytest

from stacks.acceptance.__main__ import main
from stacks.acceptance.preconditions import no_work_team

TEAMS = ["nobody-2", "nobody", "production"]


def run_with(work_team, region="eu-west-1"):
    def paginate(NameContains):  # noqa: N803  as boto3 has it
        found = [{"WorkteamName": it, "WorkteamArn": f"arn:{it}"} for it in TEAMS if NameContains in it]
        return [{"Workteams": found[:1]}, {"Workteams": found[1:]}]

    sagemaker = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=paginate))
    return SimpleNamespace(services=lambda _: sagemaker, region=region, work_team=work_team, done={})


def test_the_team_is_the_one_of_that_name():
    run = run_with("nobody")
    assert no_work_team(run) == ""
    assert run.done["work team"] == "arn:nobody"


def test_a_name_that_no_team_has_is_told_and_no_other_team_is_taken():
    run = run_with("nobod")
    assert no_work_team(run) == 'the account has no private work team "nobod" in this region'
    assert run.done == {}


@pytest.mark.parametrize("named", [[], ["--work-team", ""]])
def test_without_a_name_the_tier_is_refused_before_anything_is_asked(named, monkeypatch, capsys):
    monkeypatch.setattr("stacks.acceptance.__main__.run_in", lambda *_: pytest.fail("asked"))
    assert main(["eu-west-1", "4", *named]) == 2
    assert "say WORKTEAM= and the name of a team" in capsys.readouterr().err
