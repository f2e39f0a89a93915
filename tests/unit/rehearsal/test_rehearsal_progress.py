"""What is shown while a program runs: how far each channel is, and who waits for whom."""

import pytest

from groundtrain.cli.commands.rehearse import progress
from groundtrain.cli.commands.rehearse.progress import Progress
from groundtrain.pipe.sending import Epoch
from groundtrain.rehearsal.metrics import MetricSearch

HALF_READ = Epoch(0, 100, read=50, bytes=4_000_000, seconds=2.0, waited=1.5)


def test_channels_are_told_every_few_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    shown = Progress()
    for now in (1.0, 4.9, 5.0, 6.0):
        clock[0] = now
        shown.channels({"train": [HALF_READ], "validation": []})
    assert capsys.readouterr().err.splitlines() == [
        "channel train: 1 epoch, 50 records, 2.0 MB/s; the pipe waited for the program 75%",
        "channel validation: never opened",
    ]


def test_a_metric_is_the_first_group_of_its_expression() -> None:
    search = MetricSearch([{"Name": "loss", "Regex": "loss=([0-9.e+-]+)"}])
    assert search.look_at("epoch 1 loss=2.5e-1 loss=9") == [("loss", 0.25)]
    assert search.look_at("loss=. and no number") == []
    assert (search.metrics["loss"].found, search.metrics["loss"].last) == (1, 0.25)


def test_an_expression_without_a_group_finds_nothing() -> None:
    assert MetricSearch([{"Name": "loss", "Regex": "loss"}]).look_at("loss 1") == []
