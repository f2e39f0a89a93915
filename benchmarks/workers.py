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

LINES, ROUNDS = 1_000_000, 3
_OUTPUTS = ("train.manifest", "validation.manifest", "rejected.jsonl", "report.json", "dataset.json")


def run(lines: int = LINES, workers: int = 2, rounds: int = ROUNDS) -> None:
    """Convert in turns with one worker and with several, compare all outputs, and print a row for each."""
    numbers = (1, workers)
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        manifest = root / "output.manifest"
        write_manifest(manifest, lines)
        costs: dict[int, list[Cost]] = {number: [] for number in numbers}
        for number in numbers * rounds:
            into = fresh(root / str(number))
            arguments = ("convert", str(manifest), "--output", str(into), "--label", LABEL)
            costs[number].append(cost_of(groundtrain(*arguments, workers=number), watched=True))
        for name in _OUTPUTS:
            if not filecmp.cmp(root / "1" / name, root / str(workers) / name, shallow=False):
                raise SystemExit(f"one worker and {workers} wrote different {name}")
    table = Table("workers", *number_columns("s", "CPU s", "share of one's s", "largest process", "together"))
    ones = min(cost.wall for cost in costs[1])
    for number, those in costs.items():
        seconds, cpu = min(cost.wall for cost in those), min(cost.cpu for cost in those)
        memory = [
            mebibytes(max(sizes)) for sizes in zip(*((c.memory, c.together) for c in those), strict=True)
        ]
        table.add_row(str(number), f"{seconds:.1f}", f"{cpu:.1f}", f"{seconds / ones:.2f}", *memory)
    console = Console(width=100)
    console.print(f"workers: {lines:,} lines, best of {rounds} rounds; all outputs are equal")
    console.print(table)
