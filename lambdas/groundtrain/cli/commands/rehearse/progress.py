"""What groundtrain rehearse shows while the program runs, all of it on standard error."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from groundtrain.cli.printing import print_line, print_unbroken
from groundtrain.cli.progress_bar import working
from groundtrain.output.rehearsal_report import channel_text
from groundtrain.pipe.sending import Epoch
from groundtrain.rehearsal.listener import Listener

_SECONDS_BETWEEN_LINES = 5
_MOST_LINES = 2_000
_LONGEST = 500  # characters


class Progress(Listener):
    """Shows the program's lines, metrics in them, and now and then how far each channel is.

    Until the program starts, it shows that the dataset is read.
    """

    def __init__(self, dataset: str = "") -> None:
        self._dataset, self._reading = dataset, ExitStack()
        self._lines = 0
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._reading.enter_context(working(f"Reading {self._dataset}"))
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self._reading.close()
        if self._lines > _MOST_LINES:
            print_line(f"({self._lines - _MOST_LINES:,} further lines of output)", to_stderr=True)

    def start(self, mounted: bool) -> None:
        """Say where the program has its folders."""
        self._reading.close()
        where = (
            "at /opt/ml, in a mount of its own"
            if mounted
            else "where SAGEMAKER_BASE_DIR says, not at /opt/ml"
        )
        print_line(f"The program has its folders {where}.", to_stderr=True)

    def line(self, text: str) -> None:
        """Show a line of the program, the first 2,000."""
        self._lines += 1
        if self._lines <= _MOST_LINES:
            print_unbroken([f"| {text[:_LONGEST]}"], to_stderr=True)

    def metric(self, name: str, value: float) -> None:
        """Show a metric below its line."""
        if self._lines <= _MOST_LINES:
            print_line(f"metric {name}: {value:g}", to_stderr=True)

    def channels(self, epochs: Mapping[str, Sequence[Epoch]]) -> None:
        """Show how far each channel is, every few seconds."""
        if time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            for name, those in epochs.items():
                print_line(f"channel {name}: {channel_text(those)}", to_stderr=True)
