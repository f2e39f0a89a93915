"""Promises of the acceptance run's order: what is deployed is torn down, and nothing passes by accident."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from groundtrain.errors import GroundtrainError
from stacks.acceptance.report import after, before
from stacks.acceptance.step import Outcome, Step, emulator_of
from stacks.acceptance.step_order import run_steps

ACCOUNT, EMULATOR = "111122223333", "http://127.0.0.1:4566"


def a_step(name, run=lambda _: Outcome(1), **changes):
    return Step(**{"name": name, "does": "", "proves": "", "tier": 1, "seconds": 60, "run": run} | changes)


def situation(emulator=""):
    return SimpleNamespace(emulator=emulator, region="eu-west-1", account=ACCOUNT, examples=Nothing())


class Nothing:
    """No example was seen."""

    def save(self, *_):
        return ()


def results(steps, *, emulator="", lacking=None, torn_down=lambda _: Outcome(1)):
    teardown = a_step("teardown", torn_down)
    ran = run_steps(steps, lacking or {}, teardown, situation(emulator), lambda _: None)
    return {one.step.name: (one.result, *one.reasons) for one in ran}


def raising(error):
    def run(_):
        raise error

    return run


DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")


@pytest.mark.parametrize(
    ("error", "result", "reason"),
    [
        (DENIED, "not answered", "PutObject was refused"),
        (GroundtrainError("cdk failed", fix="see the log"), "failed", "cdk failed: see the log"),
        (KeyError("TopicArn"), "failed", "KeyError: 'TopicArn'"),
    ],
)
def test_whatever_goes_wrong_is_the_result_of_its_step_and_the_teardown_follows(error, result, reason):
    found = results([a_step("one", raising(error)), a_step("two")])
    assert found["one"][0] == result
    assert reason in found["one"][1]
    assert found["two"][0] == found["teardown"][0] == "proved"


def test_nothing_is_run_after_a_step_that_carries_the_others():
    found = results([a_step("deploy", lambda _: Outcome(1, ("no",)), carries=True), a_step("two")])
    assert found["two"] == ("not run", '"deploy" did not go well')
    assert found["teardown"][0] == "proved"


def test_an_interruption_leaves_the_rest_out_and_tears_down():
    found = results([a_step("one"), a_step("two", raising(KeyboardInterrupt())), a_step("three")])
    assert found["one"][0] == "proved"
    assert found["two"] == found["three"] == ("not run", "interrupted")
    assert found["teardown"][0] == "proved"


def test_a_teardown_that_is_interrupted_says_what_removes_the_rest():
    found = results([a_step("one")], torn_down=raising(KeyboardInterrupt()))
    result, reason = found["teardown"]
    assert result == "failed"
    assert reason.endswith("make acceptance REGION=eu-west-1 TEARDOWN=yes")


def test_what_the_account_lacks_is_left_out_and_told():
    found = results([a_step("images"), a_step("two")], lacking={"images": "the quota is 0"})
    assert found["images"] == ("not run", "the quota is 0")
    assert found["two"][0] == "proved"


@pytest.mark.parametrize("faults", [(), ("no",)])
def test_an_emulator_proves_nothing(faults):
    steps = [a_step("http", lambda _: Outcome(1, faults), only_aws=True), a_step("deploy")]
    found = results(steps, emulator=EMULATOR)
    assert found["http"][0] == "not answered by AWS"
    assert found["deploy"][0] == "emulated"


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (TypeError("of our own"), "failed"),
        (GroundtrainError("of our own", fix="mend it"), "failed"),
        (DENIED, "not answered by AWS"),
        (EndpointConnectionError(endpoint_url=EMULATOR), "not answered by AWS"),
        (ResponseParserError("no XML"), "not answered by AWS"),
    ],
)
def test_a_fault_of_our_own_is_one_in_a_step_that_only_aws_answers(error, result):
    assert results([a_step("http", raising(error), only_aws=True)], emulator=EMULATOR)["http"][0] == result


def test_a_fault_is_a_fault_with_an_emulator_too():
    found = results([a_step("one", lambda _: Outcome(1, ("no",)))], emulator=EMULATOR)
    assert found["one"] == ("failed", "no")


def test_a_step_that_looked_at_nothing_is_not_proved():
    assert results([a_step("one", lambda _: Outcome(0))])["one"][0] == "failed"


@pytest.mark.parametrize(
    ("endpoint", "is_aws"),
    [
        ("https://sts.eu-west-1.amazonaws.com", True),
        ("https://sts.eu-west-1.api.aws", True),
        ("https://sts.cn-north-1.amazonaws.com.cn", True),
        ("http://127.0.0.1:4566", False),
        ("http://localhost:4566", False),
        ("https://amazonaws.com.example.org", False),
        ("https://notamazonaws.com", False),
    ],
)
def test_who_answers_is_known_by_the_endpoint(monkeypatch, endpoint, is_aws):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert emulator_of([endpoint]) == ("" if is_aws else endpoint)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_a_variable_that_names_another_endpoint_counts(monkeypatch, name):
    monkeypatch.setenv(name, EMULATOR)
    assert emulator_of(["https://sts.eu-west-1.amazonaws.com"]) == EMULATOR


def test_the_estimate_is_told_before_without_what_is_left_out():
    steps = [a_step("texts", tier=2, seconds=600, dollars=0.01), a_step("images", tier=3, seconds=900)]
    told = list(before(situation(), 3, steps, {"images": "the quota ml.g4dn.xlarge is 0"}))
    assert '"images" is left out: the quota ml.g4dn.xlarge is 0' in told
    assert "so tier 3 falls back to tier 2" in told
    assert any("estimate: 12 minutes and $0.01" in line for line in told)


def test_a_reason_is_told_once_with_all_steps_that_it_keeps_back():
    steps = [a_step("deploy", raising(DENIED), carries=True, dollars=0.01), a_step("a"), a_step("b")]
    ran = run_steps(steps, {}, None, situation(), lambda _: None)
    told = list(after(situation(), ran))
    assert 'a, b: "deploy" did not go well' in told
    assert sum("not run" in line for line in told) == 3
    assert any(line.startswith("  all ") and "$0.01" in line for line in told)
