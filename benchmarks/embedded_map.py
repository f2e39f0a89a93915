"""5,000 images through the map of a deployed stage, on the embedded AWS: the same as one process finds?

The stage is deployed with `images = "full"`, and a manifest whose images are small JPEGs, some of each kind
of fault, is put where it starts the pipeline. The lines that are left out, for which codes, and all counts of
GT6 must be those of one process that looks at the same objects.
"""

import io
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from PIL import Image
from rich.console import Console

from benchmarks.manifests import BUCKET, LABEL
from benchmarks.pictures import box_line
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.calls.images import unannounced
from groundtrain.dataset.description import DESCRIPTION, REJECTED, Dataset, parse_dataset
from groundtrain.dataset.passes.label_choice import find_labels_of
from groundtrain.errors import GroundtrainError
from groundtrain.linting.image_batch import Findings, ImageCheckSettings
from groundtrain.linting.images_of_manifest import image_findings_of
from groundtrain.manifest.source import FileManifest
from groundtrain.progress_reporter import SilentReporter
from groundtrain.settings.dataset_settings import DatasetSettings
from local import cdk
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.labeled_data import LabeledData, Upload
from local.demo.labels_in_s3 import put_images, upload_manifest
from local.demo.workspace import fresh_workspace

IMAGES, SIZE = 5_000, (96, 64)
_FAULT_IN = 25  # one image in so many
_PATIENCE_SECONDS = 900.0


class Outcome(Struct, frozen=True):
    """Lines that are left out with the codes of GT6 that say so, and how often each code was found."""

    rejected: dict[int, tuple[str, ...]]
    found: dict[str, int]


class DifferentError(GroundtrainError):
    """The map found something else than one process, or nothing."""

    exit_code = 1


def run(images: int = IMAGES) -> None:
    """Deploy, look at all images both ways, and print how long each took.

    Raises:
        DifferentError
    """
    console = Console(width=100)
    console.print(f"embedded_map: {images:,} images of {SIZE[0]} x {SIZE[1]}, one in {_FAULT_IN} at fault …")
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        workspace = fresh_workspace(Path(directory) / "map")
        template, full = cdk.ROOT / "environments" / "dev.toml", {"images": "full"}
        region = write_settings(
            template, workspace.environments, [BUCKET], own=True, trigger="upload", dataset=full
        )
        with deployed(workspace, region, SilentReporter(), training_seconds=0.2) as deployment:
            data = labeled_data(images)
            put_images(data, deployment)
            began = time.monotonic()
            upload_manifest(data, deployment)
            by_map = outcome_of_map(deployment)
            ended = time.monotonic()
            alone = outcome_of_one_process(deployment, data, Path(directory))
            console.print(f"map, two functions at once: {ended - began:.0f} s from upload to dataset")
            console.print(f"one process: {time.monotonic() - ended:.0f} s")
    if by_map != alone:
        raise DifferentError(f"the map came to {by_map}, and one process to {alone}")
    console.print(f"the same {len(alone.rejected):,} lines are left out; found: {alone.found}")


def labeled_data(images: int) -> LabeledData:
    """A manifest of so many lines, and their images."""
    uploads = [Upload(BUCKET, key, content) for key, content in _images(images)]
    keys = [f"images/{number:05}.jpg" for number in range(images)]
    lines = [box_line(f"s3://{BUCKET}/{key}", *SIZE) for key in keys]
    return LabeledData("Yard", LABEL, "".join(lines).encode(), tuple(uploads), buckets=(BUCKET,))


def _images(images: int) -> Iterator[tuple[str, bytes]]:
    """One in so many is missing, cut off, empty, a GIF, of another size, grey, or that of the line before."""
    content = b""
    for number in range(images):
        content, before = _jpeg(number, "RGB", SIZE), content
        faulty = (None, content[: len(content) // 2], b"", b"GIF89a", _jpeg(number, "RGB", (64, 96)))
        kinds = (*faulty, _jpeg(number, "L", SIZE), before)
        is_faulty = number % _FAULT_IN == _FAULT_IN - 1
        stored = kinds[number // _FAULT_IN % len(kinds)] if is_faulty else content
        if stored is not None:
            yield f"images/{number:05}.jpg", stored


def _jpeg(number: int, mode: str, size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    tile = Image.frombytes("RGB", (1, 2), number.to_bytes(6, "big"))
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste(tile.resize((24, 24), Image.Resampling.NEAREST))
    picture.convert(mode).save(file, "JPEG", comment=str(number))
    return file.getvalue()


def outcome_of_map(deployment: Deployment) -> Outcome:
    """What the only dataset says, when it is there.

    Raises:
        DifferentError: there is none after a quarter of an hour.
    """
    s3, deadline = deployment.aws.client("s3"), time.monotonic() + _PATIENCE_SECONDS
    while not (keys := _datasets(s3, deployment.datasets_bucket)):
        if time.monotonic() > deadline:
            raise DifferentError("no dataset was made", fix=f"see {deployment.aws.log}")
        time.sleep(0.5)
    [key] = keys
    dataset = parse_dataset(_read(s3, deployment.datasets_bucket, key))
    rejected = _read(s3, deployment.datasets_bucket, key.replace(DESCRIPTION, REJECTED))
    return _outcome(dataset, rejected)


def _datasets(s3: Any, bucket: str) -> list[str]:
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="datasets/").get("Contents", [])
    return [each["Key"] for each in listed if each["Key"].endswith(DESCRIPTION)]


def _read(s3: Any, bucket: str, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def _outcome(dataset: Dataset, rejected: bytes) -> Outcome:
    lines = map(json.loads, rejected.splitlines())
    codes = {each["line"]: tuple(sorted(filter(_is_of_images, each["codes"]))) for each in lines}
    return Outcome(codes, {code: n for code, n in sorted(dataset.findings.items()) if _is_of_images(code)})


def _is_of_images(code: str) -> bool:
    return code.startswith("GT6")


def outcome_of_one_process(deployment: Deployment, data: LabeledData, root: Path) -> Outcome:
    """What is found of the same objects here."""
    path = root / "yard.manifest"
    path.write_bytes(data.manifest)
    manifest, settings = FileManifest(path), DatasetSettings(label=LABEL)
    looked = ImageCheckSettings(S3ImageStore(deployment.aws.client("s3")), "full", unannounced)
    found = image_findings_of(manifest, find_labels_of(manifest, settings), settings, looked, ())
    return Outcome(_rejected(found), dict(sorted(_counted(found).items())))


def _rejected(found: Findings) -> dict[int, tuple[str, ...]]:
    faulty = {line: those for line, those in found.items() if any(each.is_error for each in those)}
    return {line: tuple(sorted({each.code for each in those})) for line, those in sorted(faulty.items())}


def _counted(found: Findings) -> Counter[str]:
    return Counter(finding.code for those in found.values() for finding in those)
