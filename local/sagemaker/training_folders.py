"""The folders of a training container, below a folder that stands for /opt/ml.

Source: SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information".
"""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from local.sagemaker.accounts import Json

_LONGEST_REASON = 1024


def lay_out(base: Path, job: Json) -> None:
    """Make the folders, and write what the request says into the files of `input/config`."""
    for name in ("input/config", "input/data", "model", "output/data", "checkpoints"):
        (base / name).mkdir(parents=True, exist_ok=True)
    _write(base, "hyperparameters", job["HyperParameters"])
    _write(
        base, "inputdataconfig", {one["ChannelName"]: _channel(one, job) for one in job["InputDataConfig"]}
    )
    host = {"current_host": "algo-1", "hosts": ["algo-1"], "network_interface_name": "eth0"}
    _write(base, "resourceconfig", host)


def _channel(channel: Json, job: Json) -> Json:
    mode = channel.get("InputMode") or job["AlgorithmSpecification"]["TrainingInputMode"]
    said = {
        "ContentType": channel.get("ContentType"),
        "TrainingInputMode": mode,
        "S3DistributionType": channel["DataSource"]["S3DataSource"].get("S3DataDistributionType"),
        "RecordWrapperType": channel.get("RecordWrapperType"),
    }
    return {name: value for name, value in said.items() if value}


def _write(base: Path, name: str, content: Any) -> None:
    (base / f"input/config/{name}.json").write_text(json.dumps(content), "utf-8")


def failure_text(base: Path) -> str:
    """What the program left in the failure file; "" for nothing."""
    try:
        return (base / "output/failure").read_text("utf-8", errors="replace").strip()[:_LONGEST_REASON]
    except OSError:
        return ""


def packed_model(base: Path) -> bytes:
    """The folder of the model as model.tar.gz; empty where the program left nothing."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.add(base / "model", arcname=".")
    return content.getvalue()
