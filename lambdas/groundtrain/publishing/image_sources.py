"""Where the images of a manifest are: on this machine, or in S3 already, and which cannot be found."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from groundtrain.errors import GroundtrainError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.files_below import file_below
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.publishing.destination import Destination
from groundtrain.publishing.settled_image import LocalImage
from groundtrain.publishing.upload_records import FOLDER
from groundtrain.record_keys import is_fetched
from groundtrain.s3_addresses import LONGEST_KEY, SCHEME, S3Address, find_s3_address

OF_THIS_MACHINE = "s3://images-of-this-machine/"
"""Stands before the names of images until it is known where they go."""
_IMAGES = ("images", "JPEGImages")
_ANNOTATIONS = "annotations"


class ImpossibleKeyError(GroundtrainError):
    """An image cannot be put into S3 under its name."""

    exit_code = 1


class ImageSources(Struct):
    """The images of a manifest by where they are.

    Attributes:
        local: those to be uploaded, by their addresses in the manifest.
        stored: addresses in buckets of the environment, where they are left.
        missing: names for which there is no file.
        elsewhere: addresses in buckets that the environment does not read.
    """

    local: dict[str, LocalImage] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    missing: CountedExamples = field(default_factory=CountedExamples)
    elsewhere: CountedExamples = field(default_factory=CountedExamples)


def usual_folders(labels: Path) -> tuple[Path, ...]:
    """Where the images of labels are if nobody says it: beside them, or as the format publishes its own sets.

    COCO has `val2017/` beside `annotations/instances_val2017.json`, others of its form have `images/`; Pascal
    VOC has `JPEGImages/` beside `Annotations/`.
    """
    folder = labels if labels.is_dir() else labels.parent
    if folder.name.lower() != _ANNOTATIONS:
        return (folder, *(folder / name for name in _IMAGES))
    above, side = folder.parent, labels.stem.rpartition("_")[2]
    named = (above / side, *(above / name / side for name in _IMAGES))
    return (folder, *named, *(above / name for name in _IMAGES), above)


def find_sources(
    manifest: ManifestSource, destination: Destination, folders: Sequence[Path], *, is_chosen: bool
) -> ImageSources:
    """Look for all images and masks that a manifest names, each once.

    Args:
        manifest: addresses in it that begin with `OF_THIS_MACHINE` are names of files.
        destination: where they go.
        folders: of images on this machine, laid out as the names or addresses say, or flat.
        is_chosen: whether a person named them, so that addresses of other buckets are looked for there, too.

    Raises:
        ImpossibleKeyError: the name of an image cannot be a key.
        ManifestError: the manifest cannot be read.
    """
    finder = _Finder(destination, folders, is_chosen=is_chosen)
    for address in dict.fromkeys(_addresses(manifest)):
        finder.look_for(address)
    return finder.found


def fetched_addresses(record: dict[str, msgspec.Raw]) -> Iterator[tuple[str, str]]:
    """Keys of a line whose values are addresses in S3, and those; whatever else stands there is none."""
    for key, value in record.items():
        if is_fetched(key) and bytes(value).startswith(b'"'):
            text = msgspec.json.decode(value)
            if text.startswith(SCHEME):
                yield key, text


def _addresses(manifest: ManifestSource) -> Iterator[str]:
    for _, line in Lines(manifest.open()):
        try:
            found = list(fetched_addresses(decode_pieces(line)))
        except DECODE_ERRORS:
            continue  # groundtrain check has told it
        for _, address in found:
            yield address


class _Finder:
    """Decides for one address after the other."""

    def __init__(self, destination: Destination, folders: Sequence[Path], *, is_chosen: bool) -> None:
        self.found = ImageSources()
        self._destination, self._is_chosen = destination, is_chosen
        self._folders = [(folder.absolute(), DirectoryStore(folder)) for folder in folders]

    def look_for(self, address: str) -> None:
        place = find_s3_address(address)
        if address.startswith(OF_THIS_MACHINE):
            name = address.removeprefix(OF_THIS_MACHINE)
            self._take(address, name, self._file(name))
        elif place is None:
            return  # no object has this address, which groundtrain check has told
        elif place.bucket in self._destination.image_buckets:
            self.found.stored.append(address)
        elif self._is_chosen:
            self._take(address, address.removeprefix(SCHEME), self._file(address))
        else:
            self.found.elsewhere.add(address)

    def _take(self, address: str, name: str, path: Path | None) -> None:
        if path is None:
            self.found.missing.add(name)
            return
        self._refuse_impossible(name, self._destination.image(name))
        self.found.local[address] = LocalImage(name, path, path.stat().st_size)

    def _file(self, name: str) -> Path | None:
        """The file, unless it is a link that leads out of its folder."""
        for folder, store in self._folders:
            try:
                path = store.path_of(name)
            except ImageError:
                continue
            return file_below(folder, os.path.relpath(path, os.path.normpath(folder)))
        return None

    def _refuse_impossible(self, name: str, address: S3Address) -> None:
        if len(address.key.encode("utf-8", "surrogatepass")) > LONGEST_KEY:
            problem = f"the key {address.key} is longer than {LONGEST_KEY:,} bytes"
        elif name.startswith(FOLDER):
            problem = f"{FOLDER} is where groundtrain writes down what was uploaded"
        elif self._destination.starts_something(address):
            problem = "in that folder it would be taken for a manifest"
        else:
            return
        raise ImpossibleKeyError(
            f"the image {name} cannot be put into S3 under its name: {problem}", fix="rename the image"
        )
