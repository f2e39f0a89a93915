"""Import labels of other tools, beside other people's readers of the same files.

COCO has the size and the shape of its own train2017: masks of twenty points, ids with gaps, crowds. The
others are smaller. Readers only go over the boxes; the import writes a manifest of them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.processes import Command, Cost, cost_of, groundtrain, mebibytes
from benchmarks.tables import number_columns
from benchmarks.tool_files import SOURCES

IMAGES, BOXES = 118_000, 860_000
_FEW = 5_000


def run(images: int = IMAGES) -> None:
    """Import all formats, and print a table for COCO and one for the others."""
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        _compare("coco", images, images * BOXES // IMAGES, root)
        for name in ("yolo", "voc", "csv"):
            _compare(name, _FEW, _FEW * BOXES // IMAGES, root)


def _compare(name: str, images: int, boxes: int, root: Path) -> None:
    numbers = (str(images), str(boxes))
    subprocess.run((sys.executable, "-m", "benchmarks.tool_files", name, str(root), *numbers), check=True)  # noqa: S603
    source, readers = root / SOURCES[name], READERS[name]
    manifest = root / f"{name}.manifest"
    table = Table("", *number_columns("CPU s", "s", "memory", "÷ import"))
    ours = cost_of(import_command(name, source, manifest), accepted=(0, 1))
    refuse_other_numbers(manifest, images, boxes)
    _add(table, f"groundtrain import {name}", ours, ours)
    for reader in readers:
        command = (sys.executable, "-m", "benchmarks.readers", reader, name, str(source), *numbers)
        _add(table, reader, cost_of(command), ours)
    console = Console(width=100)
    size = f", {source.stat().st_size / 1e6:,.0f} MB" if source.is_file() else ""
    console.print(f"formats: {name}, {images:,} images, {boxes:,} boxes{size}")
    console.print(table)


def import_command(name: str, source: Path, manifest: Path) -> Command:
    output = ("--image-prefix", "s3://bucket/images/", "--output", str(manifest), "--format", "json")
    return groundtrain("import", name, str(source), "--attribute", "boxes", *output)


def refuse_other_numbers(manifest: Path, images: int, boxes: int) -> None:
    with manifest.open("rb") as file:
        counts = [line.count(b'"class_id":') for line in file]
    if (len(counts), sum(counts)) != (images, boxes):
        raise SystemExit(
            f"{len(counts)} images with {sum(counts)} boxes were written, not {images} with {boxes}"
        )


def _add(table: Table, what: str, cost: Cost, ours: Cost) -> None:
    share = f"{cost.cpu / ours.cpu:.2f}"
    table.add_row(what, f"{cost.cpu:.1f}", f"{cost.wall:.1f}", mebibytes(cost.memory), share)


READERS = {
    "coco": ("labelformat", "labelformat to COCO", "pycocotools"),
    "yolo": ("labelformat",),
    "voc": ("labelformat",),
    "csv": ("pandas",),
}
