"""What every contender must come to, beside the files it writes: figures that are compared."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.rules.findings import Finding

OUTCOME = "outcome.json"


class SideOutcome(Struct, frozen=True):
    """One side of the split."""

    records: int
    bytes: int
    sha256: str
    records_by_class: dict[str, int]
    boxes_by_class: dict[str, int]


class Outcome(Struct, frozen=True, kw_only=True):
    """A converted manifest in figures; `source` is the manifest's SHA-256."""

    source: str
    records: int
    classes: tuple[str, ...]
    train: SideOutcome
    validation: SideOutcome
    reasons: dict[str, int]
    findings: dict[str, int]
    buckets: tuple[str, ...]
    leakage: tuple[Finding, ...]
    statistics: dict[str, float]


def percentile(counts: Counter[int], percent: int) -> int:
    """Smallest value that at least `percent` of the counted ones do not exceed."""
    wanted, seen = counts.total() * percent / 100, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= wanted:
            return value
    return 0


def main(convert: Callable[[Path, Path], Outcome]) -> None:
    """Be a contender: `python -m … MANIFEST DIRECTORY`."""
    manifest, into = map(Path, sys.argv[1:])
    outcome = convert(manifest, into)
    (into / OUTCOME).write_bytes(msgspec.json.encode(outcome))
