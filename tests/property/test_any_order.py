"""In whatever order events of a job or an upload come, how often, whichever are lost: the end is the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.interrupted import age_objects, look, put_there
from tests.mocked_aws import mocked_aws
from tests.unit.functions.pipeline import (
    Pipeline,
    finish_labeling_job,
    labeling_event,
    training_event,
    upload_event,
)

FUNCTIONS = {"convert": "convert_manifest", "start": "start_training", "record": "record_outcome"}
STEPS = tuple(FUNCTIONS)
TOO_EARLY = "cannot go on"


@st.composite
def deliveries(draw):
    """Each step's event up to three times, in any order."""
    times = draw(st.tuples(*[st.integers(0, 3)] * len(STEPS)))
    return draw(st.permutations([step for step, n in zip(STEPS, times, strict=True) for _ in range(n)]))


def labeling_job(pipeline, yesterday):
    return labeling_event(finish_labeling_job(pipeline.aws, lines=6, at=yesterday))


def upload(pipeline, yesterday):
    put_there("manifests/")(pipeline)
    age_objects("labels", yesterday)
    return upload_event("manifests/yard.manifest")


class OneJob:
    """Labels of yesterday and their events, known beforehand; what is put off is kept."""

    def __init__(self, aws, patch, trigger, known):
        self.aws, self.pipeline, self.kept = aws, Pipeline(aws, patch), []
        yesterday = datetime.now(UTC) - timedelta(days=1)
        self.events = {"convert": trigger(self.pipeline, yesterday), **known}
        if known:
            name = known["record"]["detail"]["TrainingJobName"]
            aws.sagemaker.end_training_job(name, "Completed", at=yesterday)

    def deliver(self, *steps):
        """Hand the steps their events; events that they send themselves are lost."""
        for step in steps:
            self.kept += [step for _ in getattr(self.pipeline, step)(self.events[step])]
            self.aws.receive(self.pipeline.queues[FUNCTIONS[step]])
        self.aws.events()

    def settle(self):
        """Each kept message comes back, the sweep looks once, and what follows from that goes its way."""
        self.again()
        self.pipeline.call_sweep()
        swept = {name: self.aws.receive(url) for name, url in self.pipeline.queues.items()}
        assert self.pipeline.convert(*swept["convert_manifest"]) == []
        if ready := self.aws.events():
            assert self.pipeline.start(*ready) == []
            self.deliver("record")
        assert self.pipeline.record(*swept["record_outcome"]) == []
        self.again()
        assert self.kept == []

    def again(self):
        kept, self.kept = self.kept, []
        self.deliver(*kept)


def known_events(clients, trigger):
    """The events that convert_manifest and SageMaker send, as an undisturbed job has them."""
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        job = OneJob(aws, patch, trigger, {})
        job.pipeline.convert(job.events["convert"])
        (ready,) = aws.events()
        job.pipeline.start(ready)
        (name,) = aws.sagemaker.training_requests
        return {"start": ready, "record": training_event(name)}


def ending(clients, trigger, known, order):
    """What is there when all has settled; what people were told of events that came too early is left out."""
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        job = OneJob(aws, patch, trigger, known)
        job.deliver(*order)
        job.settle()
        state, _ = look(aws, job.pipeline)
        early = {each for each, (subject, _) in state["messages"].items() if TOO_EARLY in subject}
        state["messages"] = {each: words for each, words in state["messages"].items() if each not in early}
        state["objects"] = {
            key: body for key, body in state["objects"].items() if not any(each in key for each in early)
        }
        return state, early


@pytest.fixture(scope="module", params=[labeling_job, upload])
def trigger(request):
    return request.param


@pytest.fixture(scope="module")
def known(clients, trigger):
    return known_events(clients, trigger)


@pytest.fixture(scope="module")
def undisturbed(clients, trigger, known):
    state, early = ending(clients, trigger, known, STEPS)
    assert early == set()
    return state


def test_an_undisturbed_job_leaves_one_of_each(undisturbed):
    kinds = ("training jobs", "model packages", "messages")
    assert [len(undisturbed[kind]) for kind in kinds] == [1, 1, 1]
    assert len([key for key in undisturbed["objects"] if key.endswith("dataset.json")]) == 1


@settings(max_examples=20)  # of each trigger
@given(order=deliveries())
@example(order=[])
@example(order=["convert"])
@example(order=["convert", "start"])
def test_any_order_of_any_number_of_events_ends_the_same(clients, trigger, known, undisturbed, order):
    state, early = ending(clients, trigger, known, order)
    assert state == undisturbed
    assert bool(early) == came_too_early(order)


def came_too_early(order):
    """Whether an event was handed over before what it tells of was there."""
    there = 0
    for step in map(STEPS.index, order):
        if step > there:
            return True
        there = max(there, step + 1)
    return False
