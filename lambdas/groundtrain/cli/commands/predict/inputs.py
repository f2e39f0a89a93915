"""What the IMAGES arguments name: files, folders, manifests with or without labels."""

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from groundtrain.calls.image_files import image_paths, image_store
from groundtrain.calls.manifests import opened_manifest
from groundtrain.dataset.description import DESCRIPTION
from groundtrain.errors import GroundtrainError
from groundtrain.formats.files_below import IMAGES, name_ends_in
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_store import ImageStore
from groundtrain.manifest.source import ManifestSource
from groundtrain.predictions.box_lines import BoxLine, label_with_boxes, read_box_lines
from groundtrain.predictions.evaluated_predictions import NotEvaluated, by_source
from groundtrain.predictions.given_images import GivenImages


class Inputs(Struct):
    """Images to look at, and labels to compare with.

    Attributes:
        labeled: lines with boxes, by the addresses of their images; empty where no manifest has any.
        left_out: what of the labels is not compared.
        manifests: how many were named.
        without_labels: those of them that have no boxes.
    """

    given: GivenImages = field(default_factory=GivenImages)
    labeled: dict[str, BoxLine] = field(default_factory=dict)
    left_out: NotEvaluated = field(default_factory=NotEvaluated)
    manifests: int = 0
    without_labels: list[str] = field(default_factory=list)


def read_inputs(arguments: Sequence[str], image_dir: Path | None, label: str | None) -> Inputs:
    """The images and labels that the arguments name.

    Args:
        arguments: files and folders of images, and manifests: files, - or s3:// addresses.
        image_dir: folder of the images that manifests name; None for S3.
        label: label attribute to compare with.

    Raises:
        GroundtrainError: one is not there, or cannot be read.
    """
    inputs = Inputs()

    @functools.cache
    def store() -> ImageStore:
        return image_store(image_dir)

    for argument in arguments:
        _add(inputs, argument, label, store)
    if not inputs.given.images:
        raise GroundtrainError(
            "there is no image to look at", fix="name images, a folder of them, or a manifest that names some"
        )
    return inputs


def image_files(inputs: Inputs, image_dir: Path | None) -> Iterator[Path]:
    """The files of this machine that the images are read from.

    Args:
        inputs: as they have been read.
        image_dir: folder of the images that manifests name; None for S3.
    """
    store = DirectoryStore(image_dir) if image_dir is not None else None
    for image in inputs.given.images.values():
        if image.file is not None:
            yield image.file
        elif store is not None:
            yield from image_paths(store, [image.name])


def _add(inputs: Inputs, argument: str, label: str | None, store: Callable[[], ImageStore]) -> None:
    path = Path(argument)
    is_address = "://" in argument and not path.exists()
    if os.path.isdir(path):  # noqa: PTH112  says False to names that cannot be
        _refuse_dataset(path)
        inputs.given.add_folder(path)
    elif argument != "-" and not is_address and name_ends_in(IMAGES, argument):
        inputs.given.add_file(path)
    else:
        with opened_manifest(argument) as source:
            _add_manifest(inputs, source, label, store())


def _refuse_dataset(folder: Path) -> None:
    if os.path.isfile(folder / DESCRIPTION):  # noqa: PTH113  as above
        raise GroundtrainError(
            f"{folder} is a dataset, and no folder of images",
            fix=f"name one of its manifests, such as {folder / 'validation.manifest'}",
        )


def _add_manifest(inputs: Inputs, source: ManifestSource, label: str | None, store: ImageStore) -> None:
    inputs.manifests += 1
    inputs.given.add_manifest(source, store)
    attribute = label_with_boxes(source, label)
    if attribute is None:
        inputs.without_labels.append(source.name)
        return
    lines = read_box_lines(source, attribute, inputs.left_out.unusable)
    for address, line in by_source(lines, inputs.left_out.repeated).items():
        inputs.labeled.setdefault(address, line)
