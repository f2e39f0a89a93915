"""Write the files of a dataset."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from groundtrain.dataset.description import REJECTED, TEST_MANIFEST, TRAIN_MANIFEST, VALIDATION_MANIFEST

_BATCH = 256
_PIECE = 256 << 10  # bytes; of a larger text, Linux takes several times as long to write each


class LineWriter:
    """Writes lines, each with a newline, and counts them; complete after `flush`.

    Args:
        file: where they go; None only counts the lines.
    """

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self._waiting: list[bytes] = []
        self._digest = hashlib.sha256()
        self.records = 0
        self.bytes = 0

    def write(self, line: bytes) -> None:
        """Write a line; it may wait in memory until `flush`."""
        self._waiting.append(line)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def write_all(self, lines: Sequence[bytes]) -> None:
        """Write lines after those that wait."""
        self.flush()
        self.append(joined(lines) if self._file is not None else b"", len(lines))

    def append(self, text: bytes | memoryview, records: int) -> None:
        """Write so many lines that were joined, each with its newline."""
        self.records += records
        if self._file is None:
            return
        view = memoryview(text)
        for start in range(0, len(view), _PIECE):
            piece = view[start : start + _PIECE]
            self._file.write(piece)
            self._digest.update(piece)
        self.bytes += len(view)

    def flush(self) -> None:
        """Write the buffered lines."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.write_all(waiting)

    def sha256(self) -> str:
        """SHA-256 of what was written, in hex."""
        return self._digest.hexdigest()


def joined(lines: Sequence[bytes]) -> bytes:
    """The lines as a text, each with its newline."""
    return b"\n".join((*lines, b"")) if lines else b""


class Outputs(Struct, frozen=True):
    """The files that lines go to; `are_kept` is False where they are only counted."""

    train: LineWriter
    validation: LineWriter
    test: LineWriter
    rejected: LineWriter
    are_kept: bool = True

    @property
    def writers(self) -> tuple[LineWriter, LineWriter, LineWriter, LineWriter]:
        """Of train, validation, test and rejected lines, in this order."""
        return self.train, self.validation, self.test, self.rejected

    def flush(self) -> None:
        """Write the buffered lines."""
        for writer in self.writers:
            writer.flush()


@contextmanager
def discarded_outputs() -> Iterator[Outputs]:
    """Outputs that are thrown away, when only the counts are needed."""
    yield Outputs(LineWriter(None), LineWriter(None), LineWriter(None), LineWriter(None), are_kept=False)


@contextmanager
def open_outputs(into: Path, *, with_test: bool = False) -> Iterator[Outputs]:
    """Open new files in a directory; they are complete when the block ends without an error.

    The one for the test side stays if `with_test`, or if a line says that it is for test.
    """
    names = TRAIN_MANIFEST, VALIDATION_MANIFEST, TEST_MANIFEST, REJECTED
    with ExitStack() as stack:
        train, validation, test, rejected = (
            LineWriter(stack.enter_context((into / name).open("wb"))) for name in names
        )
        outputs = Outputs(train, validation, test, rejected)
        yield outputs
        outputs.flush()
    if not (with_test or outputs.test.records):
        (into / TEST_MANIFEST).unlink()
