"""Run a command as a process of its own, and see what it cost."""

import os
import select
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

from msgspec import Struct

Command = tuple[str, ...]

_EVERY = 0.5  # seconds; looking at the memory of a process costs it and another core a millisecond or more


class Cost(Struct, frozen=True):
    """CPU seconds (user and system, of all its processes), seconds on the clock, peak memory in bytes.

    Attributes:
        memory: of its largest process. Linux counts the parent's until a program is loaded, so that this is
            right as long as we are smaller ourselves.
        together: what all its processes held at once, shared pages once, as far as that was watched.
        own: CPU seconds of the process itself, without those that it started, as far as that was watched.
    """

    cpu: float
    wall: float
    memory: int
    together: int = 0
    own: float = 0


def cost_of(command: Command, *, watched: bool = False, accepted: tuple[int, ...] = (0,)) -> Cost:
    """Run it to its end; only errors are shown.

    Raises:
        CalledProcessError: its exit code is none of those accepted.
    """
    began, together, own = time.monotonic(), 0, 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    if watched:
        with open(os.pidfd_open(process.pid)) as ended:  # noqa: PTH123
            while not select.select([ended], [], [], _EVERY)[0]:
                together = max(together, sum(map(_resident, _family(process.pid))))
        own = _cpu(process.pid)  # which is there until it is waited for
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.monotonic() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, together, own)


def groundtrain(*arguments: str, python: str = sys.executable, workers: int = 1) -> Command:
    """The command line of the groundtrain that is installed beside this interpreter."""
    program = str(Path(python).with_name("groundtrain"))
    has_workers = arguments[0] in {"check", "convert"} and "--workers" in _help(program, arguments[0])
    return (program, *arguments, *(("--workers", str(workers)) if has_workers else ()))


@cache
def _help(program: str, command: str) -> str:
    return subprocess.run([program, command, "--help"], capture_output=True, text=True, check=True).stdout  # noqa: S603


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:  # it has ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


def mebibytes(count: int) -> str:
    """In words."""
    return f"{count / 2**20:.0f} MiB"
