"""Start a command with a folder as its /opt/ml, and leave no process of it behind.

Run as a program of its own: `python launcher.py ROOT COMMAND...`. ROOT is mounted at /opt/ml in a mount
namespace of the command alone, which needs no privilege where the system lets users have namespaces; ""
mounts nothing. SIGTERM is handed to the command, SIGUSR1 kills it. The exit code is the command's, 128 and
the signal where one ended it, and 125 when /opt/ml could not be mounted. It imports only Python's own.
"""

import ctypes
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

NOT_MOUNTED = 125

_NEW_USERS, _NEW_MOUNTS = 0x10000000, 0x00020000  # CLONE_NEWUSER, CLONE_NEWNS
_BIND, _PRIVATE = 4096 | 16384, (1 << 18) | 16384  # MS_BIND and MS_PRIVATE, each with MS_REC
_DEATH_SIGNAL, _SUBREAPER = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER
_OPT = Path("/opt")


def main(arguments: list[str]) -> int:
    """Run the command; see the module."""
    root, *command = arguments
    if root:
        try:
            mount_as_opt_ml(root)
        except OSError as error:
            sys.stderr.write(f"/opt/ml cannot be mounted: {error}\n")
            return NOT_MOUNTED
    return run(command)


def mount_as_opt_ml(root: str) -> None:
    """Mount a folder at /opt/ml, in namespaces of this process.

    Raises:
        OSError: the system does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    _call(libc.unshare, _NEW_USERS | _NEW_MOUNTS)
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    _mount(libc, "none", "/", "", _PRIVATE)
    if not (_OPT / "ml").is_dir():
        _make_writable(libc)
        (_OPT / "ml").mkdir()
    _mount(libc, root, "/opt/ml", "", _BIND)


def _make_writable(libc: ctypes.CDLL) -> None:
    """Put a folder of ours in the place of /opt, with everything that is in it."""
    old = os.open(_OPT, os.O_RDONLY | os.O_DIRECTORY)
    entries = os.listdir(old)  # noqa: PTH208 - of a descriptor, which stays when something is mounted above
    _mount(libc, "tmpfs", str(_OPT), "tmpfs", 0)
    for entry in entries:
        mode = os.stat(entry, dir_fd=old, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            (_OPT / entry).symlink_to(os.readlink(entry, dir_fd=old))
            continue
        if stat.S_ISDIR(mode):
            (_OPT / entry).mkdir()
        else:
            (_OPT / entry).touch()
        _mount(libc, f"/proc/self/fd/{old}/{entry}", str(_OPT / entry), "", _BIND)
    os.close(old)


def _mount(libc: ctypes.CDLL, source: str, target: str, kind: str, flags: int) -> None:
    _call(libc.mount, os.fsencode(source), os.fsencode(target), kind.encode() or None, flags, None)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def run(command: list[str]) -> int:
    """Run the command in a session of its own, and end every process that it leaves behind."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_SUBREAPER, 1, 0, 0, 0)
        libc.prctl(_DEATH_SIGNAL, signal.SIGUSR1, 0, 0, 0)
    started: list[subprocess.Popen[bytes]] = []

    def hand_over(number: int, _: object) -> None:
        for one in started:
            one.send_signal(signal.SIGKILL if number == signal.SIGUSR1 else number)

    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, hand_over)
    started.append(subprocess.Popen(command, start_new_session=True))  # noqa: S603 - the command to run
    code = started[0].wait()
    _end_descendants(started[0].pid)
    return code if code >= 0 else 128 - code


def _end_descendants(group: int) -> None:
    """End what the command started and left: its group, and what became a child of this process."""
    with suppress(OSError):
        os.killpg(group, signal.SIGKILL)
    while children := list(_children()):
        for child in children:
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(child, 0)


def _children() -> Iterator[int]:
    own = str(os.getpid())
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if entry.read_text("utf-8", "replace").rpartition(")")[2].split()[1] == own:
                yield int(entry.parent.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
