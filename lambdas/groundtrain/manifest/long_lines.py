"""GT121, GT122, GT124: lines and attributes beyond the limits of input manifests."""

from collections.abc import Iterator, Mapping

from msgspec import Raw

from groundtrain.rules.findings import Problem
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE, LONGEST_LINE, MOST_ATTRIBUTES


def find_excess(line: bytes, pieces: Mapping[str, Raw]) -> Iterator[Problem]:
    """On a line with these attributes; lengths are in characters."""
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
