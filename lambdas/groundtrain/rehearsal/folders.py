"""The folders of a training container, /opt/ml: what SageMaker puts there, and what a program leaves.

Source: SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information" and "How Amazon
SageMaker Processes Training Output"; current_instance_type and instance_groups are what the training toolkit
reads as well. A value of a hyperparameter is always a string.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

LONGEST_FAILURE = 1024
"""Characters of FailureReason, into which the failure text goes."""

_MOST_FILES = 100_000
_HOST = "algo-1"


class TrainingFolders:
    """The folders below a root that stands for /opt/ml."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "input" / "data"
        self.model = root / "model"
        self.checkpoints = root / "checkpoints"
        self.failure = root / "output" / "failure"

    def lay_out(self, request: Mapping[str, Any]) -> None:
        """Make everything anew for a job's next attempt, but keep the checkpoints."""
        for folder in (self.root / "input", self.model, self.root / "output"):
            shutil.rmtree(folder, ignore_errors=True)
        config = self.root / "input" / "config"
        for folder in (config, self.data, self.model, self.failure.parent):
            folder.mkdir(parents=True)
        if "CheckpointConfig" in request:
            self.checkpoints.mkdir(exist_ok=True)
        for name, document in _configuration(request).items():
            (config / name).write_bytes(msgspec.json.encode(document))

    def failure_text(self) -> str:
        """What the program wrote to say why it failed; "" when it wrote nothing."""
        with suppress(OSError), self.failure.open("rb") as file:
            return file.read(4 * LONGEST_FAILURE).decode("utf-8", "replace").strip()[:LONGEST_FAILURE]
        return ""

    def model_files(self) -> dict[str, int]:
        """Bytes of each file below the model's folder, by its path there; the first 100,000."""
        return files_below(self.model)

    def written(self) -> int:
        """Bytes of what the program wrote into the folders."""
        return sum(
            sum(files_below(folder).values())
            for folder in (self.model, self.checkpoints, self.failure.parent)
        )


def files_below(folder: Path) -> dict[str, int]:
    """Bytes of each file below a folder, by its path within; the first 100,000, as they come."""
    found: dict[str, int] = {}
    for path in _walk(str(folder)):
        with suppress(OSError):
            found[os.path.relpath(path, folder)] = os.lstat(path).st_size
        if len(found) >= _MOST_FILES:
            break
    return found


def _walk(folder: str) -> Iterator[str]:
    for where, _, names in os.walk(folder):
        yield from (os.path.join(where, name) for name in names)  # noqa: PTH118  names may be bytes of any kind


def _configuration(request: Mapping[str, Any]) -> dict[str, Any]:
    machines = request["ResourceConfig"]
    kind, number = machines["InstanceType"], machines["InstanceCount"]
    hosts = [f"algo-{i}" for i in range(1, number + 1)]
    mode = request["AlgorithmSpecification"]["TrainingInputMode"]
    return {
        "hyperparameters.json": dict(request.get("HyperParameters", {})),
        "inputdataconfig.json": {
            channel["ChannelName"]: _channel(channel, mode) for channel in request["InputDataConfig"]
        },
        "resourceconfig.json": {
            "current_host": _HOST,
            "hosts": hosts,
            "network_interface_name": "eth0",
            "current_instance_type": kind,
            "current_group_name": "homogeneousCluster",
            "instance_groups": [
                {"instance_group_name": "homogeneousCluster", "instance_type": kind, "hosts": hosts}
            ],
        },
    }


def _channel(channel: Mapping[str, Any], mode: str) -> dict[str, str]:
    return {
        "ContentType": channel.get("ContentType", ""),
        "TrainingInputMode": channel.get("InputMode", mode),
        "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
            "S3DataDistributionType", "FullyReplicated"
        ),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
