"""The images that a model is to look at: files, folders, or what the lines of a manifest name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.files_below import images_below
from groundtrain.formats.losses import Losses
from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import ImageStore, read_image
from groundtrain.input_files import fix_for, other_kind
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_attributes.attribute_choice import label_names
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import ManifestSource, shown_name
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import METADATA, SOURCE_REF

LARGEST_FILE = 256 << 20
"""Bytes of an image's file."""


class GivenImage(NamedTuple):
    """An image to look at.

    Attributes:
        name: as it was given: a path, a path below a folder, or an address.
        path: below the folder whose address is put before it; "" where the name is an address.
        read: gives its bytes, or raises an ImageError.
        besides: attributes of its line that are no labels.
        file: that was named, or lies in a folder that was; None where a manifest names the image.
    """

    name: str
    path: str
    read: Callable[[], bytes]
    besides: Mapping[str, Raw] = {}
    file: Path | None = None


class GivenImages(Struct):
    """Images in the order in which they were given, each once, by name.

    Attributes:
        repeated: images that were given again.
        without_image: lines that name no image.
        losses: what lies in folders and is passed over.
    """

    images: dict[str, GivenImage] = field(default_factory=dict)
    repeated: CountedExamples = field(default_factory=CountedExamples)
    without_image: CountedExamples = field(default_factory=CountedExamples)
    losses: Losses = field(default_factory=Losses)

    def add(self, image: GivenImage) -> None:
        """Add an image, unless one of its name was given before."""
        if image.name in self.images:
            self.repeated.add(image.name)
        else:
            self.images[image.name] = image

    def add_all(self, images: Iterable[GivenImage]) -> None:
        """Add images."""
        for image in images:
            self.add(image)

    def add_file(self, path: Path) -> None:
        """Add the file of an image."""
        below = path.name if path.is_absolute() or ".." in path.parts else path.as_posix()
        self.add(GivenImage(shown_name(path), below, partial(read_file, path), file=path))

    def add_folder(self, folder: Path) -> None:
        """Add the images below a folder.

        Raises:
            GroundtrainError: it cannot be read.
        """
        for path in images_below(folder, self.losses):
            file = folder / path
            self.add(GivenImage(shown_name(file), path, partial(read_file, file), file=file))

    def add_manifest(self, source: ManifestSource, store: ImageStore) -> None:
        """Add the images that the lines of a manifest name.

        Raises:
            ManifestError: it is no manifest, or no line names an image.
        """
        refuse_other_formats(source)
        before = len(self.images) + self.repeated.count
        self.add_all(_named(source, store, self.without_image))
        if len(self.images) + self.repeated.count == before:
            raise ManifestError(
                f"{source.name}: no line names an image",
                fix=f"name a manifest whose lines have the key {SOURCE_REF}",
            )


def read_file(path: Path) -> bytes:
    """The bytes of an image's file.

    Raises:
        ImageError: it is not there, is no file, or too large.
    """
    try:
        if kind := other_kind(path):
            raise ImageError(f"it is {kind}, and no file")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ImageError(f"it cannot be read ({error.strerror})", fix=fix_for(error)) from error
    if len(content) > LARGEST_FILE:
        raise ImageError(f"the file has more than {LARGEST_FILE >> 20} MiB")
    return content


def _named(source: ManifestSource, store: ImageStore, without_image: CountedExamples) -> Iterator[GivenImage]:
    for number, line in Lines(source.open()):
        try:
            pieces = decode_pieces(line)
            address = msgspec.json.decode(pieces[SOURCE_REF], type=str)
        except (KeyError, *DECODE_ERRORS):
            without_image.add(f"{source.name} line {number}")
            continue
        labels = {SOURCE_REF, *label_names(pieces)}
        besides = {
            key: piece for key, piece in pieces.items() if key not in labels and not key.endswith(METADATA)
        }
        yield GivenImage(address, "", partial(read_image, store, address, largest=LARGEST_FILE), besides)
