"""GT121, GT122, GT124: lines and attributes beyond the limits of input manifests."""

from collections.abc import Iterator, Mapping

from msgspec import Raw

from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE, LONGEST_LINE, MOST_ATTRIBUTES

EXCESS = frozenset(("GT121", "GT122", "GT124"))


def find_excess(line: bytes, pieces: Mapping[str, Raw]) -> Iterator[Finding]:
    """On a line with these attributes; lengths are in characters."""
    if len(line) > LONGEST_ATTRIBUTE < max(map(len, map(bytes, pieces.values())), default=0):
        for name, piece in pieces.items():
            if (length := _characters(bytes(piece))) > LONGEST_ATTRIBUTE:
                yield Finding.unplaced("GT121", f"{length:,} characters", f"$.{name}")
    if len(line) > LONGEST_LINE and (length := _characters(line)) > LONGEST_LINE:
        yield Finding.unplaced("GT122", f"{length:,} characters in one line")
    if len(pieces) > MOST_ATTRIBUTES:
        yield Finding.unplaced("GT124", f"{len(pieces)} attributes")


def _characters(text: bytes) -> int:
    return len(text.decode())
