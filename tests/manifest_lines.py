"""Lines of manifests with sane defaults: a test says only what it is about."""

import json
from pathlib import Path
from typing import Any

from groundtrain.dataset.convert import convert
from groundtrain.dataset.report import write_report
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings

LABEL = "boxes"


def box(
    class_id: int = 0, left: float = 10, top: float = 20, width: float = 30, height: float = 40
) -> dict[str, Any]:
    return {"class_id": class_id, "left": left, "top": top, "width": width, "height": height}


def record(
    source: str = "s3://bucket/a.jpg",
    *boxes: dict[str, Any],
    classes: dict[str, str] | None = None,
    size: tuple[int, int] = (640, 480),
    **metadata: Any,
) -> dict[str, Any]:
    return {
        "source-ref": source,
        LABEL: {
            "image_size": [{"width": size[0], "height": size[1], "depth": 3}],
            "annotations": list(boxes),
        },
        f"{LABEL}-metadata": {
            "objects": [{"confidence": 0} for _ in boxes],
            "class-map": {"0": "car"} if classes is None else classes,
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-02-01T10:00:00.123456",
            "job-name": "labeling-job/street",
            **metadata,
        },
    }


def dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def good(count: int, prefix: str = "good") -> list[bytes]:
    """Lines without fault, enough of them to fill both sides of the split."""
    return [dump(record(f"s3://bucket/{prefix}-{i:04}.jpg", box())) for i in range(count)]


def manifest_of(directory: Path, *lines: bytes) -> FileManifest:
    directory.mkdir(exist_ok=True)
    path = directory / "output.manifest"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return FileManifest(path)


class Converted:
    """A dataset with what its files hold."""

    def __init__(
        self, directory: Path, *lines: bytes, settings: DatasetSettings | None = None, **more: Any
    ) -> None:
        into = directory / "dataset"
        settings = settings or DatasetSettings()
        conversion = convert(manifest_of(directory, *lines), settings, into, **more)
        write_report(conversion.report, into)
        self.dataset = conversion.contents
        self.train = (into / "train.manifest").read_bytes().splitlines()
        self.validation = (into / "validation.manifest").read_bytes().splitlines()
        self.test = (into / "test.manifest").read_bytes().splitlines() if self.dataset.test else []
        self.rejected = [json.loads(line) for line in (into / "rejected.jsonl").read_bytes().splitlines()]
        self.report = json.loads((into / "report.json").read_bytes())

    @property
    def kept(self) -> list[bytes]:
        return sorted(self.train + self.validation + self.test)
