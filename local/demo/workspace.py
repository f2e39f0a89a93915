"""The directory with the results of a demonstration."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from groundtrain.errors import GroundtrainError

_MARKER = ".made-by-groundtrain-demo"


class DirectoryTakenError(GroundtrainError):
    """The directory holds files of others."""


class Workspace(Struct, frozen=True):
    """The directory with the demonstration's results; all of it may be deleted."""

    root: Path

    @property
    def manifest(self) -> Path:
        """The manifest, as uploaded."""
        return self.root / "output.manifest"

    @property
    def environments(self) -> Path:
        """The settings that were deployed."""
        return self.root / "environments"

    @property
    def images(self) -> Path:
        """The images that were drawn."""
        return self.root / "images"

    @property
    def labels(self) -> Path:
        """Labels in the format of another tool, with their images."""
        return self.root / "labels"

    @property
    def sample(self) -> Path:
        """Some records, drawn with their labels and what was found on them."""
        return self.root / "sample.png"

    @property
    def detections(self) -> Path:
        """What the model found, beside what was labeled."""
        return self.root / "detections.png"

    @property
    def predictions(self) -> Path:
        """The same as a manifest of predictions."""
        return self.root / "predictions.manifest"

    @property
    def report(self) -> Path:
        """The page that shows the labels."""
        return self.root / "report.html"

    @property
    def dataset(self) -> Path:
        """The dataset that the pipeline made."""
        return self.root / "dataset"

    @property
    def model(self) -> Path:
        """What was trained, as SageMaker packs it; it is there only where a program trained."""
        return self.root / "model.tar.gz"

    @property
    def messages(self) -> Path:
        """What people would have got by e-mail."""
        return self.root / "messages"

    @property
    def logs(self) -> Path:
        """Logs of the functions, the embedded AWS and CDK."""
        return self.root / "logs"

    @property
    def request_log(self) -> Path:
        """Every request that reached the embedded AWS."""
        return self.logs / "requests.jsonl"

    @property
    def cdk(self) -> Path:
        """CDK's own cache, and the synthesized app."""
        return self.root / "cdk"


@contextmanager
def only_demo_in(root: Path) -> Iterator[None]:
    """Keep every other demonstration out of the directory while the block runs; the system ends it with us.

    Raises:
        DirectoryTakenError: another demonstration runs there, or something else is there.
    """
    _refuse_other_files(root)
    with _open_marker(root) as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DirectoryTakenError(
                f"another demonstration is running in {root.resolve()}",
                fix="wait for it, end it with Ctrl-C, or run the demo in another directory",
            ) from error
        yield


def _open_marker(root: Path) -> TextIO:
    try:
        root.mkdir(parents=True, exist_ok=True)
        return (root / _MARKER).open("a", encoding="utf-8")
    except OSError as error:
        raise DirectoryTakenError(
            f"nothing can be written to {root.resolve()} ({error.strerror})",
            fix="run the demo in a directory that you may write to",
        ) from error


def fresh_workspace(root: Path) -> Workspace:
    """An empty directory; all that an earlier demonstration left is deleted, but for the file that is locked.

    Raises:
        DirectoryTakenError: something else is there.
    """
    _refuse_other_files(root)
    root.mkdir(parents=True, exist_ok=True)
    (root / _MARKER).touch()
    for left in root.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        elif left.name != _MARKER:
            left.unlink()
    workspace = Workspace(root)
    for directory in (workspace.dataset, workspace.messages, workspace.logs, workspace.cdk):
        directory.mkdir()
    return workspace


def _refuse_other_files(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise DirectoryTakenError(f"{root} is a file", fix="run the demo in another directory")
    if root.is_dir() and any(root.iterdir()) and not (root / _MARKER).exists():
        raise DirectoryTakenError(f"{root} holds other files", fix="run the demo in another directory")
