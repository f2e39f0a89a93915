"""The detector: fed by the pipe beside the same images from memory, and what it learns of drawn scenes.

It needs torch: `.venv-detector/bin/python -m benchmarks detector`, after `make test-detector`.
"""

import os
import resource
import statistics
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.tables import number_columns

TRAIN, VALIDATION, EPOCHS = 200, 50, 8
_PAIRS, _SIZE = 3, 320
_CHOSEN = {"network": "fcos_small", "input_size": str(_SIZE), "learning_rate": "0.002", "decode_workers": "0"}


def run(train: int = TRAIN, validation: int = VALIDATION, epochs: int = EPOCHS) -> None:
    """Feed, train and learn; a sentence where there is no torch."""
    if not find_spec("torch"):
        Console().print("detector: needs torch: .venv-detector/bin/python -m benchmarks detector")
        return
    import torch

    from benchmarks.detector_feeding import Scenes, scratch

    torch.set_num_threads(1)
    with scratch() as folder:
        drawn = Scenes(folder / "scenes", train, validation)
        _feeding(drawn, folder)
        _training(drawn, folder)
        _learning(drawn, epochs)


def _feeding(drawn: Any, folder: Path) -> None:
    """Decoding alone, which is all that a fast GPU would wait for."""
    from benchmarks.detector_feeding import decoded_per_second
    from groundtrain_detector.decoding import Decoders

    table = Table(
        "decode workers", *number_columns("memory, images/s", "pipe, images/s", "÷ memory"), title="feeding"
    )
    for workers in range(len(os.sched_getaffinity(0)) + 1):
        with Decoders(workers) as decoders, drawn.from_pipe(folder / f"ml-{workers}") as pipe:
            pairs = [
                (
                    decoded_per_second(drawn.from_memory(), decoders, _SIZE, epoch),
                    decoded_per_second(pipe, decoders, _SIZE, epoch),
                )
                for epoch in range(_PAIRS)
            ]
        table.add_row(str(workers), *_medians(pairs))
    Console().print(table)


def _training(drawn: Any, folder: Path) -> None:
    """Whole epochs with the training in them."""
    from benchmarks.detector_feeding import seconds_of
    from groundtrain_detector.decoding import Decoders, usual_workers

    workers = usual_workers()
    table = Table(
        "decode workers", *number_columns("memory, images/s", "pipe, images/s", "÷ memory"), title="training"
    )
    with Decoders(workers) as decoders, drawn.from_pipe(folder / "ml-training") as pipe:
        of_memory, of_pipe = (
            trainings(drawn, read, decoders, _PAIRS, **_CHOSEN) for read in (drawn.from_memory(), pipe)
        )
        pairs = []
        for epoch in range(_PAIRS):
            times = [seconds_of(partial(one._train_epoch, epoch, epoch))[0] for one in (of_memory, of_pipe)]  # noqa: SLF001
            number = len(drawn.sides["train"])
            pairs.append((number / times[0], number / times[1]))
    table.add_row(str(workers), *_medians(pairs))
    Console().print(table)


def trainings(drawn: Any, read: Any, decoders: Any, epochs: int, **chosen: str) -> Any:
    """A training of the drawn scenes that has not begun."""
    import torch

    from groundtrain_detector.device import choose_device
    from groundtrain_detector.hyperparameters import parse_hyperparameters
    from groundtrain_detector.networks import build_network
    from groundtrain_detector.stopping import Stop
    from groundtrain_detector.training import Training

    derived = {"label_attribute": "boxes", "num_classes": "4"}
    counts = {"num_training_samples": str(len(drawn.sides["train"])), "epochs": str(epochs)}
    given = parse_hyperparameters({**derived, **counts, **chosen})
    torch.manual_seed(given.seed)
    device = choose_device(mixed_precision=given.mixed_precision)
    network = build_network(given.network, 4)
    return Training(network, given, device, read=read, decoders=decoders, stop=Stop())


def _learning(drawn: Any, epochs: int) -> None:
    """The mAP before and after, on one thread, from memory."""
    from benchmarks.detector_feeding import seconds_of
    from groundtrain_detector.decoding import Decoders

    with Decoders(0) as decoders:
        training = trainings(drawn, drawn.from_memory(), decoders, epochs, **_CHOSEN)
        before = training._validate(0).metrics  # noqa: SLF001
        wall, processors = seconds_of(training.run)
    after, memory = training.progress.metrics, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    table = Table(
        "", *number_columns("before", "after"), title=f"learning {len(drawn.sides['train'])} scenes"
    )
    for name in after:
        table.add_row(name, f"{before[name]:.3f}", f"{after[name]:.3f}")
    Console().print(table)
    Console().print(f"{epochs} epochs in {wall:.0f} s, {processors:.0f} s of CPU, at most {memory} MiB")


def _medians(pairs: list[tuple[float, float]]) -> tuple[str, str, str]:
    memory, pipe = (statistics.median(values) for values in zip(*pairs, strict=True))
    return f"{memory:.0f}", f"{pipe:.0f}", f"{statistics.median(b / a for a, b in pairs):.2f}"
