"""Run a command that never outlives its caller: `python -m local.guard COMMAND…`.

The caller holds the other end of standard input. When that closes, on purpose or because the caller is gone
(an exit, a crash, `kill -9`), the command and its children get SIGTERM and, after a grace period, SIGKILL.
The command has its own temporary directory, which is removed afterwards. Its standard input closes when the
guard is gone, even by `kill -9`: the server watches that.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

GRACE_SECONDS = 2.0
_PREFIX = "groundtrain-"


def main(command: list[str]) -> int:
    """Run the command to its end and return its exit code; negative for a signal, as `subprocess` has it."""
    _remove_leftovers()
    private = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        return _run(command, private)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _run(command: list[str], private: Path) -> int:
    process = subprocess.Popen(  # noqa: S603  running a command is what a guard is for
        command, stdin=subprocess.PIPE, env={**os.environ, "TMPDIR": str(private)}, start_new_session=True
    )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: _end(process))
    threading.Thread(target=_end_when_released, args=(process,), daemon=True).start()
    try:
        return process.wait()
    finally:
        _signal_all(process, signal.SIGKILL)


def _end_when_released(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal_all(process, signal.SIGTERM)
    threading.Timer(GRACE_SECONDS, _signal_all, (process, signal.SIGKILL)).start()


def _signal_all(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _remove_leftovers() -> None:
    """Remove the directories of guards that were killed before they could."""
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = directory.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            shutil.rmtree(directory, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A timer may still wait to kill what is already gone.
    os._exit(code if code >= 0 else 128 - code)
