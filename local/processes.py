"""Start guarded processes, which end with the block, or whenever this process ends."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from local.guard import GRACE_SECONDS


@contextlib.contextmanager
def guarded(
    command: Sequence[str], *, environment: Mapping[str, str], log: Path | None, directory: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a command while the block runs; its standard output can be read, its errors go to `log`.

    Nothing of it is left when the block ends: see `local.guard`.
    """
    with _log_file(log) as errors:
        guard = subprocess.Popen(  # noqa: S603  our own commands
            [sys.executable, "-m", "local.guard", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,  # Ctrl-C reaches us alone; we decide when they end
        )
    try:
        yield guard
    finally:
        _release(guard)


def _release(guard: subprocess.Popen[str]) -> None:
    for stream in (guard.stdin, guard.stdout):
        if stream is not None:
            stream.close()
    try:
        guard.wait(GRACE_SECONDS + 8)
    except subprocess.TimeoutExpired:
        guard.kill()
        guard.wait()


@contextlib.contextmanager
def _log_file(path: Path | None) -> Iterator[IO[bytes]]:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with open(path or os.devnull, "ab") as file:  # noqa: PTH123  os.devnull is not a path to open by method
        yield file
