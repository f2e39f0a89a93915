"""Manifests whose images have every kind of fault, in the embedded S3, and what one machine says of them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.calls.images import unannounced
from groundtrain.dataset.description import Dataset
from groundtrain.linting.check import Check
from groundtrain.linting.image_batch import ImageCheckSettings
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from local.demo.deployed_stage import Deployment
from local.demo.labeled_data import LabeledData, Upload
from local.demo.workspace import Workspace
from tests.image_shelf import faulty_images
from tests.unit.images import pictures

BUCKET = "faulty-images"
SIZE = (40, 30)
SIZES = {"giant.png": (10_001, 10_000), "bomb.png": (60_000, 60_000), "damaged.png": (200, 200)}
_GATE = "GT52"
OF_IMAGES = {f"GT6{number:02}" for number in range(1, 14)}
OF_MASKS = {"GT620", "GT621", "GT622", "GT623", "GT624", "GT625"}


def sound(name: str, number: int) -> list[tuple[str, bytes]]:
    """So many images without a fault, none with the content of another."""
    return [
        (f"{name}/{each}.png", pictures.png(size=SIZE) + each.to_bytes(4, "big")) for each in range(number)
    ]


def boxes(name: str, number: int) -> LabeledData:
    """Boxes on so many sound images, and on an image of each kind of fault."""
    faulty = [(address.rpartition("/")[2], content) for address, content in faulty_images().items()]
    images = [
        *sound(name, number),
        *((f"{name}/{key}", content) for key, content in faulty if "mask" not in key),
    ]
    keys = [key for key, _ in images]
    lines = [_box_line(key) for key in [*keys, f"{name}/gone.jpg"]]
    return _labeled(name, "boxes", lines, images)


def masks(name: str, number: int) -> LabeledData:
    """Masks of so many sound images, and one of each kind of fault."""
    contents = {address.rpartition("/")[2]: content for address, content in faulty_images().items()}
    found = {f"{each}.png": _mask((0, 1)) for each in range(number)}
    found |= {key: content for key, content in contents.items() if "mask" in key}
    found |= {"page.jpg": contents["page.jpg"], "others.png": _mask((0, 7))}
    images = [(f"{name}/{key}", content) for key, content in sound("images", len(found) + 1)]
    addresses = [*(f"{name}/masks/{key}" for key in found), f"{name}/masks/gone.png"]
    lines = [_mask_line(image, mask) for (image, _), mask in zip(images, addresses, strict=True)]
    objects = [*images, *((f"{name}/masks/{key}", content) for key, content in found.items())]
    return _labeled(name, "road-ref", lines, objects)


def _mask(indices: tuple[int, ...]) -> bytes:
    return pictures.encode(pictures.mask(indices, size=SIZE), "PNG")


def _labeled(
    name: str, label: str, lines: Iterable[dict[str, Any]], objects: Iterable[tuple[str, bytes]]
) -> LabeledData:
    manifest = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    return LabeledData(
        job=name,
        label=label,
        manifest=manifest,
        uploads=tuple(Upload(BUCKET, key, content) for key, content in objects),
        counters={"TotalLabeled": manifest.count(b"\n")},
    )


def _box_line(key: str) -> dict[str, Any]:
    width, height = SIZES.get(key.rpartition("/")[2], SIZE)
    box = {"class_id": 0, "left": 1, "top": 1, "width": 5, "height": 5}
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "boxes": {"image_size": [{"width": width, "height": height, "depth": 3}], "annotations": [box]},
        "boxes-metadata": _metadata("object-detection")
        | {"objects": [{"confidence": 0}], "class-map": {"0": "pallet"}},
    }


def _mask_line(key: str, mask: str) -> dict[str, Any]:
    colours = {
        "0": {"class-name": "BACKGROUND", "hex-color": "#000000"},
        "1": {"class-name": "road", "hex-color": "#2ca02c"},
    }
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "road-ref": f"s3://{BUCKET}/{mask}",
        "road-ref-metadata": _metadata("semantic-segmentation") | {"internal-color-map": colours},
    }


def _metadata(kind: str) -> dict[str, Any]:
    return {
        "type": f"groundtruth/{kind}",
        "human-annotated": "yes",
        "creation-date": "2026-02-01T10:00:00.123456",
        "job-name": "labeling-job/pallets-07",
    }


def checked_here(
    data: LabeledData, deployment: Deployment, workspace: Workspace, path: Path, depth: Any = "full"
) -> Check:
    """The same as `groundtrain check --images full` of the same manifest, in this process."""
    path.write_bytes(data.manifest)
    looked = ImageCheckSettings(S3ImageStore(deployment.aws.client("s3")), depth, unannounced)
    settings = load_environment(workspace.environments / "dev.toml", training_mistakes)
    return check_manifest(FileManifest(path), settings, image_checks=looked)


def differences(dataset: Dataset, check: Check, deployment: Deployment) -> dict[str, Any]:
    """What the dataset tells and leaves out otherwise than the check: there, and here.

    What the gate says stands in the dataset's report alone; a check without --settings has another gate.
    """
    report = json.loads(_file(dataset, deployment, "report.json"))
    rejected = _file(dataset, deployment, "rejected.jsonl").splitlines()
    there = {
        "counts": dataset.findings,
        "records": (dataset.rejected, dataset.train.records, dataset.validation.records),
        "rejected": {json.loads(line)["line"] for line in rejected},
        "findings": {
            (each["code"], each.get("line", 0), each["message"])
            for each in report["findings"]
            if not each["code"].startswith(_GATE)
        },
    }
    here = {
        "counts": check.counts,
        "records": (check.rejected, check.train, check.validation),
        "rejected": {each.line for each in check.findings if each.rule.is_error and each.line},
        "findings": {
            (each.code, each.line, each.message) for each in check.findings if not each.code.startswith(_GATE)
        },
    }
    return {name: _apart(there[name], here[name]) for name in there if there[name] != here[name]}


def _apart(there: Any, here: Any) -> Any:
    """The two, without what both have."""
    return (there - here, here - there) if isinstance(there, set) else (there, here)


def _file(dataset: Dataset, deployment: Deployment, name: str) -> bytes:
    key = f"datasets/{dataset.labeling_job}/{dataset.dataset_id}/{name}"
    found = deployment.aws.client("s3").get_object(Bucket=deployment.datasets_bucket, Key=key)
    body: bytes = found["Body"].read()
    return body
