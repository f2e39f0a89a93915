"""The convert step of the pipeline: CPU, memory and disk that one uploaded manifest takes a line.

Its dataset is made as the function makes it, by boto3 against an S3 on loopback that runs beside: the digest,
the listings that tell which images are there, passes, report page and uploads. What counts is CPU time of the
process alone, less that of the same on a hundred lines.
"""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.manifests import LABEL, LABELS, write_manifest
from benchmarks.processes import Cost, cost_of, mebibytes
from benchmarks.s3_with_manifest import LOOPBACK, Images, s3_with

LINES, FEW, ROUNDS = 40_000, 100, 2
_ONE_BY_ONE = 10  # times fewer lines, as each is a request
_PROGRAM = str(Path(__file__).with_name("convert_step_process.py"))


class Case(Struct, frozen=True):
    """A manifest, how its images lie in their bucket, and how it is split."""

    shape: str
    images: Images = "dense"
    split: str = "stable"


CASES = (
    *map(Case, ("plain", "twenty", "single", "masks", "entities", "faults")),
    Case("plain", split="stratified"),
    Case("plain", images="none"),
    Case("plain", images="sparse"),
)


class Made(Struct, frozen=True):
    """What one conversion cost, and what it left on disk, in bytes."""

    cost: Cost
    scratch: int


def run(lines: int = LINES, against: str = "", rounds: int = ROUNDS, cases: Sequence[Case] = CASES) -> None:
    """Measure every case and print a row for each as soon as it is measured.

    `against` is the interpreter of another groundtrain's virtual environment, measured in turn with this one.
    """
    os.environ |= LOOPBACK
    print(f"convert_step: {lines:,} lines, a tenth where images lie far apart, best of {rounds} rounds")
    print(_row("shape", "split", "images", "bytes/line", "µs/line", "the other", "memory", "disk/manifest"))
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
            pythons = [sys.executable, *filter(None, [against])]
            print(_figures(case, Path(directory), lines, rounds, pythons), flush=True)


def _row(*cells: str) -> str:
    return "".join([f"{cell:<12}" if at < 3 else f"{cell:>14}" for at, cell in enumerate(cells)])


def _figures(case: Case, root: Path, lines: int, rounds: int, pythons: list[str]) -> str:
    many = lines // _ONE_BY_ONE if case.images == "sparse" else lines
    made: dict[tuple[str, int], list[Made]] = {}
    for count in (FEW, many):
        manifest = root / f"{count}.manifest"
        write_manifest(manifest, count, case.shape)
        with s3_with(manifest, count, case.images) as endpoint:
            os.environ["AWS_ENDPOINT_URL"] = endpoint
            for turn in range(rounds):
                for python in pythons[:: -1 if turn % 2 else 1]:
                    made.setdefault((python, count), []).append(_make(case, python, root / "figures.json"))
    best = {key: min(each.cost.cpu for each in those) for key, those in made.items()}
    micro = [f"{1e6 * (best[python, many] - best[python, FEW]) / (many - FEW):.0f}" for python in pythons]
    ours = made[pythons[0], many]
    memory = mebibytes(max(each.cost.memory for each in ours))
    size = (root / f"{many}.manifest").stat().st_size
    disk = f"{ours[0].scratch / size:.2f}"
    cells = (case.shape, case.split, case.images, f"{size / many:.0f}", *[*micro, "-"][:2], memory, disk)
    return _row(*cells)


def _make(case: Case, python: str, figures: Path) -> Made:
    label = LABELS.get(case.shape, LABEL)
    cost = cost_of((python, _PROGRAM, label, case.split, str(figures)))
    return Made(cost, json.loads(figures.read_text("utf-8"))["scratch"])
