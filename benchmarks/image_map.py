"""Every pixel of 100,000 images by a Distributed Map: time and money, calculated from parts measured here.

Measured: CPU time of the function's own code for an image of each kind, boto3 against an S3 on loopback
included; that of the convert step, which cuts lines into shards and merges what was found; and how long a
fresh interpreter takes to load the function. Prices are list prices (`image_check_cost.py`). What Lambda and
S3 add is assumed, and named below: none of it was measured on AWS.
"""

import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image, ImageFilter
from rich.console import Console
from rich.table import Table

from benchmarks.manifests import image_uri
from benchmarks.processes import cost_of
from benchmarks.s3_with_manifest import LOOPBACK, s3_with
from benchmarks.tables import number_columns
from groundtrain.images.image_check_cost import ImageCheckCost, image_check_cost
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import BatchFindings
from groundtrain.linting.image_shards import (
    MOST_LINES,
    CutImages,
    cut_images,
    dump_findings,
    read_findings,
)
from groundtrain.linting.merged_findings import merged_findings
from groundtrain.linting.repeated_contents import image_content
from groundtrain.record_keys import keys_of
from groundtrain.rules import active_codes
from groundtrain.s3_addresses import S3Address
from stacks.bundling import bundle_check_images

IMAGES, WIDTHS, DEFAULT_WIDTH = 100_000, (1, 10, 25, 50, 100), 50
MOST_SECONDS, MOST_DOLLARS = 300.0, 0.50  # that are aimed at, at the default width
KEYS = keys_of("objects", "source-ref")
FOLDER = S3Address("datasets", "image-checks/yard/1/1/")

A_LINE = 90e-6  # seconds of CPU of the convert step here, see convert_step
SLOWER = 2.0  # a core of Lambda, arm64 at 1,769 MB, than one here
NETWORK = 75e6  # bytes a second of a function
ANSWER = 0.1  # seconds that S3 takes for a small object: 0.1 to 0.2 (S3 User Guide, "Performance guidelines")
THREADS = 8  # of the function that wait for S3
START = 1.0  # seconds that Lambda takes for a new environment, and Step Functions for the first child
GETS = 5500  # a second from one prefix (ibidem)


ROOT = Path(__file__).parents[1]
_LOAD = """
import sys
sys.path.insert(0, {bundle!r})
import check_images.handler, groundtrain.images.pixels
from groundtrain.aws.clients import connect
assert check_images.__file__.startswith({bundle!r}) and connect().s3
"""


class Kind(Struct, frozen=True):
    """A kind of image; `quality` of a JPEG, 0 for a PNG."""

    width: int
    height: int
    quality: int

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width * self.height


PHOTO = Kind(1280, 960, 96)
KINDS = (PHOTO, Kind(640, 480, 95), Kind(2592, 1944, 80), Kind(4000, 3000, 85), Kind(1280, 960, 0))


class Measured(Struct, frozen=True):
    """An image of one kind: its bytes, and CPU seconds of the function for each."""

    size: int
    seconds: float


class Parts(Struct, frozen=True):
    """CPU seconds here: of an image, of loading the function, and of the convert step beside its own work."""

    image: Measured
    load: float
    cut: float
    merge: float


class Estimate(Struct, frozen=True):
    """Seconds from the event to the end of the second convert step, and what they cost."""

    seconds: float
    cost: ImageCheckCost


def run(images: int = IMAGES, shards: int = 3) -> None:
    """Measure the parts, calculate, and print tables.

    Raises:
        SystemExit: at the default width it takes longer, or costs more, than was aimed at.
    """
    os.environ |= LOOPBACK
    console = Console(width=100)
    table = Table("image", *number_columns("kB", "ms of CPU", "images/s of a core"))
    found: dict[Kind, Measured] = {}
    for kind in KINDS:
        one = found[kind] = measure(kind, shards)
        words = f"{kind.width} x {kind.height} {'JPEG' if kind.quality else 'PNG'}"
        table.add_row(words, f"{one.size / 1e3:.0f}", f"{1e3 * one.seconds:.1f}", f"{1 / one.seconds:.0f}")
    console.print(table)
    parts = Parts(found[PHOTO], _load(), *_convert_step(images))
    console.print(
        f"check_images is loaded in {parts.load:.2f} s of CPU; for {images:,} lines the convert step cuts in"
        f" {parts.cut:.1f} s and merges in {parts.merge:.1f} s"
    )
    estimates = {width: calculated(parts, images, width) for width in WIDTHS}
    console.print(_table(estimates))
    refuse_beyond(estimates[DEFAULT_WIDTH])


def measure(kind: Kind, shards: int) -> Measured:
    """CPU seconds an image, of shards in one process, less those of a single shard."""
    content = drawn(kind)
    cut = cut_images(lines_of(MOST_LINES * (shards + 1), kind), KEYS, FOLDER)
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        images, shard_lines = Path(directory, "images.jsonl"), Path(directory, "shards.jsonl")
        images.write_bytes(cut.images)
        shard_lines.write_bytes(cut.shard_lines)
        with s3_with(images, image=content) as endpoint:
            os.environ["AWS_ENDPOINT_URL"] = endpoint
            few, many = (_cpu(shard_lines, number) for number in (1, shards + 1))
    return Measured(len(content), (many - few) / (shards * MOST_LINES))


def _cpu(shard_lines: Path, number: int) -> float:
    program = (sys.executable, "-m", "benchmarks.check_shard_process", str(shard_lines), str(number))
    return cost_of(program).cpu


def drawn(kind: Kind) -> bytes:
    """A picture without a large plain area, so that its file is as large as a photo's."""
    size = kind.width, kind.height
    noise = random.Random(1).randbytes(3 * kind.pixels)
    picture = Image.frombytes("RGB", size, noise).filter(ImageFilter.GaussianBlur(2))
    file = io.BytesIO()
    picture.save(
        file, "JPEG" if kind.quality else "PNG", **({"quality": kind.quality} if kind.quality else {})
    )
    return file.getvalue()


def lines_of(images: int, kind: Kind = PHOTO) -> Iterator[LabeledImage]:
    """What the lines of a manifest say of so many images."""
    size = kind.width, kind.height
    return (LabeledImage(i + 1, image_uri(i), size, has_boxes=True) for i in range(images))


def _load() -> float:
    """From its bundle, whose modules are compiled at each start as in Lambda, its client of S3 included."""
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        bundle = bundle_check_images(ROOT, Path(directory), "host")
        size = sum(file.stat().st_size for file in bundle.rglob("*") if file.is_file())
        print(f"bundle of check_images: {size / 1e6:.1f} MB")
        program = _LOAD.format(bundle=str(bundle))
        return min(cost_of((sys.executable, "-B", "-c", program)).cpu for _ in range(3))


def _convert_step(images: int) -> tuple[float, float]:
    """CPU seconds of this process for cutting into shards, and for merging findings of sound images."""
    began = time.process_time()
    cut = cut_images(lines_of(images), KEYS, FOLDER)
    then = time.process_time()
    found = list(_found(cut, images))
    merging = time.process_time()
    batches = [read_findings(content, shard) for content, shard in zip(found, cut.shards, strict=True)]
    merged_findings(batches, lambda: lines_of(images), KEYS, active_codes(("GT",), ()), "labels.manifest")
    return then - began, time.process_time() - merging


def _found(cut: CutImages, images: int) -> Iterator[bytes]:
    lines = lines_of(images)
    for shard in cut.shards:
        contents = [image_content(next(lines), f"{shard.start + i:064x}") for i in range(shard.lines)]
        yield dump_findings(BatchFindings({}, tuple(contents)), shard)


def calculated(parts: Parts, images: int, width: int) -> Estimate:
    """Time and money with so many functions at once; a single one looks at all images itself."""
    shards = -(-images // MOST_LINES)
    image = max(SLOWER * parts.image.seconds, parts.image.size / NETWORK, ANSWER / THREADS)
    image = max(image, width / GETS)
    shard = MOST_LINES * image + 3 * ANSWER
    rounds = -(-shards // width)
    convert = SLOWER * (
        2 * A_LINE * images + parts.cut + parts.merge
    )  # the manifest is read before and after
    seconds = convert + START + SLOWER * parts.load + rounds * shard
    cost = image_check_cost([PHOTO.pixels] * images, shards)
    billed = shards * shard + width * SLOWER * parts.load + convert
    return Estimate(seconds, replace(cost, seconds=billed))


def _table(estimates: dict[int, Estimate]) -> Table:
    columns = ("minutes", "Lambda", "S3", "Step Functions", "$", "$ with KMS, no bucket key")
    table = Table("functions at once", *number_columns(*columns))
    for width, estimate in estimates.items():
        cost = estimate.cost
        of_map = cost.transition_dollars if width > 1 else 0.0
        prices = (cost.compute_dollars, cost.storage_dollars, of_map)
        totals = sum(prices), sum(prices) + cost.key_dollars
        cells = [f"{price:.3f}" for price in (*prices, *totals)]
        late = " (15 is the limit)" if width == 1 and estimate.seconds > 900 else ""
        table.add_row(f"{width}{late}", f"{estimate.seconds / 60:.1f}", *cells)
    return table


def refuse_beyond(estimate: Estimate) -> None:
    """Stop where more was calculated than was aimed at.

    Raises:
        SystemExit
    """
    if estimate.seconds > MOST_SECONDS or estimate.cost.most_dollars > MOST_DOLLARS:
        raise SystemExit(
            f"{estimate.seconds:.0f} s and ${estimate.cost.most_dollars:.2f} are more than aimed at"
        )
