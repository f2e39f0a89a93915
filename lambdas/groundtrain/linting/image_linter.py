"""Lint the images and masks of a manifest: do they exist, are they intact, do they match the labels?"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.images.decoding_memory import DecodingMemory
from groundtrain.images.existence import WORKERS
from groundtrain.images.image_file import LARGEST_IMAGE, ImageError, ImageHeader, StoredObject
from groundtrain.images.image_store import ImageStore, look_at_each, look_at_header
from groundtrain.images.request_cost import Depth
from groundtrain.linting.image_checks import (
    check_image,
    check_mask,
    check_mask_values,
    check_stored_object,
    unreadable_image,
    unreadable_mask,
)
from groundtrain.linting.labeled_images import LabeledImage
from groundtrain.linting.repeated_contents import Contents
from groundtrain.manifest.repeated_sources import digest
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

if TYPE_CHECKING:
    from groundtrain.images.pixels import MaskFacts

T = TypeVar("T")
Findings = dict[int, tuple[Finding, ...]]

_AT_A_TIME = 20_000  # lines, some 20 MB of answers
_MOST_LINES = 100_000  # with faults, some 50 MB of findings


class ImageCheckSettings(Struct, frozen=True):
    """Where the images are, and how thoroughly to check them.

    Attributes:
        depth: "list": existence, file size and content by ETag; "header": also format, dimensions,
            orientation, channels and end of file; "full": every pixel, and content by all bytes.
        sample: number of lines to check, always the same ones, chosen by their sources; None for all.
        workers: threads that decode; the decoders let others run.
        announce: called with the number of files; yields a function to call with each number of files done.
        readers: threads that read headers, each waiting for one request at a time.
    """

    store: ImageStore
    depth: Depth
    announce: Callable[[int], AbstractContextManager[Callable[[int], object]]]
    sample: int | None = None
    workers: int = 1
    readers: int = WORKERS


class _Files(Struct):
    """What is known of the files of some lines, by address; files that do not exist have no entry."""

    stored: dict[str, StoredObject]
    why_missing: Callable[[str], str]
    images: dict[str, "ImageHeader | ImageError"] = field(default_factory=dict)
    masks: dict[str, "ImageHeader | MaskFacts | ImageError"] = field(default_factory=dict)

    def content_of(self, uri: str) -> str:
        """Equal for equal images: by all of their bytes if they were read, else by ETag; "" if unknown."""
        looked, stored = self.images.get(uri), self.stored.get(uri)
        if isinstance(looked, ImageHeader) and looked.content:
            return looked.content
        return stored.etag if stored is not None else ""


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
        ManifestError: more than 100,000 lines have faults.
        GroundtrainError: the store cannot be reached.
    """
    labeled_images = _sampled(read, settings.sample)
    found: Findings = {}
    contents = Contents()
    with settings.announce(sum(1 + bool(image.mask) for image in labeled_images())) as on_progress:
        for batch in _batches(labeled_images()):
            files = _look_at(batch, settings, on_progress)
            for image in batch:
                if content := files.content_of(image.source):
                    contents.add(image.line, image.source, content)
                _add(found, image.line, _findings(image, files, keys, active), name)
    if "GT612" in active:
        earlier = {line: line_in_words(first) for line, first in contents.repeated()}
        _add_repeated(found, labeled_images(), earlier, keys, name)
    return found


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


def _look_at(
    batch: list[LabeledImage], settings: ImageCheckSettings, on_progress: Callable[[int], object]
) -> _Files:
    images = dict.fromkeys(image.source for image in batch)
    masks = dict.fromkeys(image.mask for image in batch if image.mask)
    located = settings.store.locate((*images, *masks))
    files = _Files({uri: stored for uri, stored in located if stored is not None}, settings.store.why_missing)
    if settings.depth == "list":
        on_progress(len(images) + len(masks))
        return files
    files.images.update(_looked_at(images, files, settings, on_progress))
    files.masks.update(_looked_at_masks(masks, files, settings, on_progress))
    return files


def _looked_at(
    uris: Iterable[str], files: _Files, settings: ImageCheckSettings, on_progress: Callable[[int], object]
) -> Iterator[tuple[str, ImageHeader | ImageError]]:
    look_at = partial(look_at_header, settings.store)
    sizes = {uri: files.stored[uri].size for uri in uris if uri in files.stored}
    light = [uri for uri, size in sizes.items() if settings.depth == "header" or size > LARGEST_IMAGE]
    yield from look_at_each(look_at, light, workers=settings.readers, on_progress=on_progress)
    if settings.depth == "full":
        from groundtrain.images.pixels import look_at_pixels

        heavy = {uri: size for uri, size in sizes.items() if size <= LARGEST_IMAGE}
        yield from _decoded(look_at_pixels, heavy, settings, on_progress)


def _looked_at_masks(
    uris: Iterable[str], files: _Files, settings: ImageCheckSettings, on_progress: Callable[[int], object]
) -> Iterator[tuple[str, "ImageHeader | MaskFacts | ImageError"]]:
    existing = {uri: files.stored[uri].size for uri in uris if uri in files.stored}
    if settings.depth == "header":
        look_at = partial(look_at_header, settings.store)
        yield from look_at_each(look_at, existing, workers=settings.readers, on_progress=on_progress)
    else:
        from groundtrain.images.pixels import look_at_mask

        yield from _decoded(look_at_mask, existing, settings, on_progress)


def _decoded(
    look_at: Callable[[ImageStore, DecodingMemory, str, int], T],
    sizes: Mapping[str, int],
    settings: ImageCheckSettings,
    on_progress: Callable[[int], object],
) -> Iterator[tuple[str, T | ImageError]]:
    memory = DecodingMemory()
    return look_at_each(
        lambda uri: look_at(settings.store, memory, uri, sizes[uri]),
        sizes,
        workers=settings.workers,
        on_progress=on_progress,
    )


def _findings(image: LabeledImage, files: _Files, keys: Keys, active: frozenset[str]) -> Iterator[Finding]:
    for key, found in ((keys.source, _on_image(image, files)), (keys.label, _on_mask(image, files))):
        yield from (
            finding.on(image.line, image.source, f"$.{key}") for finding in found if finding.code in active
        )


def _on_image(image: LabeledImage, files: _Files) -> Iterator[Finding]:
    stored = files.stored.get(image.source)
    if stored is None:
        yield Finding.unplaced("GT601", files.why_missing(image.source))
        return
    yield from check_stored_object(stored)
    looked = files.images.get(image.source)
    if isinstance(looked, ImageError):
        yield unreadable_image(looked)
    elif looked is not None:
        yield from check_image(image, looked)


def _on_mask(image: LabeledImage, files: _Files) -> Iterator[Finding]:
    if not image.mask:
        return
    if image.mask not in files.stored:
        yield Finding.unplaced("GT620", f"{image.mask}: {files.why_missing(image.mask)}")
        return
    mask, looked = files.masks.get(image.mask), files.images.get(image.source)
    header = looked if isinstance(looked, ImageHeader) else None
    if isinstance(mask, ImageError):
        yield unreadable_mask(mask)
    elif isinstance(mask, ImageHeader):
        yield from check_mask(mask, header)
    elif mask is not None:
        yield from check_mask(mask.header, header)
        yield from check_mask_values(mask, image.colours)


def _add_repeated(
    found: Findings, labeled_images: Iterator[LabeledImage], earlier: dict[int, str], keys: Keys, name: str
) -> None:
    for image in labeled_images if earlier else ():
        if image.line in earlier:
            message = f"the same content as the image of {earlier[image.line]}"
            finding = Finding("GT612", image.line, f"$.{keys.source}", message, image.source)
            _add(found, image.line, [finding], name)


def _add(found: Findings, line: int, findings: Iterable[Finding], name: str) -> None:
    if more := tuple(findings):
        found[line] = tuple(sorted((*found.get(line, ()), *more), key=lambda finding: finding.code))
    if len(found) > _MOST_LINES:
        raise ManifestError(
            f"{name}: more than {_MOST_LINES:,} lines have images at fault",
            fix="look at a sample of them first (`--sample 1000`)",
        )
