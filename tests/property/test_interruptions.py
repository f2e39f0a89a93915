"""A function that is interrupted anywhere and asked again leaves what an undisturbed one leaves.

Where the interruptions can be is found by recording the requests of an undisturbed run.
"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundtrain.aws import notifications, s3
from groundtrain.s3_addresses import S3Address
from tests.interrupted import CASES, run, run_at_once
from tests.wire import Break

KINDS = ("throttling", "timeout", "error", "reset")
CRASHES = (Break(0, "crash"), Break(0, "crash", done=True))
FAULTS = tuple(Break(0, kind, done=kind != "throttling") for kind in KINDS)
TELLING = (
    "a labeling job",
    "a large labeling job",
    "a labeling job whose images are to be looked at",
    "no labels",
    "an unknown labeling job",
    "no quota at all",
    "a dataset after the last job of the day",
    "a dataset after a model",
    "a trained model",
    "a training without a machine",
    "missed labeling jobs",
    "missed training jobs",
    "missed datasets",
    "an upload that was replaced",
    "missed uploads",
)
LASTING = tuple(Break(0, kind, lasting=True) for kind in KINDS)


def requests_of(clients, names):
    """Each function with each kind of request it makes."""
    return {
        (CASES[name].function, request) for name in names for request in run(clients, CASES[name]).requests
    }


def test_the_telling_cases_make_every_kind_of_request_of_every_function(clients):
    assert requests_of(clients, TELLING) == requests_of(clients, CASES)


def interrupt_everywhere(clients, case, breaks):
    """Each break at each request; figures of what was done."""
    undisturbed = run(clients, case)
    deliveries = 0
    points = list(itertools.product(range(len(undisturbed.requests)), breaks))
    for number, interruption in points:
        ending = run(clients, case, interruption._replace(at=number))
        deliveries += ending.deliveries
        assert ending.state == undisturbed.state, f"{interruption} at {undisturbed.requests[: number + 1]}"
    return f"{len(points)} points interrupted, {deliveries} deliveries"


@pytest.mark.parametrize("name", CASES)
def test_a_crash_before_or_after_any_request(clients, name, record_property):
    record_property("figures", interrupt_everywhere(clients, CASES[name], CRASHES))


@pytest.mark.parametrize("name", TELLING)
def test_any_request_that_is_throttled_or_whose_answer_is_lost(clients, name, record_property):
    record_property("figures", interrupt_everywhere(clients, CASES[name], FAULTS))


@pytest.mark.drill
@pytest.mark.parametrize("name", CASES)
def test_any_request_that_fails_once_or_until_the_function_gives_up(clients, name, record_property):
    record_property("figures", interrupt_everywhere(clients, CASES[name], FAULTS + LASTING))


@pytest.mark.parametrize("name", CASES)
def test_another_worker_at_the_same_message_between_any_two_requests(clients, name, record_property):
    alone = run(clients, CASES[name])
    for number in range(len(alone.requests)):
        ending = run(clients, CASES[name], Break(number, "crash"), meanwhile=True)
        assert ending.state == alone.state, f"before {alone.requests[: number + 1]}"
    record_property("figures", f"{len(alone.requests)} moments, {2 * len(alone.requests)} deliveries")


@pytest.mark.parametrize("name", TELLING)
def test_several_workers_in_the_same_moment(clients, name):
    assert run_at_once(clients, CASES[name], 4) == run(clients, CASES[name]).state


interruptions = st.lists(
    st.builds(Break, st.integers(0, 25), st.sampled_from(("crash", *KINDS)), st.booleans(), st.booleans()),
    max_size=6,
)


@settings(max_examples=40)
@given(name=st.sampled_from(sorted(CASES)), breaks=interruptions)
def test_any_interruptions_one_after_the_other(clients, name, breaks):
    assert run(clients, CASES[name], *breaks).state == run(clients, CASES[name]).state


@pytest.mark.parametrize("name", CASES)
def test_what_was_done_and_is_asked_again_is_not_told_again(clients, name):
    once, twice = run(clients, CASES[name]), run(clients, CASES[name], again=True)
    assert twice.state == once.state
    assert twice.messages == once.messages <= 1


def test_a_message_marked_as_sent_before_it_is_sent_would_be_noticed(clients, monkeypatch):
    def mark_first(aws, topic, message):
        mark = S3Address(topic.ledger_bucket, f"messages/{message.id}.json")
        if not s3.put_if_absent(aws.s3, mark, b"", content_type="application/json"):
            return False
        attributes = {"id": {"DataType": "String", "StringValue": message.id}}
        aws.sns.publish(TopicArn=topic.arn, Message=message.text, MessageAttributes=attributes)
        return True

    monkeypatch.setattr(notifications, "notify", mark_first)
    with pytest.raises(AssertionError):
        interrupt_everywhere(clients, CASES["a failed training"], CRASHES)


def test_a_dataset_marked_as_complete_before_it_is_would_be_noticed(clients, monkeypatch):
    put_if_absent, held_back = s3.put_if_absent, []

    def hold_back(_, path, address, *, content_type):
        held_back.append((address, path.read_bytes()))

    def mark_first(client, address, body, *, content_type):
        written = put_if_absent(client, address, body, content_type=content_type)
        while held_back and address.key.endswith("dataset.json"):
            late, content = held_back.pop()
            client.put_object(Bucket=late.bucket, Key=late.key, Body=content)
        return written

    monkeypatch.setattr(s3, "upload", hold_back)
    monkeypatch.setattr(s3, "put_if_absent", mark_first)
    with pytest.raises(AssertionError):
        interrupt_everywhere(clients, CASES["a labeling job"], CRASHES)
