"""Every image of a manifest decoded: the time against a bare Pillow loop, and the memory with giants."""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.pictures import GIANTS, PHOTO, write_pictures
from benchmarks.processes import Cost, cost_of, groundtrain, mebibytes
from benchmarks.tables import number_columns

IMAGES, ROUNDS = 500, 3
_BARE = """
import pathlib, sys, PIL.Image
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    with PIL.Image.open(path) as picture:
        picture.load()
"""
_COLUMNS = ("s", "of the loop", "CPU s", "images/s", "largest")


def run(images: int = IMAGES, rounds: int = ROUNDS) -> None:
    """Check images with one worker and with one a core, in turns with the loop; then giants."""
    table = Table("", *number_columns(*_COLUMNS))
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        photos, giants = write_pictures(root, images, 2 * cores)
        costs: dict[str, list[Cost]] = {"Pillow loop": [], "1 worker": [], f"{cores} workers": []}
        for _ in range(rounds):
            costs["Pillow loop"].append(cost_of((sys.executable, "-c", _BARE, str(photos))))
            for number in (1, cores):
                costs[f"{number} worker{'s' if number > 1 else ''}"].append(_check(photos, number))
        for name, those in costs.items():
            table.add_row(name, *_figures(those, costs["Pillow loop"], images))
        costs = {f"giants, {number} workers": [_check(giants, number)] for number in (1, cores, 4 * cores)}
        for name, those in costs.items():
            table.add_row(name, *_figures(those, those, 2 * cores * (len(GIANTS) + 1)))
    console = Console(width=100)
    console.print(f"images: {images:,} of {PHOTO[0]} x {PHOTO[1]}, best of {rounds} rounds")
    console.print(table)


def _check(folder: Path, workers: int) -> Cost:
    manifest, look = str(folder.with_suffix(".manifest")), ("--images", "full", "--image-dir", str(folder))
    return cost_of(groundtrain("check", manifest, *look, workers=workers), accepted=(0, 1))


def _figures(costs: list[Cost], loops: list[Cost], images: int) -> tuple[str, ...]:
    wall, of_loop = (min(cost.wall for cost in those) for those in (costs, loops))
    cpu, memory = min(cost.cpu for cost in costs), max(cost.memory for cost in costs)
    return (f"{wall:.1f}", f"{wall / of_loop:.2f}", f"{cpu:.1f}", f"{images / wall:,.0f}", mebibytes(memory))
