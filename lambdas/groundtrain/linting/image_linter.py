"""Lint the images and masks of a manifest: do they exist, are they intact, do they match the labels?"""

from collections.abc import Callable, Iterator
from heapq import nsmallest
from itertools import islice

from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import Findings, ImageCheckSettings, look_at_batch
from groundtrain.linting.merged_findings import merged_findings
from groundtrain.manifest.repeated_sources import digest
from groundtrain.record_keys import Keys

_AT_A_TIME = 20_000  # lines, some 20 MB of answers


def find_image_findings(
    read: Callable[[], Iterator[LabeledImage]],
    keys: Keys,
    active: frozenset[str],
    settings: ImageCheckSettings,
    name: str,
    line_in_words: Callable[[int], str] = "line {}".format,
) -> Findings:
    """Findings of GT6 by line.

    Args:
        read: yields the lines that can be read, from the start at each call.
        keys: keys of the lines.
        active: codes of the active rules.
        settings: where the images are, and how thoroughly to check them.
        name: name of the manifest, for messages.
        line_in_words: what to call a line in messages.

    Raises:
        ManifestError: more than 100,000 lines have findings.
        GroundtrainError: the store cannot be reached.
    """
    labeled_images = _sampled(read, settings.sample)
    with settings.announce(sum(1 + bool(image.mask) for image in labeled_images())) as on_progress:
        looked_at = (look_at_batch(each, keys, settings, on_progress) for each in _batches(labeled_images()))
        return merged_findings(looked_at, labeled_images, keys, active, name, line_in_words)


def _sampled(
    read: Callable[[], Iterator[LabeledImage]], sample: int | None
) -> Callable[[], Iterator[LabeledImage]]:
    if sample is None:
        return read
    ordered = nsmallest(sample, ((digest(image.source), image.line) for image in read()))
    chosen = {line for _, line in ordered}
    return lambda: (image for image in read() if image.line in chosen)


def _batches(labeled_images: Iterator[LabeledImage]) -> Iterator[list[LabeledImage]]:
    while batch := list(islice(labeled_images, _AT_A_TIME)):
        yield batch
