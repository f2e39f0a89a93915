"""Limits of lines and attributes (Developer Guide, "Use an Input Manifest File").

They apply to input manifests, so to a labeling job's output only when it is labeled again.
"""

from collections.abc import Iterator, Mapping

from msgspec import Raw

from groundtrain.rules.findings import Problem

LONGEST_ATTRIBUTE = 20_000
LONGEST_LINE = 100_000
MOST_ATTRIBUTES = 16  # SageMaker API reference, S3DataSource.AttributeNames

MAX_LINE = 4 << 20
"""Bytes; a limit of groundtrain: only the beginning of a longer line is kept.

AWS, "Input data quotas": 100,000 characters a line in input manifests.
"""


def find_excess(line: bytes, pieces: Mapping[str, Raw]) -> Iterator[Problem]:
    """GT121, GT122, GT124 on a line with these attributes; lengths are in characters."""
    if len(line) > LONGEST_ATTRIBUTE:
        for name, piece in pieces.items():
            if (length := _characters(bytes(piece))) > LONGEST_ATTRIBUTE:
                yield Problem("GT121", f"$.{name}", f"{length:,} characters")
    if len(line) > LONGEST_LINE and (length := _characters(line)) > LONGEST_LINE:
        yield Problem("GT122", "$", f"{length:,} characters in one line")
    if len(pieces) > MOST_ATTRIBUTES:
        yield Problem("GT124", "$", f"{len(pieces)} attributes")


def _characters(text: bytes) -> int:
    return len(text.decode())
