"""Estimate what looking at every image by a Distributed Map costs, before it starts: `images = "full"`.

Public list prices in US East (N. Virginia), without free tiers, looked up on 27 November 2026: S3 as in
`request_cost.py`; Lambda on arm64 $0.0000133334 for a GB-second and $0.20 for a million requests
(aws.amazon.com/lambda/pricing); Step Functions $0.025 for 1,000 state transitions of Standard workflows
(aws.amazon.com/step-functions/pricing); KMS $0.03 for 10,000 requests (aws.amazon.com/kms/pricing).
"""

from collections.abc import Iterable

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.images.image_file import MOST_PIXELS
from groundtrain.images.request_cost import DOLLARS_PER_LIST, RequestPlan
from groundtrain.quantities import quantity

MEMORY_MB = 1769
"""Of the function: at this Lambda gives it one vCPU (Lambda Developer Guide, "Configure function memory")."""

_DOLLARS_PER_PUT = DOLLARS_PER_LIST  # S3 has one price for both
_DOLLARS_PER_GB_SECOND = 0.0000133334
_DOLLARS_PER_INVOCATION = 0.20 / 1_000_000
_DOLLARS_PER_TRANSITION = 0.025 / 1000
_DOLLARS_PER_KEY_USE = 0.03 / 10_000

_SECONDS_PER_FILE = 0.010
_SECONDS_PER_PIXEL = 12e-9
_SECONDS_PER_SHARD = 0.5
_USUAL_PIXELS = 1_250_000
_PNG = 4
_TRANSITIONS_PER_SHARD = 3
_LISTS_PER_SHARD = 8  # in vain, two for each of four threads, where keys lie far apart
_READS_PER_SHARD = 2
_CENT = 0.01


class ImageCheckCost(Struct, frozen=True):
    """What is counted, without what is tried again after a failure.

    Attributes:
        files: images and masks.
        requests: to S3. One HEAD for each file, as where keys lie far apart, and one GET.
        puts: objects of findings.
        seconds: of the function, all its runs together.
        transitions: of the state machine. A Distributed Map pays one for each child it starts (Step Functions
            Developer Guide, "Transitions in Distributed Map state"), and each child for its task; a third is
            for its start, which is not confirmed (C32).
        runs: of the function, one for each shard.
        key_uses: what KMS is asked for where a key without a bucket key encrypts the files: one for each GET.
    """

    files: int
    requests: RequestPlan
    puts: int
    seconds: float
    transitions: int
    runs: int
    key_uses: int

    @property
    def compute_dollars(self) -> float:
        """Price of the function."""
        return self.seconds * MEMORY_MB / 1024 * _DOLLARS_PER_GB_SECOND + self.runs * _DOLLARS_PER_INVOCATION

    @property
    def transition_dollars(self) -> float:
        """Price of the state machine."""
        return self.transitions * _DOLLARS_PER_TRANSITION

    @property
    def storage_dollars(self) -> float:
        """Price of the requests to S3."""
        return self.requests.dollars + self.puts * _DOLLARS_PER_PUT

    @property
    def key_dollars(self) -> float:
        """Price of a key without a bucket key; with one, or without any key, this is next to nothing."""
        return self.key_uses * _DOLLARS_PER_KEY_USE

    @property
    def dollars(self) -> float:
        """Price without a key, or with a bucket key."""
        return self.compute_dollars + self.transition_dollars + self.storage_dollars

    @property
    def most_dollars(self) -> float:
        """Price with a key that has no bucket key; this is what a limit is compared with."""
        return self.dollars + self.key_dollars

    def __str__(self) -> str:
        return (
            f"{quantity(self.files, 'image file')}: {quantity(self.runs, 'run')} of check_images, about"
            f" {quantity(round(self.seconds / 60), 'minute')} together,"
            f" {self.requests.reads:,} GET or HEAD and {self.requests.lists + self.puts:,} LIST or PUT"
            f" requests, {self.transitions:,} state transitions: {_price(self.dollars)} at the list prices of"
            f" US East, and {_price(self.key_dollars)} more where a key without a bucket key encrypts them"
        )


def pixels_to_decode(size: tuple[int, int] | None, uri: str = "") -> int:
    """Pixels of an image whose label states its size, or of a usual one where it states none.

    More than are decoded are not counted, nor those of a size that no image has. A PNG, by its address,
    counts as four JPEGs, which decode so much faster.
    """
    pixels = max(0, min(size[0] * size[1], MOST_PIXELS)) if size else _USUAL_PIXELS
    return pixels * (_PNG if uri.lower().endswith(".png") else 1)


def image_check_cost(pixels: Iterable[int], shards: int) -> ImageCheckCost:
    """Estimate what looking at every image and mask costs.

    The function is taken to need 10 ms for a file, 12 ms for a million pixels of a JPEG, and half a second
    for a run. Its code takes 2 ms and as much for a million pixels on one x86 core here
    (benchmarks/README.md, image_map); it was not measured on Lambda.

    Args:
        pixels: of each image and each mask, see `pixels_to_decode`.
        shards: how many runs of the function look at them.
    """
    files, decoded = 0, 0
    for count in pixels:
        files, decoded = files + 1, decoded + count
    looking = files * _SECONDS_PER_FILE + decoded * _SECONDS_PER_PIXEL
    return ImageCheckCost(
        files=files,
        requests=RequestPlan(_LISTS_PER_SHARD * shards, 2 * files + _READS_PER_SHARD * shards),
        puts=shards,
        seconds=looking + _SECONDS_PER_SHARD * shards,
        transitions=_TRANSITIONS_PER_SHARD * shards + 1,
        runs=shards,
        key_uses=files,
    )


def refuse_costly(name: str, cost: ImageCheckCost, limit: float) -> None:
    """Refuse a check of images that may cost more than the limit, in dollars.

    Args:
        name: of the manifest, for the message.
        cost: the estimate.
        limit: `[gate] max_image_cost`.

    Raises:
        ManifestError: names estimate, limit and what can be done.
    """
    if cost.most_dollars > limit:
        raise ManifestError(
            f"{name}: looking at every image may cost {_price(cost.most_dollars)}, more than"
            f" ${exact_dollars(limit)} (max_image_cost): {cost}",
            fix='set images = "header" or "list" under [dataset] and deploy; or raise max_image_cost under'
            " [gate], deploy, and delete dataset.json, which has the dataset made again",
        )


def exact_dollars(limit: float) -> str:
    """A limit as it was set, to the cent or as exactly as it takes."""
    return f"{limit:,.2f}" if round(limit, 2) == limit else f"{limit:,}"


def _price(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars >= _CENT or not dollars else "less than a cent"
