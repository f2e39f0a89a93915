"""Check the images and masks of a manifest: do they exist, are they intact, do they match the labels?"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.images.access import ImageStore, look_at_each, look_at_header
from groundtrain.images.cost import Depth
from groundtrain.images.errors import ImageError
from groundtrain.images.limits import LARGEST_IMAGE
from groundtrain.images.records import ImageHeader, StoredObject
from groundtrain.linting.image_faults import (
    Fault,
    Subject,
    find_image_faults,
    find_mask_faults,
    find_object_faults,
    find_value_faults,
    unreadable,
    unusable_mask,
)
from groundtrain.linting.repeated_content import ContentSeen
from groundtrain.manifest.repeated_sources import digest
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

if TYPE_CHECKING:
    from groundtrain.images.mask import MaskFacts

Findings = dict[int, tuple[Finding, ...]]

_AT_A_TIME = 20_000  # lines, some 20 MB of answers
_MOST_LINES = 100_000  # with faults, some 50 MB of findings
_DECODERS = 2  # each holds a picture


class ImageChecks(Struct, frozen=True):
    """Where the images are, and how thoroughly to check them.

    Attributes:
        depth: "list": existence, file size and content by ETag; "header": also format, dimensions,
            orientation, channels and end of file; "full": every pixel, and content by all bytes.
        sample: number of lines to check, always the same ones, chosen by their sources; None for all.
        announce: called with the number of files; yields a function to call with each number of files done.
    """

    store: ImageStore
    depth: Depth
    announce: Callable[[int], AbstractContextManager[Callable[[int], object]]]
    sample: int | None = None


class _Known(Struct):
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
    read: Callable[[], Iterator[Subject]],
    keys: Keys,
    active: frozenset[str],
    image_checks: ImageChecks,
    name: str,
) -> Findings:
    """Findings of GT6 by line.

    Args:
        read: yields the lines that can be read, from the start at each call.
        keys: keys of the lines.
        active: codes of the active rules.
        image_checks: where the images are, and how thoroughly to check them.
        name: name of the manifest, for messages.

    Raises:
        ManifestError: more than 100,000 lines have faults.
        GroundtrainError: the store cannot be reached.
    """
    subjects = _sampled(read, image_checks.sample)
    found: Findings = {}
    contents = ContentSeen()
    with image_checks.announce(sum(1 + bool(subject.mask) for subject in subjects())) as on_progress:
        for batch in _batches(subjects()):
            known = _look_at(batch, image_checks, on_progress)
            for subject in batch:
                if content := known.content_of(subject.source):
                    contents.add(subject.line, subject.source, content)
                _note(found, subject.line, _findings(subject, known, keys, active), name)
    if "GT612" in active:
        _note_repeated(found, subjects(), dict(contents.repeated()), keys, name)
    return found


def _sampled(read: Callable[[], Iterator[Subject]], sample: int | None) -> Callable[[], Iterator[Subject]]:
    if sample is None:
        return read
    ordered = nsmallest(sample, ((digest(subject.source), subject.line) for subject in read()))
    chosen = {line for _, line in ordered}
    return lambda: (subject for subject in read() if subject.line in chosen)


def _batches(subjects: Iterator[Subject]) -> Iterator[list[Subject]]:
    while batch := list(islice(subjects, _AT_A_TIME)):
        yield batch


def _look_at(batch: list[Subject], image_checks: ImageChecks, on_progress: Callable[[int], object]) -> _Known:
    images = dict.fromkeys(subject.source for subject in batch)
    masks = dict.fromkeys(subject.mask for subject in batch if subject.mask)
    located = image_checks.store.locate((*images, *masks))
    known = _Known(
        {uri: there for uri, there in located if there is not None}, image_checks.store.why_missing
    )
    if image_checks.depth == "list":
        on_progress(len(images) + len(masks))
        return known
    known.images.update(_looked_at(images, known, image_checks, on_progress))
    known.masks.update(_looked_at_masks(masks, known, image_checks, on_progress))
    return known


def _looked_at(
    uris: Iterable[str], known: _Known, image_checks: ImageChecks, on_progress: Callable[[int], object]
) -> Iterator[tuple[str, ImageHeader | ImageError]]:
    look_at = partial(look_at_header, image_checks.store)
    sizes = {uri: known.stored[uri].size for uri in uris if uri in known.stored}
    light = [uri for uri, size in sizes.items() if image_checks.depth == "header" or size > LARGEST_IMAGE]
    yield from look_at_each(look_at, light, on_progress=on_progress)
    if image_checks.depth == "full":
        from groundtrain.images.pixels import look_at_pixels

        look_at, heavy = partial(look_at_pixels, image_checks.store), sizes.keys() - set(light)
        yield from look_at_each(look_at, heavy, workers=_DECODERS, on_progress=on_progress)


def _looked_at_masks(
    uris: Iterable[str], known: _Known, image_checks: ImageChecks, on_progress: Callable[[int], object]
) -> Iterator[tuple[str, "ImageHeader | MaskFacts | ImageError"]]:
    there = [uri for uri in uris if uri in known.stored]
    if image_checks.depth == "header":
        yield from look_at_each(partial(look_at_header, image_checks.store), there, on_progress=on_progress)
    else:
        from groundtrain.images.pixels import look_at_mask

        look_at = partial(look_at_mask, image_checks.store)
        yield from look_at_each(look_at, there, workers=_DECODERS, on_progress=on_progress)


def _findings(subject: Subject, known: _Known, keys: Keys, active: frozenset[str]) -> Iterator[Finding]:
    placed = (
        *((keys.source, fault) for fault in _image_faults(subject, known)),
        *((keys.label, fault) for fault in _mask_faults(subject, known)),
    )
    for key, (code, message) in placed:
        if code in active:
            yield Finding(code, subject.line, f"$.{key}", message, subject.source)


def _image_faults(subject: Subject, known: _Known) -> Iterator[Fault]:
    stored = known.stored.get(subject.source)
    if stored is None:
        yield Fault("GT601", known.why_missing(subject.source))
        return
    yield from find_object_faults(stored)
    looked = known.images.get(subject.source)
    if isinstance(looked, ImageError):
        yield unreadable(looked)
    elif looked is not None:
        yield from find_image_faults(subject, looked)


def _mask_faults(subject: Subject, known: _Known) -> Iterator[Fault]:
    if not subject.mask:
        return
    if subject.mask not in known.stored:
        yield Fault("GT620", f"{subject.mask}: {known.why_missing(subject.mask)}")
        return
    mask, image = known.masks.get(subject.mask), known.images.get(subject.source)
    header = image if isinstance(image, ImageHeader) else None
    if isinstance(mask, ImageError):
        yield unusable_mask(mask)
    elif isinstance(mask, ImageHeader):
        yield from find_mask_faults(mask, header)
    elif mask is not None:
        yield from find_mask_faults(mask.header, header)
        yield from find_value_faults(mask, subject.colours)


def _note_repeated(
    found: Findings, subjects: Iterator[Subject], earlier: dict[int, int], keys: Keys, name: str
) -> None:
    for subject in subjects if earlier else ():
        if subject.line in earlier:
            message = f"the same content as the image of line {earlier[subject.line]}"
            finding = Finding("GT612", subject.line, f"$.{keys.source}", message, subject.source)
            _note(found, subject.line, [finding], name)


def _note(found: Findings, line: int, findings: Iterable[Finding], name: str) -> None:
    if more := tuple(findings):
        found[line] = tuple(sorted((*found.get(line, ()), *more), key=lambda finding: finding.code))
    if len(found) > _MOST_LINES:
        raise ManifestError(
            f"{name}: more than {_MOST_LINES:,} lines have images at fault",
            fix="look at a sample of them first (--sample 1000)",
        )
