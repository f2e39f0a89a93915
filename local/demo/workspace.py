"""The directory with the results of a demonstration."""

import shutil
from pathlib import Path

from msgspec import Struct

from groundtrain.errors import GroundtrainError

_MARK = ".made-by-groundtrain-demo"


class DirectoryTakenError(GroundtrainError):
    """The directory holds files of others."""


class Workspace(Struct, frozen=True):
    """The directory with the demonstration's results; all of it may be deleted."""

    root: Path

    @property
    def manifest(self) -> Path:
        """The labeling job's output manifest, as uploaded."""
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
    def dataset(self) -> Path:
        """The dataset that the pipeline made."""
        return self.root / "dataset"

    @property
    def messages(self) -> Path:
        """What people would have got by e-mail."""
        return self.root / "messages"

    @property
    def logs(self) -> Path:
        """Logs of the functions, the embedded AWS and CDK."""
        return self.root / "logs"

    @property
    def journal(self) -> Path:
        """Every request that reached the embedded AWS."""
        return self.logs / "requests.jsonl"

    @property
    def cdk(self) -> Path:
        """CDK's own cache, and the synthesized app."""
        return self.root / "cdk"


def fresh_workspace(root: Path) -> Workspace:
    """An empty directory; what an earlier demonstration left there is replaced.

    Raises:
        DirectoryTakenError: something else is there.
    """
    if root.exists() and not root.is_dir():
        raise DirectoryTakenError(f"{root} is a file", fix="run the demo in another directory")
    if root.is_dir():
        if any(root.iterdir()) and not (root / _MARK).exists():
            raise DirectoryTakenError(f"{root} holds other files", fix="run the demo in another directory")
        shutil.rmtree(root)
    root.mkdir(parents=True)
    (root / _MARK).touch()
    workspace = Workspace(root)
    for directory in (workspace.dataset, workspace.messages, workspace.logs, workspace.cdk):
        directory.mkdir()
    return workspace
