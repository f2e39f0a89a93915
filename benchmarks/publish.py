"""Publish as many images as CBCL StreetScenes has: requests, and seconds on the embedded AWS.

The requests are those that reach the embedded AWS. Images have 40 kB; the emulator writes them down within
one process, which is what the seconds of an upload mostly measure.
"""

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks.manifests import BUCKET, image_uri, manifest_lines
from benchmarks.tables import number_columns
from groundtrain.aws.clients import connect
from groundtrain.aws.upload_store import UploadStore
from groundtrain.manifest.source import FileManifest
from groundtrain.publishing.destination import Destination
from groundtrain.publishing.image_sources import find_sources
from groundtrain.publishing.image_upload import Upload, upload_images
from groundtrain.publishing.publish import Labels, publish_labels
from groundtrain.publishing.upload_processes import on_all_cores
from groundtrain.settings.uploads import WatchedFolder
from local.embedded_aws import embedded_aws
from local.request_log import read_request_log

IMAGES = 3548
_SIZE = 40_000
_OWN = "labels"


class Round(Struct, frozen=True):
    """One call: what it uploaded, its requests by method, and its seconds."""

    upload: Upload
    requests: Counter[str]
    seconds: float


def run(images: int = IMAGES) -> None:
    """Publish four times, and print a table."""
    table = Table("what was there", *number_columns("put", "LIST", "GET", "HEAD", "PUT", "s", "images/s"))
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        for what, found in _rounds(images, Path(directory)):
            put = found.upload.new + found.upload.replaced
            counts = (f"{found.requests[name]:,}" for name in ("LIST", "GET", "HEAD", "PUT"))
            rate = f"{images / found.seconds:,.0f}"
            table.add_row(what, f"{put:,}", *counts, f"{found.seconds:.1f}", rate)
    console = Console(width=100)
    console.print(f"publish: {images:,} images of {_SIZE / 1e3:.0f} kB")
    console.print(table)


def _rounds(images: int, directory: Path) -> Iterator[tuple[str, Round]]:
    manifest = directory / "scenes.manifest"
    manifest.write_bytes(b"".join(manifest_lines(images)))
    files = [directory / "photos" / image_uri(i).removeprefix(f"s3://{BUCKET}/") for i in range(images)]
    dice = random.Random(images)
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dice.randbytes(_SIZE))
    with _aws(directory) as (publish, gone):
        yield "nothing", publish(manifest)
        yield "all, written down", publish(manifest)
        for file in files[:10]:
            file.write_bytes(dice.randbytes(_SIZE))
        yield "all, ten of them other images", publish(manifest)
        gone(files[: images // 2])
        yield "half of them", publish(manifest)


@contextmanager
def _aws(directory: Path) -> Iterator[tuple[Callable[[Path], Round], Callable[[list[Path]], None]]]:
    log = directory / "requests.jsonl"
    with embedded_aws(region="eu-west-1", log=directory / "aws.log", request_log=log) as aws:
        os.environ.update(aws.settings())
        connect.cache_clear()
        s3, photos = connect().s3, directory / "photos"
        s3.create_bucket(Bucket=_OWN, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        destination = Destination("scenes", (WatchedFolder(_OWN, "manifests/"),), _OWN, (_OWN,))

        def publish(manifest: Path) -> Round:
            before, began = len(read_request_log(log)), time.monotonic()
            upload = _publish(FileManifest(manifest), destination, photos, directory)
            seconds = time.monotonic() - began
            asked = [request.asks for request in read_request_log(log)[before:]]
            kinds = ("LIST" if asks == f"GET /{_OWN}" else asks.partition(" ")[0] for asks in asked)
            return Round(upload, Counter(kinds), seconds)

        def gone(files: list[Path]) -> None:
            for file in files:
                key = destination.image(f"{BUCKET}/{file.relative_to(photos)}").key
                s3.delete_object(Bucket=_OWN, Key=key)

        yield publish, gone


def _publish(manifest: FileManifest, destination: Destination, photos: Path, workplace: Path) -> Upload:
    store = UploadStore(connect().uploads)
    sources = find_sources(manifest, destination, (photos,), is_chosen=True)
    spread = on_all_cores(destination.images, connect())
    images = list(sources.local.values())
    upload = upload_images(images, destination.images, store, lambda *_: None, spread=spread)
    publish_labels(Labels(manifest), sources, upload, destination, store, workplace)
    return upload
