"""Prepare a person's own manifest for the demonstration: its buckets, images and label attribute."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.input_files import read_whole
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.registry import find_type
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import FileManifest
from groundtrain.s3_addresses import bucket_of, key_of
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from local.demo.labeled_data import LabeledData, Upload

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NO_LABEL = "label"
_LARGEST = 1 << 30  # bytes


def own_manifest(path: Path, images: Path | None, label: str | None) -> LabeledData:
    """A finished labeling job with this manifest; images not found in `images` are replaced by grey ones.

    Raises:
        SettingsError: the file cannot be read, or is too large for a demonstration.
        ManifestError: it is something else than a manifest, such as an empty file.
        LabelAttributeError: it has several label attributes and none was chosen, or not the one chosen.
    """
    content = read_whole(path, _LARGEST, "name a labeling job's output.manifest")
    refuse_other_formats(FileManifest(path))
    content, notes = _with_possible_buckets(content)
    uploads = tuple(_uploads(content, DirectoryStore(images) if images else None))
    return LabeledData(
        job=_job_name(path),
        label=_label_of(path, label),
        manifest=content,
        uploads=uploads,
        buckets=tuple(sorted({upload.bucket for upload in uploads})),
        notes=notes,
    )


def classes_of_boxes(path: Path, label: str | None) -> int:
    """The number of classes of a manifest with boxes.

    Raises:
        ManifestError: its labels are no boxes.
        LabelAttributeError
    """
    attribute = find_label(FileManifest(path), label)
    if find_type(attribute) is not BOUNDING_BOX:
        raise ManifestError(
            f"{path}: labels of type {attribute.type} are no boxes", fix="leave --algorithm own-image out"
        )
    environment = Environment(name="demo", region="", dataset=DatasetSettings(label=label))
    return max(1, len(check_manifest(FileManifest(path), environment).classes))


def _with_possible_buckets(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Rename buckets that cannot exist, such as the DOC-EXAMPLE-BUCKET of published manifests."""
    notes = []
    for name in sorted({bucket_of(uri) for uri in _references(content)}):
        possible = re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip(".-")
        if name and not _BUCKET.fullmatch(name) and _BUCKET.fullmatch(possible):
            content = content.replace(f"s3://{name}/".encode(), f"s3://{possible}/".encode())
            notes.append(f"no bucket can be named {name}: taken as {possible}")
    return content, tuple(notes)


def _label_of(path: Path, wanted: str | None) -> str:
    """The label attribute; a file without any goes its way, and the pipeline says what is wrong with it."""
    try:
        return find_label(FileManifest(path), wanted).name
    except ManifestError:
        return wanted or _NO_LABEL


def _uploads(content: bytes, images: DirectoryStore | None) -> Iterator[Upload]:
    placeholder = _placeholder()
    for uri in sorted(set(_references(content))):
        bucket, key = bucket_of(uri), key_of(uri)
        if _BUCKET.fullmatch(bucket) and key and len(key.encode()) <= 1024:
            yield Upload(bucket, key, _image(images, uri) or placeholder)


def _references(content: bytes) -> Iterator[str]:
    """Every S3 address that a record would have streamed."""
    for line in content.splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        for key, value in record.items() if isinstance(record, dict) else ():
            if key.endswith("-ref") and isinstance(value, str) and value.startswith("s3://"):
                yield value


def _image(images: DirectoryStore | None, uri: str) -> Path | None:
    try:
        return images.path_of(uri) if images else None
    except GroundtrainError:
        return None


def _placeholder() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (128, 128, 128)).save(buffer, "JPEG")
    return buffer.getvalue()


def _job_name(path: Path) -> str:
    name = re.sub(r"[^a-zA-Z0-9]+", "-", path.name.partition(".")[0]).strip("-")
    return name[:50].strip("-") or "own-manifest"
