"""No job slips between two sweeps."""

from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from groundtrain.durations import Duration
from groundtrain.errors import SettingsError
from groundtrain.pipeline.collected_failures import Failures
from groundtrain.pipeline.sweep import missed_jobs
from groundtrain.settings.environment import Environment, Sweep
from groundtrain.settings.environment_file import dump_environment, parse_environment
from groundtrain.training.settings_checks import training_mistakes

LISTS = {
    "labeling": partial(missed_jobs.list_ended_labeling_jobs, failures=Failures()),
    "training": missed_jobs.list_ended_training_jobs,
}
START = datetime(2026, 11, 1, tzinfo=UTC)
minutes = st.integers(1, 5000)


class Jobs:
    """One labeling and one training job, listed by whoever asks for a time around their end."""

    def __init__(self, ended):
        self.ended = ended

    def get_paginator(self, _):
        return self

    def paginate(self, **asked):
        found = asked["LastModifiedTimeAfter"] < self.ended < asked["LastModifiedTimeBefore"]
        training = {
            "TrainingJobName": "groundtrain-test-job",
            "TrainingJobArn": "arn",
            "TrainingJobStatus": "Completed",
        }
        return [
            {
                "LabelingJobSummaryList": [{"LabelingJobName": "job"}] * found,
                "TrainingJobSummaries": [training] * found,
            }
        ]


@st.composite
def environments(draw):
    """With settings that are allowed."""
    every, grace, more = (60 * draw(minutes) for _ in range(3))
    sweep = Sweep(Duration(every), Duration(2 * every + grace + more), Duration(grace))
    environment = Environment(name="test", region="eu-west-1", sweep=sweep)
    return parse_environment(dump_environment(environment), training_mistakes)


def window(environment, now):
    return missed_jobs.sweep_window(environment, now, deployed=START - timedelta(days=1))


def sweeps_that_find(kind, environment, ended, moments):
    list_jobs = LISTS[kind]
    aws = SimpleNamespace(sagemaker=Jobs(ended))
    return [moment for moment in moments if list(list_jobs(environment, aws, window(environment, moment)))]


@pytest.mark.parametrize("kind", LISTS)
@given(
    environments(),
    st.floats(0, 10),
    st.integers(0, 12),
    st.lists(st.floats(0, 0.99), min_size=30, max_size=30),
)
def test_a_job_is_found_although_a_sweep_fails_or_every_one_is_late(kind, environment, when, failed, late):
    every = timedelta(seconds=environment.sweep.every)
    ended = START + when * every
    until = START + 12 * every + timedelta(seconds=environment.sweep.look_back)
    count = min(400, int((until - START) / every) + 2)
    in_time = [START + number * every for number in range(count)]
    assume(in_time[-1] >= ended + timedelta(seconds=environment.sweep.grace) + 2 * every)
    assert sweeps_that_find(kind, environment, ended, [m for i, m in enumerate(in_time) if i != failed])
    assert sweeps_that_find(
        kind, environment, ended, [m + late[i % 30] * every for i, m in enumerate(in_time)]
    )


@given(minutes, minutes, st.integers(0, 60))
def test_settings_under_which_a_job_could_slip_through_are_refused(every, grace, less):
    sweep = Sweep(Duration(60 * every), Duration(60 * (2 * every + grace) - less), Duration(60 * grace))
    text = dump_environment(Environment(name="test", region="eu-west-1", sweep=sweep))
    with pytest.raises(SettingsError, match="look_back"):
        parse_environment(text, training_mistakes)
