"""Put labels where they start the pipeline: images first, then the label category file, the manifest last."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.aws.upload_store import UploadStore
from groundtrain.errors import GroundtrainError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.manifest.classes.category_file import dump_category_file
from groundtrain.manifest.source import FileManifest, ManifestSource
from groundtrain.publishing.destination import Destination
from groundtrain.publishing.image_sources import ImageSources
from groundtrain.publishing.image_upload import Upload
from groundtrain.publishing.published_manifest import Changes, Moved, creation_date, write_published
from groundtrain.quantities import first_few, quantity

_BEGINNING = 1 << 20  # bytes
_SHOWN = 5
_MANIFEST_TYPE = "application/x-ndjson"


class MissingImagesError(GroundtrainError):
    """Images are not where the labels say."""

    exit_code = 1


class Labels(Struct, frozen=True):
    """Labels as a manifest.

    Attributes:
        manifest: of images by their addresses, or as made of labels in another form.
        classes: those of the label category file; none for no such file.
        created: the date that was written as that of the labels, where nobody said one; "" elsewhere.
        is_imported: whether names in it may stand for files of this machine.
        keep: the label attribute that is published of several, with those that go with it; none for all.
    """

    manifest: ManifestSource
    classes: tuple[str, ...] = ()
    created: str = ""
    is_imported: bool = False
    keep: tuple[str, ...] = ()


class Published(Struct, frozen=True):
    """What was put into S3, or would be.

    Attributes:
        manifest: its address.
        sha256: digest of its content in hex.
        is_new: whether it was put there; otherwise the same bytes were there.
        left_out: label attributes that were not published.
        classes_of_before: address of a label category file that is there from before and counts, as these
            labels came with none; "" otherwise.
    """

    manifest: str
    sha256: str
    is_new: bool
    left_out: CountedExamples
    classes_of_before: str = ""


def refuse_missing(sources: ImageSources, images: S3ImageStore, destination: Destination) -> None:
    """Check that every image is on this machine, or in a bucket of the environment.

    Raises:
        MissingImagesError: with all that is missing.
        AccessError
    """
    gone = CountedExamples.of(address for address, there in images.locate(sources.stored) if there is None)
    buckets = ", ".join(destination.image_buckets)
    problems = (
        (sources.missing, "not in the folder of images", "name the folder by --image-dir, or put them there"),
        (gone, "not in S3", "upload them, or take their lines out"),
        (
            sources.elsewhere,
            f"in a bucket that the environment does not read ({buckets})",
            "name their folder here by --image-dir, or their bucket in labeling.buckets, and deploy",
        ),
    )
    found = [(counted, what, fix) for counted, what, fix in problems if counted.count]
    if found:
        sentences = [_sentence(counted, what) for counted, what, _ in found]
        fixes = "; ".join(fix for *_, fix in found)
        raise MissingImagesError(
            "; ".join(sentences), fix=f"{fixes}; --force publishes all the same, and such lines are left out"
        )


def _sentence(counted: CountedExamples, what: str) -> str:
    verb = "is" if counted.count == 1 else "are"
    named = first_few(counted.examples[:_SHOWN], _SHOWN)
    more = counted.count - len(counted.examples[:_SHOWN])
    further = f" and {more:,} more" if more > 0 else ""
    return f"{quantity(counted.count, 'image')} {verb} {what}: {named}{further}"


def publish_labels(
    labels: Labels,
    sources: ImageSources,
    upload: Upload,
    destination: Destination,
    store: UploadStore,
    workplace: Path,
    *,
    dry_run: bool = False,
) -> Published:
    """Write the manifest with its images where they are now, and put it there unless the same is there.

    Args:
        labels: what to publish.
        sources: its images.
        upload: of those of this machine.
        destination: where to.
        store: S3.
        workplace: a folder for the manifest on its way.
        dry_run: put nothing.

    Raises:
        ManifestError, AccessError
    """
    changes = _changes(labels, sources, destination, upload.sha256)
    file = workplace / "published.manifest"
    left_out = write_published(labels.manifest, file, changes)
    there = _digest_of(store, destination)
    digest = _digest(file)
    if there and digest != there and labels.created:
        digest = _with_date_of_before(labels, changes, destination, store, file, there) or digest
    is_new = digest != there
    if is_new and not dry_run:
        _put(labels, destination, store, file, digest)
    of_before = not labels.classes and store.checksum(destination.classes) is not None
    return Published(
        str(destination.manifest), digest, is_new, left_out, str(destination.classes) if of_before else ""
    )


def placed_manifest(
    labels: Labels, sources: ImageSources, destination: Destination, workplace: Path
) -> ManifestSource:
    """The manifest with the addresses that its images will have, before they are uploaded.

    Raises:
        ManifestError: it cannot be read.
    """
    if not (labels.is_imported or sources.local):
        return labels.manifest
    file = workplace / "placed.manifest"
    write_published(labels.manifest, file, _changes(labels, sources, destination, {}))
    return FileManifest(file, name=labels.manifest.name)


def _changes(
    labels: Labels, sources: ImageSources, destination: Destination, digests: Mapping[str, str]
) -> Changes:
    moved = {
        address: Moved(str(destination.image(image.key)), digests.get(image.key, ""))
        for address, image in sources.local.items()
    }
    return Changes(moved, str(destination.images) if labels.is_imported else "", labels.keep)


def _put(labels: Labels, destination: Destination, store: UploadStore, file: Path, digest: str) -> None:
    if labels.classes:
        body = dump_category_file(labels.classes)
        sha256 = hashlib.sha256(body).hexdigest()
        store.put(destination.classes, io.BytesIO(body), sha256, content_type="application/json")
    with file.open("rb") as manifest:
        store.put(destination.manifest, manifest, digest, content_type=_MANIFEST_TYPE)


def _with_date_of_before(
    labels: Labels, changes: Changes, destination: Destination, store: UploadStore, file: Path, there: str
) -> str:
    """The digest of what is there, if only the date of labels differs, which nobody said; else ""."""
    before = creation_date(store.read(destination.manifest, _BEGINNING))
    if not before:
        return ""
    dated = msgspec.structs.replace(changes, created=(labels.created.encode(), before))
    again = file.with_suffix(".dated")
    write_published(labels.manifest, again, dated)
    return there if _digest(again) == there else ""


def _digest_of(store: UploadStore, destination: Destination) -> str:
    """SHA-256 of the manifest that is there in hex, "" where there is none."""
    found = store.checksum(destination.manifest)
    if found == "":
        return hashlib.sha256(store.read(destination.manifest)).hexdigest()
    return found or ""


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
