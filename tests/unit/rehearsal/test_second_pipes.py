"""When second pipes are made: after the program has read what there is, and never too late."""

from types import SimpleNamespace

import pytest

from groundtrain.pipe.sending import Epoch
from groundtrain.rehearsal.second_pipes import LATEST, QUIET, SecondPipes


class Agent:
    """A channel whose epochs are what a test says."""

    def __init__(self, name: str, *epochs: Epoch) -> None:
        self.channel = SimpleNamespace(name=name)
        self.epochs = list(epochs)
        self.made = False

    def make_second_pipe(self) -> None:
        self.made = True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def look(pipes: SecondPipes, clock: Clock, seconds: float) -> None:
    clock.now += seconds
    pipes.look()


def test_it_is_made_a_moment_after_the_first_was_closed(clock: Clock) -> None:
    train = Agent("train", Epoch(0, 9, ended=True))
    pipes = SecondPipes([train], clock)  # type: ignore[list-item]
    look(pipes, clock, 0)
    look(pipes, clock, QUIET * 0.9)
    assert not train.made
    look(pipes, clock, QUIET * 0.2)
    assert train.made


def test_a_channel_that_was_never_opened_has_none(clock: Clock) -> None:
    train = Agent("train")
    pipes = SecondPipes([train], clock)  # type: ignore[list-item]
    look(pipes, clock, 0)
    look(pipes, clock, 99)
    assert not train.made


def test_it_is_not_made_while_another_channel_is_read(clock: Clock) -> None:
    train, validation = Agent("train", Epoch(0, 9, ended=True)), Agent("validation", Epoch(0, 9))
    pipes = SecondPipes([train, validation], clock)  # type: ignore[list-item]
    look(pipes, clock, 0)
    look(pipes, clock, LATEST * 0.9)
    validation.epochs[0].ended = True
    look(pipes, clock, 0)
    assert not train.made
    look(pipes, clock, QUIET)
    assert train.made
    assert validation.made


def test_a_program_that_reads_two_channels_at_once_waits_for_seconds_only(clock: Clock) -> None:
    train, validation = Agent("train", Epoch(0, 9, ended=True)), Agent("validation", Epoch(0, 9))
    pipes = SecondPipes([train, validation], clock)  # type: ignore[list-item]
    look(pipes, clock, 0)
    look(pipes, clock, LATEST)
    assert (train.made, validation.made) == (True, False)
