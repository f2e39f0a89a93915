"""With --wait the command follows what it published to the registered model, or says why there is none."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from groundtrain.progress_reporter import SilentReporter
from groundtrain.publishing import patience
from groundtrain.publishing.patience import NoModelError, Patience
from tests.mocked_aws import MockedAws
from tests.published import Say, completed, ended, put_dataset, register, start_job

SOURCE = "yard.coco.json"
Happening = Callable[[], object]


class Clock:
    """Passes as soon as somebody waits; what happens meanwhile happens then."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.happens: list[Happening] = []

    def pause(self, seconds: float) -> None:
        self.seconds += seconds
        if self.happens:
            self.happens.pop(0)()

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience.Patience.__init__, "__defaults__", (clock.pause, clock.now))
    return clock


def test_it_waits_for_dataset_job_and_model_one_after_the_other(
    say: Say, aws: MockedAws, clock: Clock
) -> None:
    made: dict[str, Any] = {}
    clock.happens = [
        lambda: made.update(dataset=put_dataset(aws)),
        lambda: made.update(job=start_job(aws, made["dataset"])),
        lambda: None,
        lambda: completed(aws, made["job"]),
        lambda: made.update(package=register(aws, made["job"], made["dataset"])),
    ]
    said = say(SOURCE, "--wait")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == f"A model was registered: {made['package']}"
    told = [
        part
        for part in ("the dataset", made["job"], "the registered model")
        if f"Waiting for {part}" in said.out or f"training job {part}" in said.out
    ]
    assert len(told) == 3


def test_the_document_has_dataset_job_and_model(say: Say, aws: MockedAws, clock: Clock) -> None:
    say(SOURCE)
    dataset = put_dataset(aws)
    job = start_job(aws, dataset)
    completed(aws, job)
    package = register(aws, job, dataset)
    document = json.loads(say(SOURCE, "--wait", "--format", "json").out)
    assert document["published_before"] is True
    assert (document["training_job"], document["model_package"]) == (job, package)
    assert document["dataset"].endswith(f"/{dataset.dataset_id}/")


def test_the_model_of_another_job_is_not_taken_for_it(say: Say, aws: MockedAws, clock: Clock) -> None:
    say(SOURCE)
    dataset = put_dataset(aws)
    job = start_job(aws, dataset)
    completed(aws, job)
    package = register(aws, job, dataset)
    register(aws, start_job(aws, dataset, 1), dataset)
    said = say(SOURCE, "--wait")
    assert said.out.splitlines()[-1] == f"A model was registered: {package}"


def test_a_dataset_of_other_bytes_is_not_taken_for_it(say: Say, aws: MockedAws, clock: Clock) -> None:
    say(SOURCE)
    put_dataset(aws, sha256="0" * 64)
    said = say(SOURCE, "--wait", "--timeout", "10m")
    assert said.code == 1
    assert "the dataset has not come within 10m" in said.err


def test_a_closed_gate_ends_it_with_its_reasons(say: Say, aws: MockedAws, clock: Clock) -> None:
    clock.happens = [lambda: put_dataset(aws, reasons=['The class "car" is rare: label more of it.'])]
    said = say(SOURCE, "--wait")
    assert said.code == 1
    assert 'the gate is closed: The class "car" is rare: label more of it' in said.err


def test_a_failed_job_ends_it_with_its_reason(say: Say, aws: MockedAws, clock: Clock) -> None:
    say(SOURCE)
    job = start_job(aws, put_dataset(aws))
    ended(aws, job, "Failed", FailureReason="AlgorithmError: it broke")
    said = say(SOURCE, "--wait")
    assert said.code == 1
    assert f"training job {job} ended as Failed: AlgorithmError: it broke" in said.err


def test_it_follows_the_next_attempt_where_a_machine_was_missing(
    say: Say, aws: MockedAws, clock: Clock
) -> None:
    say(SOURCE)
    dataset = put_dataset(aws)
    job = start_job(aws, dataset)
    ended(aws, job, "Failed", FailureReason="CapacityError: no machine")
    made: dict[str, str] = {}

    def go_on() -> None:
        made["job"] = start_job(aws, dataset, 1)
        completed(aws, made["job"])
        made["package"] = register(aws, made["job"], dataset)

    clock.happens = [go_on]
    said = say(SOURCE, "--wait")
    assert said.code == 0, said.err
    assert made["package"] in said.out
    assert "the next attempt follows" in said.out


def test_it_is_never_silent_and_says_what_to_look_at_when_it_takes_long(
    say: Say, aws: MockedAws, clock: Clock
) -> None:
    said = say(SOURCE, "--wait", "--timeout", "20m")
    assert said.code == 1
    assert said.out.count("still waiting for the dataset") > 10
    assert said.out.count("groundtrain redrive dev --dry-run") == 2, "once more than without --wait"
    assert "run the same again with --wait" in said.err


def wait_for_ever(waiting: Patience) -> None:
    while True:
        waiting.waits()


def test_a_time_that_is_given_has_an_end() -> None:
    clock = Clock()
    waiting = Patience(60, SilentReporter(), clock.pause, clock.now)
    waiting.begins("a bus")
    with pytest.raises(NoModelError, match="a bus has not come within 1m"):
        wait_for_ever(waiting)
    assert 60 <= clock.seconds < 80
