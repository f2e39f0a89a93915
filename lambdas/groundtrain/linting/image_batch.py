"""Look at the images and masks of some lines: do they exist, are they intact, do they match the labels?

Lines are looked at by themselves: however a manifest is cut into batches, together they show the same, except
for images of the same content, which the batches tell when they are merged (`merged_findings`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from groundtrain.images.decoding_memory import DecodingMemory
from groundtrain.images.existence import WORKERS
from groundtrain.images.image_file import LARGEST_IMAGE, ImageError, ImageHeader, StoredObject
from groundtrain.images.image_store import ImageStore, look_at_each, look_at_header
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.images.request_cost import Depth
from groundtrain.linting.image_checks import (
    check_image,
    check_stored_object,
    unreadable_image,
)
from groundtrain.linting.mask_checks import check_mask, check_mask_values, unreadable_mask
from groundtrain.linting.repeated_contents import ImageContent, image_content
from groundtrain.quantities import quantity
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

if TYPE_CHECKING:
    from groundtrain.images.pixels import MaskFacts

T = TypeVar("T")
Findings = dict[int, tuple[Finding, ...]]
"""By line."""


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


class BatchFindings(Struct, frozen=True):
    """What the images and masks of some lines show, without what only all lines together show.

    Attributes:
        findings: of every rule, in the order of the lines.
        contents: of each image whose content is known.
    """

    findings: Findings
    contents: tuple[ImageContent, ...]


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


def look_at_batch(
    batch: Sequence[LabeledImage],
    keys: Keys,
    settings: ImageCheckSettings,
    on_progress: Callable[[int], object] = bool,
) -> BatchFindings:
    """Look at the images and masks of some lines.

    Args:
        batch: the lines.
        keys: keys of the lines.
        settings: where the images are, and how thoroughly to check them.
        on_progress: called with each number of files done.

    Raises:
        GroundtrainError: the store cannot be reached.
    """
    files = _look_at(batch, settings, on_progress)
    findings: Findings = {}
    for image in batch:
        if found := tuple(_findings(image, files, keys)):
            findings[image.line] = found
    known = ((image, files.content_of(image.source)) for image in batch)
    return BatchFindings(
        findings, tuple(image_content(image, content) for image, content in known if content)
    )


def not_looked_at(batch: Sequence[LabeledImage], keys: Keys) -> BatchFindings:
    """What is known of lines that a function was to look at, and did not to its end."""
    message = f"the check of {quantity(len(batch), 'line')} failed, of this one, too"
    finding = Finding.unplaced("GT614", message)
    found = ((image.line, finding.on(image.line, image.source, f"$.{keys.source}")) for image in batch)
    return BatchFindings({line: (each,) for line, each in found}, ())


def _look_at(
    batch: Sequence[LabeledImage], settings: ImageCheckSettings, on_progress: Callable[[int], object]
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


def _findings(image: LabeledImage, files: _Files, keys: Keys) -> Iterator[Finding]:
    for key, found in ((keys.source, _on_image(image, files)), (keys.label, _on_mask(image, files))):
        yield from (finding.on(image.line, image.source, f"$.{key}") for finding in found)


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
