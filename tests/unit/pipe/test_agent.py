"""What the agent sends, and what it knows of the program that reads."""

import threading
from pathlib import Path

import pytest

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe import read_channel
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import Objects, objects_of
from tests.unit.pipe.conftest import Started
from tests.waiting import eventually

ATTRIBUTES = ("source-ref", "label")


def labels(epoch: int = 0) -> list[int]:
    return [label for _, label in read_channel("train", ATTRIBUTES, epoch)]


def test_an_epoch_is_the_lines_in_their_order_with_the_objects_bytes(started: Started, images: Path) -> None:
    started()
    files = [((images / f"{i}.jpg").read_bytes(), i) for i in range(30)]
    assert list(read_channel("train", ATTRIBUTES)) == files


def test_parts_give_the_same(started: Started, images: Path) -> None:
    started(longest_part=1_000)
    files = [((images / f"{i}.jpg").read_bytes(), i) for i in range(30)]
    assert list(read_channel("train", ATTRIBUTES)) == files


def test_objects_that_are_read_at_once_come_in_order(started: Started, images: Path) -> None:
    started(objects=objects_of(DirectoryStore(images), at_once=8))
    assert labels() == list(range(30))


def test_there_are_as_many_epochs_as_are_read(started: Started) -> None:
    agent = started()
    assert [labels(i) for i in range(3)] == [list(range(30))] * 3
    assert eventually(lambda: [epoch.ended for epoch in agent.epochs] == [True] * 3)
    assert [(epoch.read, epoch.unread) for epoch in agent.epochs] == [(30, 0)] * 3


def test_a_seed_gives_another_order_each_epoch_and_the_same_again(started: Started, tmp_path: Path) -> None:
    channel = Channel("train", tmp_path / "train.manifest", ATTRIBUTES, seed=7)
    agent = started(channel)
    first, second = labels(0), labels(1)
    agent.stop()
    started(channel)
    assert sorted(first) == sorted(second) == list(range(30))
    assert first != second != list(range(30))
    assert [labels(0), labels(1)] == [first, second]


def test_the_next_pipe_is_made_in_advance(started: Started) -> None:
    agent = started()
    assert eventually(agent.path(1).is_fifo)
    assert not agent.path(2).exists()


def test_the_second_pipe_may_be_made_late_and_those_after_it_in_advance(started: Started) -> None:
    agent = started(late=True)
    labels()
    assert eventually(lambda: agent.epochs[0].ended)
    assert not agent.path(1).exists()
    agent.make_second_pipe()
    assert labels(1) == list(range(30))
    assert eventually(agent.path(2).is_fifo)


def test_an_agent_that_waits_with_its_second_pipe_can_be_stopped(started: Started) -> None:
    agent = started(late=True)
    labels()
    agent.stop()


def test_a_pipe_that_nobody_opens_costs_nothing(started: Started) -> None:
    agent = started(objects=Objects(read=lambda _: pytest.fail("read although nobody asked")))
    agent.stop()
    assert agent.epochs == []
    assert agent.failure is None


def test_a_reader_may_close_early_and_what_it_left_is_known(started: Started) -> None:
    agent = started()
    examples = read_channel("train", ATTRIBUTES)
    next(examples)
    examples.close()
    assert len(labels(1)) == 30
    first = agent.epochs[0]
    assert first.ended
    assert first.read + first.unread == 30


def test_what_was_taken_is_counted_to_the_byte(started: Started) -> None:
    agent = started()
    with agent.path(0).open("rb", buffering=0) as pipe:
        taken = 0
        while taken < 5_050 * 3:  # three examples of 8 + 5,000 and 8 + 4 bytes, and a part of the fourth
            taken += len(pipe.read(min(1_000, 5_050 * 3 - taken)))
    assert eventually(lambda: bool(agent.epochs and agent.epochs[0].ended))
    assert (agent.epochs[0].read, agent.epochs[0].bytes) == (3, taken)


def test_an_epoch_ends_after_the_most_examples(started: Started) -> None:
    agent = started(most_examples=4)
    assert labels() == [0, 1, 2, 3]
    assert eventually(lambda: agent.epochs[0].ended)
    assert agent.epochs[0].unread == 0


def test_a_pipe_that_is_opened_again_is_known(started: Started) -> None:
    agent = started()
    labels()
    again = threading.Thread(target=lambda: agent.path(0).read_bytes())
    again.start()
    assert eventually(lambda: agent.opened_twice == {0})
    again.join()


def test_a_reader_that_keeps_a_pipe_open_has_not_opened_it_twice(started: Started) -> None:
    agent = started()
    with agent.path(0).open("rb") as pipe:
        pipe.read()
        labels(1)
        labels(2)
    assert agent.opened_twice == set()


def test_an_epoch_beyond_the_most_is_known_when_it_is_opened(started: Started) -> None:
    agent = started(most_epochs=1)
    labels()
    assert not agent.waits_for_more
    more = threading.Thread(target=lambda: agent.path(1).read_bytes(), daemon=True)
    more.start()
    assert eventually(lambda: agent.waits_for_more)
    agent.stop()
    more.join()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda images: (images / "9.jpg").unlink(), "record 10: s3://acme/9.jpg: there is no file"),
        (
            lambda images: (images.parent / "train.manifest").write_bytes(b"[" * 3_000),
            "record 1 is not a JSON object",
        ),
    ],
)
def test_what_cannot_be_sent_is_a_failure_and_no_end(started: Started, images: Path, change, said) -> None:
    agent = started()
    change(images)
    reader = threading.Thread(target=lambda: list(read_channel("train", ATTRIBUTES)), daemon=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threading, "excepthook", lambda _: None)  # the pipe ends within an example
        reader.start()
        assert eventually(lambda: agent.failure is not None)
        assert reader.is_alive()
        agent.stop()
        reader.join()
    assert said in str(agent.failure)


def test_without_a_wrapper_records_follow_one_another(started: Started, tmp_path: Path, images: Path) -> None:
    agent = started(Channel("train", tmp_path / "train.manifest", ATTRIBUTES, framed=False))
    with agent.path(0).open("rb") as pipe:
        content = pipe.read()
    assert content == b"".join((images / f"{i}.jpg").read_bytes() + str(i).encode() for i in range(30))


def test_channels_do_not_wait_for_one_another(started: Started, tmp_path: Path) -> None:
    started()
    started(Channel("train_more", tmp_path / "train.manifest", ATTRIBUTES))
    waiting = read_channel("train_more", ATTRIBUTES)
    next(waiting)
    assert len(labels()) == 30
    waiting.close()
