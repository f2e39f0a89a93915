"""Stream images through a named pipe into our reader: the agent, beside `cat` of the same bytes.

The reader is a process of its own, and the same in both; it counts from the first byte to the end of the
pipe. Pairs are run one after the other, and the ratio is the median of theirs: on a busy machine both suffer.
"""

import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.manifests import LABEL, image_uri
from benchmarks.tables import number_columns
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import ManifestLines, examples_of, objects_of
from groundtrain.pipe.recordio import framed

SIZES = {13_000: (12_000, (640, 400)), 100_000: (3_000, (1280, 800))}
"""Images and their pixels, by bytes of an image."""

_PAIRS = 7
_ATTRIBUTES = ("source-ref", LABEL)
_READER = f"""
import time
from groundtrain.pipe import read_channel
began, number = 0.0, 0
for example in read_channel("train", {_ATTRIBUTES}):
    began = began or time.monotonic()
    number += 1
print(number, time.monotonic() - began)
"""

_SENDER = """
import sys
from pathlib import Path
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import ManifestLines, examples_of, objects_of
manifest, images, *attributes = sys.argv[1:]
channel = Channel("train", Path(manifest), tuple(attributes), seed=7)
objects = objects_of(DirectoryStore(Path(images)))
for example in examples_of(ManifestLines(channel.manifest), channel, 0, objects):
    pass
print(next(int(one.split()[1]) // 1024 for one in open("/proc/self/status") if one.startswith("VmHWM")))
"""
_MAIN = "from groundtrain.cli import main; main()"
_FIRST = """
import time
from groundtrain.pipe import read_channel
next(read_channel("train", {attributes}))
open({told!r}, "w").write(str(time.time()))
"""
_LINES_OF_MEMORY = (3_000, 300_000)


class Set(Struct, frozen=True):
    """Images of one size, and their manifest."""

    folder: Path
    manifest: Path
    images: int
    image: bytes

    @property
    def channel(self) -> Channel:
        return Channel("train", self.manifest, _ATTRIBUTES)


def run(pairs: int = _PAIRS) -> None:
    """Print a table: both rates, their ratio, and the rate at which one core decodes the images."""
    headings = ("MB", "agent, MB/s", "cat, MB/s", "ratio", "examples/s", "one core decodes", "times")
    table = Table("image", *number_columns(*headings))
    for size, (number, pixels) in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
            made = write_set(Path(directory), number, jpeg(size, pixels))
            table.add_row(f"{size / 1000:,.0f} kB", *_row(made, Path(directory), pairs))
    console = Console(width=110)
    console.print(f"pipe: an epoch of each size, {pairs} pairs")
    console.print(table)
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        memory = ", ".join(f"{n:,} lines {most_memory(n, Path(directory))} MB" for n in _LINES_OF_MEMORY)
        first = first_record(Path(directory) / "scenes", pairs)
    console.print(f"rehearsal of 56 scenes, from the call to the program's first record: {first:.2f} s")
    console.print(f"most memory of a process that sends 13 kB images in another order each epoch: {memory}")


def first_record(directory: Path, rounds: int) -> float:
    """Seconds from the call of `groundtrain rehearse` until its program has an example; the best round."""
    directory.mkdir()
    made = write_set(directory, 56, jpeg(13_000, (640, 400)))
    told = directory / "told"
    program = _FIRST.format(attributes=_ATTRIBUTES, told=str(told))
    words = [str(made.manifest), "--image-dir", str(made.folder), "--override-gate", "--label", LABEL, "--"]
    call = [sys.executable, "-c", _MAIN, "rehearse", *words, sys.executable, "-c", program]
    seconds = []
    for _ in range(rounds):
        began = time.time()
        subprocess.run(call, env=_environment(), capture_output=True, check=False)  # noqa: S603
        seconds.append(float(told.read_text("utf-8")) - began)
    return min(seconds)


def most_memory(number: int, directory: Path) -> int:
    """Megabytes of a process that makes the examples of a shuffled epoch, all with the same image."""
    made = write_set(directory, 1, bytes(13_000))
    made.manifest.write_text(_line(0) * number, "utf-8")
    command = [sys.executable, "-c", _SENDER, str(made.manifest), str(made.folder), *_ATTRIBUTES]
    return int(subprocess.run(command, env=_environment(), capture_output=True, check=True).stdout)  # noqa: S603


def _environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), **more}


def _row(made: Set, directory: Path, pairs: int) -> list[str]:
    stream = directory / "stream"
    size = write_stream(made, stream)
    agent, cat = [], []
    for _ in range(pairs):
        agent.append(through_agent(made, directory))
        cat.append(through_cat(made, stream, directory))
    ratio = statistics.median(theirs / ours for ours, theirs in zip(agent, cat, strict=True))
    rates = [f"{size / min(seconds) / 1e6:,.0f}" for seconds in (agent, cat)]
    rate, decoded = made.images / min(agent), decoding_rate(made.image)
    return [
        f"{size / 1e6:,.0f}",
        *rates,
        f"{ratio:.2f}",
        f"{rate:,.0f}",
        f"{decoded:,.0f}",
        f"{rate / decoded:,.0f}",
    ]


def jpeg(size: int, pixels: tuple[int, int]) -> bytes:
    """A JPEG of this size: the best quality that fits it, and zeros before its end."""
    small = pixels[0] // 16, pixels[1] // 16
    noise = random.Random(size).randbytes(small[0] * small[1] * 3)
    image = Image.frombytes("RGB", small, noise).resize(pixels)
    fitting = b""
    for quality in range(1, 96):
        written = io.BytesIO()
        image.save(written, "JPEG", quality=quality)
        if written.tell() > size:
            break
        fitting = written.getvalue()
    return fitting.removesuffix(b"\xff\xd9").ljust(size - 2, b"\0") + b"\xff\xd9"


def write_set(directory: Path, number: int, image: bytes) -> Set:
    folder, manifest = directory / "images", directory / "train.manifest"
    manifest.write_text("".join(_line(i) for i in range(number)), "utf-8")
    for i in range(number):
        file = folder / image_uri(i).removeprefix("s3://")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(image)
    return Set(folder, manifest, number, image)


def _line(number: int) -> str:
    box = {"class_id": number % 4, "left": 12, "top": 34, "width": 56, "height": 78}
    label = {"image_size": [{"width": 640, "height": 400, "depth": 3}], "annotations": [box] * 6}
    return json.dumps({"source-ref": image_uri(number), LABEL: label}) + "\n"


def write_stream(made: Set, stream: Path) -> int:
    """Write what the agent sends into a file; its bytes."""
    lines = ManifestLines(made.manifest)
    with stream.open("wb") as file:
        for example in examples_of(lines, made.channel, 0, objects_of(DirectoryStore(made.folder))):
            file.writelines(piece for record in example for piece in framed(record))
    lines.close()
    return stream.stat().st_size


def through_agent(made: Set, directory: Path) -> float:
    def start(folder: Path) -> Callable[[], None]:
        agent = ChannelAgent(made.channel, folder, objects_of(DirectoryStore(made.folder)))
        agent.start()
        return agent.stop

    return _seconds(made, directory, start)


def through_cat(made: Set, stream: Path, directory: Path) -> float:
    def start(folder: Path) -> Callable[[], None]:
        os.mkfifo(folder / "train_0")
        command = f'exec cat "{stream}" > "{folder / "train_0"}"'
        cat = subprocess.Popen(["/bin/sh", "-c", command])  # noqa: S603 - our own paths

        def end() -> None:
            cat.wait()
            (folder / "train_0").unlink()

        return end

    return _seconds(made, directory, start)


def _seconds(made: Set, directory: Path, start: Callable[[Path], Callable[[], None]]) -> float:
    folder = directory / "input" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    end = start(folder)
    environment = _environment(SAGEMAKER_BASE_DIR=str(directory))
    done = subprocess.run([sys.executable, "-c", _READER], env=environment, capture_output=True, check=True)  # noqa: S603
    end()
    number, seconds = done.stdout.split()
    if int(number) != made.images:
        raise SystemExit(f"read {int(number):,} examples of {made.images:,}")
    return float(seconds)


def decoding_rate(image: bytes, seconds: float = 1.0) -> float:
    """Images that one core decodes in a second."""
    began, number = time.process_time(), 0
    while time.process_time() - began < seconds:
        Image.open(io.BytesIO(image)).convert("RGB")
        number += 1
    return number / (time.process_time() - began)
