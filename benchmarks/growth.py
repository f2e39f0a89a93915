"""Manifests that are unusually wide: does the time grow as the file does?"""

import json
import tempfile
from collections.abc import Callable
from itertools import chain, islice, product, repeat
from pathlib import Path
from string import ascii_lowercase, digits

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks.engine import fresh
from benchmarks.manifests import (
    BUCKET,
    CLASSES,
    LABEL,
    boxes_line,
    shaped_lines,
    single_line,
    write_lines,
    write_manifest,
)
from benchmarks.processes import Cost, cost_of, groundtrain, mebibytes
from benchmarks.tables import number_columns

ROUNDS = 2


class Case(Struct, frozen=True):
    """A command on a file that grows with `n`; `write` writes the manifest, and what stands beside it."""

    name: str
    n: int
    write: Callable[[Path, int], None]
    arguments: tuple[str, ...]


def run(scale: float = 1.0, rounds: int = ROUNDS) -> None:
    """Measure every case at n and at 2n, and print a row for each; `scale` makes all of them smaller."""
    table = Table("case", *number_columns("n", "CPU s at n", "CPU s at 2n", "growth", "memory at 2n"))
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        for case in CASES:
            n = max(1, int(case.n * scale))
            none, once, twice = (_best(case, size, root, rounds) for size in (1, n, 2 * n))
            start = none.cpu
            growth = (twice.cpu - start) / max(once.cpu - start, 0.001)
            seconds = (f"{cost.cpu:.2f}" for cost in (once, twice))
            table.add_row(case.name, f"{n:,}", *seconds, f"{growth:.1f}", mebibytes(twice.memory))
    console = Console(width=110)
    console.print(f"growth: best of {rounds} rounds, start-up included in seconds and not in growth")
    console.print(table)


def _best(case: Case, n: int, root: Path, rounds: int) -> Cost:
    manifest, into = root / "output.manifest", root / "out"
    case.write(manifest, n)
    command, costs = groundtrain(*arguments(case, manifest, into)), []
    for _ in range(rounds):
        fresh(into)
        costs.append(cost_of(command, accepted=(0, 1)))
    return min(costs, key=lambda cost: cost.cpu)


def arguments(case: Case, manifest: Path, into: Path) -> list[str]:
    """The case's arguments with these paths in them."""
    categories = manifest.with_suffix(".json")
    return [each.format(manifest=manifest, into=into, categories=categories) for each in case.arguments]


def _many_boxes(path: Path, n: int) -> None:
    write_lines(path, (boxes_line([0] * n, CLASSES, number) for number in range(200)))


def _many_classes(path: Path, n: int) -> None:
    names = [f"class {number}" for number in range(n)]
    ids = ([(7 * number + step) % n for step in range(5)] for number in range(2 * n))
    write_lines(path, (boxes_line(those, names, number) for number, those in enumerate(ids)))


def _many_buckets(path: Path, n: int) -> None:
    lines = enumerate(shaped_lines("plain", n))
    write_lines(path, (line.replace(BUCKET.encode(), b"scenes-%d" % number) for number, line in lines))


def _many_attributes(path: Path, n: int) -> None:
    write_lines(path, (single_line(f"label-{number}", number) for number in range(n)))


def _many_attributes_of_a_line(path: Path, n: int) -> None:
    one: dict[str, object] = {}
    for number in range(n):
        one |= json.loads(single_line(f"label-{number}", 0))
    write_lines(path, repeat(json.dumps(one).encode() + b"\n", 20))


def _many_categories(path: Path, n: int) -> None:
    """As many as fit into the 16 MiB that are read of such a file."""
    write_manifest(path, 100)
    names = map("".join, product(ascii_lowercase + digits, repeat=4))
    new = islice((name for name in names if name not in CLASSES), n)
    labels = (b',{"label":"%b"}' % name.encode() for name in chain(CLASSES[1:], new))
    first = b'{"labels":[{"label":"%b"}' % CLASSES[0].encode()
    write_lines(path.with_suffix(".json"), chain([first], labels, [b"]}"]))


def _table_and_categories(path: Path, n: int) -> None:
    """A short table, and as many categories."""
    _many_categories(path, n)
    rows = (b"%d.jpg,%b,1,2,30,40,640,480\n" % (number, CLASSES[0].encode()) for number in range(100))
    columns = b"filename,class,xmin,ymin,xmax,ymax,image_width,image_height\n"
    write_lines(path, chain([columns], rows))


_IMPORT = (
    *("import", "csv", "{manifest}", "--category-file", "{categories}", "--attribute", LABEL),
    *("--image-prefix", f"s3://{BUCKET}/", "--output", "{into}/output.manifest"),
)
_CONVERT = ("convert", "{manifest}", "--output", "{into}", "--label", LABEL)
CASES = (
    Case("boxes a line, 200 lines: convert", 1000, _many_boxes, _CONVERT),
    Case("classes, two lines each: convert", 10_000, _many_classes, _CONVERT),
    Case("buckets, a line each: check", 20_000, _many_buckets, ("check", "{manifest}")),
    Case("label attributes, a line each: inspect", 1000, _many_attributes, ("inspect", "{manifest}")),
    Case(
        "label attributes of each of 20 lines: inspect",
        1000,
        _many_attributes_of_a_line,
        ("inspect", "{manifest}"),
    ),
    Case(
        "labels of a category file: convert",
        480_000,
        _many_categories,
        (*_CONVERT, "--category-file", "{categories}"),
    ),
    Case("labels of a category file: import csv", 480_000, _table_and_categories, _IMPORT),
)
