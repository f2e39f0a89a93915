"""Feed the detector from memory and from a pipe, whose writer is a process of its own as on SageMaker."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import objects_of
from groundtrain_detector.channels import Labeled, Reader, in_background, pipe_reader
from groundtrain_detector.decoding import Decoders, Task
from groundtrain_detector.stopping import Stop
from tests.detector.scenes import scenes, write_scenes

_LABEL = "boxes"


class Scenes:
    """Drawn scenes, in memory and in a folder with their manifests."""

    def __init__(self, folder: Path, train: int, validation: int) -> None:
        drawn = scenes(train + validation)
        self.sides = {"train": drawn[:train], "validation": drawn[train:]}
        self.folder = write_scenes(folder, train + validation)
        lines = (folder / "scenes.manifest").read_text("utf-8").splitlines(keepends=True)
        for name, side in (("train", lines[:train]), ("validation", lines[train:])):
            (folder / f"{name}.manifest").write_text("".join(side), "utf-8")

    def from_memory(self) -> Reader:
        """Reads the same examples again and again."""
        return lambda channel, _: iter(self.sides[channel])

    @contextmanager
    def from_pipe(self, base: Path) -> Iterator[Reader]:
        """Reads pipes that another process fills, in the order of the manifests."""
        data = base / "input" / "data"
        data.mkdir(parents=True, exist_ok=True)
        os.environ["SAGEMAKER_BASE_DIR"] = str(base)
        context = multiprocessing.get_context("spawn")
        sender = context.Process(target=_send, args=(self.folder, data), daemon=True)
        sender.start()
        try:
            yield pipe_reader(_LABEL)
        finally:
            sender.kill()
            sender.join()


def _send(folder: Path, data: Path) -> None:
    objects = objects_of(DirectoryStore(folder / "images"))
    for name in ("train", "validation"):
        channel = Channel(name, folder / f"{name}.manifest", ("source-ref", _LABEL))
        ChannelAgent(channel, data, objects).start()
    time.sleep(3600)


def tasks(labeled: Iterator[Labeled], input_size: int) -> Iterator[Task]:
    """Examples to decode, without variation."""
    for number, one in enumerate(labeled):
        yield Task(str(number), one.image, one.label, input_size, 4, None, (0,))


def decoded_per_second(read: Reader, decoders: Decoders, input_size: int, epoch: int) -> float:
    """Images a second that reach the network, which does nothing; the first few are not counted."""
    examples = decoders.decoded(tasks(in_background(read("train", epoch), Stop()), input_size))
    skipped = sum(1 for _ in islice(examples, 20))
    started = time.monotonic()
    number = sum(1 for _ in examples)
    assert skipped
    return number / (time.monotonic() - started)


def seconds_of(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock and of this process and its children's processors."""
    before, started = os.times(), time.monotonic()
    work()
    after = os.times()
    return time.monotonic() - started, sum(after[:4]) - sum(before[:4])


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as folder:
        yield Path(folder)
