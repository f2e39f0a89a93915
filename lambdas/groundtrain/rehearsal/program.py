"""A training program that runs: its start, its output, its signals, its end."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from groundtrain.errors import GroundtrainError
from groundtrain.rehearsal import launcher

BASE_DIR = "SAGEMAKER_BASE_DIR"
GRACE = 120.0
"""Seconds between SIGTERM and SIGKILL (API reference, StoppingCondition)."""

_CHUNK = 1 << 16
_KEPT_LINES, _KEPT_CHARACTERS = 50, 2_000
_MOST_MEMORY = 64 << 20  # bytes of one process that are searched
_SOUGHT = re.compile(rb"input/data/([\w.-]{1,200})")
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")

OnLine = Callable[[str], object]


class CommandError(GroundtrainError):
    """The program cannot be started at all."""


def service_environment(request: Mapping[str, Any], arn: str) -> dict[str, str]:
    """Variables that the service sets; those of the training toolkit (SM_...) belong to the container."""
    return {
        **request.get("Environment", {}),
        "TRAINING_JOB_NAME": request["TrainingJobName"],
        "TRAINING_JOB_ARN": arn,
    }


def refuse_unknown_command(command: Sequence[str]) -> None:
    """Refuse a command that there is not.

    Raises:
        CommandError
    """
    if shutil.which(command[0]) is None:
        raise CommandError(
            f"there is no program {command[0]} that can be run",
            fix="write the command behind --, such as -- python train.py",
        )


def can_mount(root: Path) -> bool:
    """Whether this system lets a folder be mounted at /opt/ml for one program."""
    if sys.platform != "linux":
        return False
    probe = _launch(str(root), ["true"])
    done = subprocess.run(probe, capture_output=True, check=False)  # noqa: S603 - our own command
    return done.returncode == 0


class Program:
    """A program with a folder as its /opt/ml, mounted there or named by SAGEMAKER_BASE_DIR.

    Args:
        command: its words.
        root: the folder.
        mounted: whether it is mounted at /opt/ml, see `can_mount`.
        environment: variables beside those of this process.
        on_line: called in a thread of its own with each line that is printed, standard error included.
    """

    def __init__(
        self,
        command: Sequence[str],
        root: Path,
        *,
        mounted: bool,
        environment: Mapping[str, str],
        on_line: OnLine = bool,
    ) -> None:
        inherited = {k: v for k, v in os.environ.items() if k != BASE_DIR and not k.startswith("SM_")}
        base = {} if mounted else {BASE_DIR: str(root)}
        self._process = subprocess.Popen(  # noqa: S603 - the command that was asked for
            _launch(str(root) if mounted else "", command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**inherited, **base, **environment},
        )
        self._last: deque[str] = deque(maxlen=_KEPT_LINES)
        self._on_line = on_line
        self._reader = threading.Thread(target=self._read, name="output", daemon=True)
        self._reader.start()

    def wait(self, seconds: float) -> int | None:
        """The exit code, 128 and the number of the signal that ended it, or None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(seconds)
            self._reader.join()
            return code
        return None

    def terminate(self, grace: float) -> int | None:
        """Send SIGTERM and, after `grace` seconds, SIGKILL; the exit code, None if it had to be killed."""
        self._process.send_signal(signal.SIGTERM)
        code = self.wait(grace)
        if code is None:
            self.kill()
        return code

    def kill(self) -> None:
        """End it at once, with all processes that it started."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)
        self._process.wait()
        self._reader.join()

    @property
    def last_output(self) -> str:
        """The last lines that it printed, each cut to 2,000 characters."""
        return "\n".join(self._last)

    def sought(self) -> set[str]:
        """Names below input/data that stand in its memory: where it waits for something, this is among them.

        Only Linux shows the memory of one's own processes; elsewhere there are none.
        """
        return {name for pid in _descendants(self._process.pid) for name in _names_in(pid)}

    def _read(self) -> None:
        assert self._process.stdout
        rest = b""
        while chunk := os.read(self._process.stdout.fileno(), _CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _CHUNK:  # a line without an end
                lines, rest = [*lines, rest], b""
            self._tell(lines)
        self._tell([rest] if rest else [])
        self._process.stdout.close()

    def _tell(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip("\r")
            self._last.append(text[:_KEPT_CHARACTERS])
            self._on_line(text)


def _launch(root: str, command: Sequence[str]) -> list[str]:
    return [sys.executable, "-I", "-S", launcher.__file__, root, *command]


def _descendants(pid: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(entry.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.parent.name))
    waiting = parents.get(pid, [])
    while waiting:
        child = waiting.pop()
        yield child
        waiting += parents.get(child, [])


def _names_in(pid: int) -> Iterator[str]:
    """Names in the memory of a process; nothing where it may not be read."""
    left = _MOST_MEMORY
    with suppress(OSError), Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace").splitlines():
            if (region := _REGION.match(line)) and left > 0:
                start, end = (int(number, 16) for number in region.groups())
                size = min(end - start, left)
                left -= size
                with suppress(OSError, OverflowError):
                    memory.seek(start)
                    for name in _SOUGHT.findall(memory.read(size)):
                        yield name.decode("ascii", "replace")
