"""The whole job on one big manifest: groundtrain against plain loops, and against the bare cost of decoding.

All contenders run as processes of their own, one after the other and round after round, so that a busy
machine is as bad for one as for the other. What counts is CPU time; the best round of each is taken. Their
outputs must be equal, byte by byte.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks.contenders.outcome import OUTCOME
from benchmarks.manifests import write_manifest
from benchmarks.tables import number_columns

LINES = 1_000_000
ROUNDS = 3
GROUNDTRAIN, BARE = "groundtrain_convert", "bare_decode"
REFERENCES = {
    "reference_json": "json loop",
    "reference_json_counting": "json loop, keys counted",
    "reference_orjson": "orjson loop, keys counted",
}
NAMES = {**REFERENCES, GROUNDTRAIN: "groundtrain", BARE: "read, split and decode only"}
_OUTPUTS = ("train.manifest", "validation.manifest", "rejected.jsonl", OUTCOME)


class Cost(Struct, frozen=True):
    """CPU seconds, user and system, and peak memory in bytes of one process."""

    seconds: float
    memory: int


def run(lines: int = LINES, rounds: int = ROUNDS) -> None:
    """Run everybody, compare what they wrote, and print a table."""
    console = Console(width=100)
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        root = Path(directory)
        costs = _race(root, lines, rounds)
        _print(console, costs, lines, rounds)
        twice = root / "twice.manifest"
        write_manifest(twice, 2 * lines)
        larger = _run(GROUNDTRAIN, twice, root)
    growth = (larger.memory - max(cost.memory for cost in costs[GROUNDTRAIN])) / lines
    console.print(
        f"groundtrain at {2 * lines:,} lines: {_mebibytes(larger.memory)}, {growth:.1f} bytes a further line"
    )


def _race(root: Path, lines: int, rounds: int) -> dict[str, list[Cost]]:
    manifest = root / "output.manifest"
    write_manifest(manifest, lines)
    costs: dict[str, list[Cost]] = {name: [] for name in NAMES}
    for _ in range(rounds):
        for name, so_far in costs.items():
            so_far.append(_run(name, manifest, root))
    _refuse_differences(root)
    return costs


def _run(name: str, manifest: Path, root: Path) -> Cost:
    """Run a contender.

    Peak memory is that of the process only as long as we are smaller ourselves: Linux counts the parent's
    until the program is loaded.
    """
    command = [sys.executable, "-m", f"benchmarks.contenders.{name}", str(manifest), str(root / name)]
    process = subprocess.Popen(command)  # noqa: S603  our own commands
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _refuse_differences(root: Path) -> None:
    for output in _OUTPUTS:
        digests = {name: _digest(root / name / output) for name in (*REFERENCES, GROUNDTRAIN)}
        if len(set(digests.values())) != 1:
            raise SystemExit(f"the contenders wrote different {output}: {digests}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _print(console: Console, costs: dict[str, list[Cost]], lines: int, rounds: int) -> None:
    headings = ("CPU s", "lines per CPU s", "x json", "x orjson", "x bare", "peak memory")
    table = Table("contender", *number_columns(*headings))
    best = {name: min(cost.seconds for cost in those) for name, those in costs.items()}
    for name, title in NAMES.items():
        seconds = best[name]
        ratios = (best[other] / seconds for other in ("reference_json", "reference_orjson"))
        table.add_row(
            title,
            f"{seconds:.1f}",
            f"{lines / seconds:,.0f}",
            *(f"{ratio:.2f}" for ratio in ratios),
            f"{seconds / best[BARE]:.2f}",
            _mebibytes(max(cost.memory for cost in costs[name])),
        )
    console.print(f"engine: {lines:,} lines, best of {rounds} rounds; all outputs are equal")
    console.print(table)


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:.0f} MiB"
