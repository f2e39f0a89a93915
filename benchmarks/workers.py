"""One manifest, read by one process and by several: the time on the clock, and the memory of all together."""

import filecmp
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.engine import fresh
from benchmarks.manifests import LABEL, write_manifest
from benchmarks.processes import Cost, cost_of, groundtrain, mebibytes
from benchmarks.tables import number_columns

LINES, ROUNDS = 1_000_000, 2
_OUTPUTS = ("train.manifest", "validation.manifest", "rejected.jsonl", "report.json", "dataset.json")
_OF_A_PROCESS, _OF_A_LINE = 64 << 20, 16  # bytes that are aimed at
_COLUMNS = ("s", "of one's", "CPU s", "first's own", "largest", "together", "aimed at")


def run(lines: int = LINES, workers: int = 2, rounds: int = ROUNDS) -> None:
    """Convert and check in turns with one worker and with several, and print a row for each.

    The first of several workers also cuts the file, adds up and writes ("first's own" is all that it does).
    """
    table = Table("command", "workers", *number_columns(*_COLUMNS))
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        manifest = root / "output.manifest"
        write_manifest(manifest, lines)
        for command in ("convert", "check"):
            costs: dict[int, list[Cost]] = {1: [], workers: []}
            for number in (1, workers) * rounds:
                costs[number].append(_cost(command, manifest, fresh(root / str(number)), number))
            if command == "convert":
                _compare(root / "1", root / str(workers))
            for number in costs:
                table.add_row(command, str(number), *_figures(costs, number, lines))
    console = Console(width=110)
    console.print(f"workers: {lines:,} lines, best of {rounds} rounds; all outputs are equal")
    console.print(table)


def _cost(command: str, manifest: Path, into: Path, workers: int) -> Cost:
    output = ("--output", str(into)) if command == "convert" else ()
    arguments = groundtrain(command, str(manifest), *output, "--label", LABEL, workers=workers)
    return cost_of(arguments, watched=True)


def _figures(costs: dict[int, list[Cost]], workers: int, lines: int) -> tuple[str, ...]:
    those, ones = costs[workers], min(cost.wall for cost in costs[1])
    wall, cpu, own = (min(getattr(cost, name) for cost in those) for name in ("wall", "cpu", "own"))
    largest, together = (max(getattr(cost, name) for cost in those) for name in ("memory", "together"))
    memory = (largest, together, workers * _OF_A_PROCESS + lines * _OF_A_LINE)
    return (f"{wall:.1f}", f"{wall / ones:.2f}", f"{cpu:.1f}", f"{own:.1f}", *map(mebibytes, memory))


def _compare(ones: Path, others: Path) -> None:
    for name in _OUTPUTS:
        if not filecmp.cmp(ones / name, others / name, shallow=False):
            raise SystemExit(f"one worker and {others.name} wrote different {name}")
