"""Converting manifests of the shapes that people have: groundtrain beside plain loops, CPU time a line.

All contenders run as processes of their own, one after the other and round after round, so that a busy
machine is as bad for one as for the other. What counts is CPU time; the best round of each is taken, less
that of the same command on a hundred lines, which is start-up. Where boxes are converted, groundtrain and
the loop that does the same work must come to the same: byte for byte, line for line, count for count.
"""

import filecmp
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.manifests import CLASSES, LABEL, LABELS, OF_BOXES, SHAPES, write_manifest
from benchmarks.processes import Command, Cost, cost_of, groundtrain, mebibytes

LINES, FEW, ROUNDS = 60_000, 100, 3
BARE, TEN_LINES, SAME_WORK, GROUNDTRAIN, AGAINST = "bare", "ten_lines", "same_work", "groundtrain", "against"
NOT_ASKED = {"GT410", "GT413"}
"""Findings on the whole manifest that the loop does not come to."""


def run(
    lines: int = LINES, against: str = "", rounds: int = ROUNDS, shapes: Sequence[str] = tuple(SHAPES)
) -> None:
    """Measure every shape and print a row for each as soon as it is measured.

    `against` is the interpreter of another groundtrain's virtual environment, measured in turn with this one.
    """
    titles = ("bare", "ten lines", "same work", "groundtrain", "the other", "ratio", "of plain", "memory")
    print(f"engine: µs of CPU a line, {lines:,} lines, best of {rounds} rounds")
    print(_row("shape", titles))
    plain = 0.0
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        for shape in shapes:
            costs, memory = _race(shape, Path(directory), lines, rounds, against)
            plain = plain or costs[GROUNDTRAIN]
            print(_row(shape, (*_figures(costs, plain), mebibytes(memory))), flush=True)


def _row(shape: str, cells: Iterable[str]) -> str:
    return f"{shape:<12}{''.join([f'{cell:>12}' for cell in cells])}"


def _figures(costs: dict[str, float], plain: float) -> list[str]:
    """Microseconds of each, how much more the loop takes than we do, and we than for the first shape."""
    times = [
        f"{costs[name]:.1f}" if name in costs else "-"
        for name in (BARE, TEN_LINES, SAME_WORK, GROUNDTRAIN, AGAINST)
    ]
    ours = costs[GROUNDTRAIN]
    ratio = f"{costs[SAME_WORK] / ours:.2f}" if SAME_WORK in costs else "-"
    return [*times, ratio, f"{ours / plain:.2f}"]


def _race(shape: str, root: Path, lines: int, rounds: int, against: str) -> tuple[dict[str, float], int]:
    """Microseconds a line of each contender, and our peak memory in bytes."""
    manifests = [root / "few.manifest", root / "output.manifest"]
    for manifest, count in zip(manifests, (FEW, lines), strict=True):
        write_manifest(manifest, count, shape)
    costs: dict[str, list[list[Cost]]] = {name: [[], []] for name in _contenders(shape, against)}
    for _ in range(rounds):
        for name, so_far in costs.items():
            for manifest, those in zip(manifests, so_far, strict=True):
                into = fresh(root / name)
                those.append(cost_of(command(name, shape, manifest, into, against)))
    if SAME_WORK in costs:
        refuse_differences(root / SAME_WORK, root / GROUNDTRAIN)
    best = {name: [min(cost.cpu for cost in those) for those in both] for name, both in costs.items()}
    microseconds = {name: 1e6 * (many - few) / (lines - FEW) for name, (few, many) in best.items()}
    return microseconds, max(cost.memory for cost in costs[GROUNDTRAIN][1])


def _contenders(shape: str, against: str) -> Iterable[str]:
    loops = [BARE, TEN_LINES, SAME_WORK] if shape in OF_BOXES else [BARE, TEN_LINES]
    return [*loops, GROUNDTRAIN, *([AGAINST] if against else [])]


def fresh(into: Path) -> Path:
    """A directory, emptied."""
    into.mkdir(exist_ok=True)
    for file in into.iterdir():
        file.unlink()
    return into


def command(name: str, shape: str, manifest: Path, into: Path, against: str = "") -> Command:
    """The command line of a contender."""
    if name not in {GROUNDTRAIN, AGAINST}:
        return sys.executable, "-m", "benchmarks.loops", name, shape, str(manifest), str(into)
    options = ["--output", str(into), "--label", LABELS.get(shape, LABEL)]
    if shape == "categories":
        categories = into.with_suffix(".json")
        categories.write_text(
            json.dumps({"document-version": "2018-11-28", "labels": [{"label": name} for name in CLASSES]}),
            "utf-8",
        )
        options += ["--category-file", str(categories)]
    return groundtrain(
        "convert", str(manifest), *options, python=against if name == AGAINST else sys.executable
    )


def refuse_differences(loop: Path, ours: Path) -> None:
    """Stop when groundtrain and the loop came to something else.

    Raises:
        SystemExit
    """
    for output in ("train.manifest", "validation.manifest"):
        if not filecmp.cmp(loop / output, ours / output, shallow=False):
            raise SystemExit(f"{loop / output} and {ours / output} differ")
    rejected = [_rejected(directory / "rejected.jsonl") for directory in (loop, ours)]
    counted = [msgspec.json.decode((loop / "outcome.json").read_bytes()), counts(ours)]
    for one, other in (rejected, counted):
        if one != other:
            raise SystemExit(f"the loop came to {one}, and groundtrain to {other}")


def _rejected(path: Path) -> list[Any]:
    lines = map(msgspec.json.decode, path.read_bytes().splitlines())
    return [(line["line"], line["codes"]) for line in lines]


def counts(directory: Path) -> dict[str, Any]:
    """What groundtrain counted, as the loop has it."""
    dataset, report = (
        msgspec.json.decode((directory / f"{name}.json").read_bytes()) for name in ("dataset", "report")
    )
    sides = {}
    for side in ("train", "validation"):
        boxes = {each["name"]: each[f"{side}_items"] for each in report["classes"]}
        figures = {key: dataset[side][key] for key in ("records", "bytes", "sha256", "records_by_class")}
        sides[side] = {**figures, "boxes_by_class": boxes}
    findings = {code: count for code, count in dataset["findings"].items() if code not in NOT_ASKED}
    same = {key: dataset.get(key, {}) for key in ("classes", "reasons", "image_buckets", "statistics")}
    source = {"source": dataset["source"]["etag"], "records": dataset["source"]["records"]}
    return {**source, **same, **sides, "findings": findings}
