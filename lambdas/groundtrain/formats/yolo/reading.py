"""Read a YOLO data folder: of each image the boxes of its label file, in pixels of the image as shown."""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.files_below import IMAGES as ENDINGS
from groundtrain.formats.files_below import file_below, files_below, folder_below, name_ends_in
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox, Size, Split
from groundtrain.formats.losses import Losses
from groundtrain.formats.yolo.data_folder import DataFolder, Source, data_folder
from groundtrain.formats.yolo.label_lines import IMAGES, LABELS, LabelLines, label_file
from groundtrain.input_files import read_whole
from groundtrain.quantities import quantity, quoted

IMAGES_AND_LABELS = ENDINGS | {".txt", ".yaml", ".yml", ".cache"}
_NO_FOLDER = "folders of a side that are not there, or lead out of the data folder"
_LARGEST = 64 << 20  # bytes of a label file


def read_yolo(path: Path, exchange: Exchange) -> LabeledItems:
    """The boxes of each image; see `Format.read`."""
    folder = data_folder(path, exchange.losses)
    names = tuple(dict.fromkeys(folder.names[i] for i in sorted(folder.names)))
    if len(names) < len(folder.names):
        exchange.losses.detail("ids of one name, which become one class", str(path))
    lines = LabelLines(
        folder.names, folder.point_columns, exchange.options.get("envelopes", False), exchange.losses
    )
    images = _images_of(folder, exchange.images)
    return LabeledItems("boxes", names, _Reading(folder, images, lines, exchange.losses).items())


def count_yolo(path: Path) -> str:
    """Images and classes in words; see `Format.counted`."""
    losses = Losses()
    folder = data_folder(path, losses)
    images = _images_of(folder, ImageFolder())
    number = sum(1 for source in folder.sources for _ in images.of(source, losses))
    return f"{quantity(number, 'image')}, {quantity(len(folder.names), 'class', 'classes')}"


class _Images(Struct, frozen=True):
    """Where the images are.

    Attributes:
        within: "images/" if all are below that folder of the data, so that names begin behind it; else "".
        folder: that the names are below.
    """

    within: str
    folder: ImageFolder

    def of(self, source: Source, losses: Losses) -> Iterator[str]:
        """Names of the images of a source; what is not there is counted."""
        directory = self.folder.directory or Path()
        if source.folder is None:
            for path in source.listed:
                name = path.removeprefix(self.within)
                if file_below(directory, name):
                    yield name
                else:
                    losses.label("images of a list that are not there", f"{source.place}: {path}")
            return
        start = f"{source.folder}/".removeprefix(self.within).strip("/")
        folder = folder_below(directory, start)
        if folder is None:
            losses.label(_NO_FOLDER, f"{source.place}: {directory / start}")
            return
        for name in files_below(folder, IMAGES_AND_LABELS, losses, "files that are no images"):
            if name_ends_in(ENDINGS, name):
                yield f"{start}/{name}" if start else name


def _images_of(folder: DataFolder, given: ImageFolder) -> _Images:
    paths = [path for source in folder.sources for path in (source.listed or [source.folder or ""])]
    start = f"{IMAGES}/"
    is_within = all(f"{path}/".startswith(start) for path in paths)
    if paths == [""]:
        is_within = (folder.root / IMAGES).is_dir() or (folder.root / LABELS).is_dir()
    within = start if is_within else ""
    if given:
        return _Images(within, given)
    images = ImageFolder(folder.root / within)
    images.turned = given.turned  # where the command looks for them
    return _Images(within, images)


class _Reading(Struct):
    """Goes through all images.

    Attributes:
        sides: of the images so far.
        used: label files of images.
        labeled: images that have one.
    """

    folder: DataFolder
    images: _Images
    lines: LabelLines
    losses: Losses
    sides: dict[str, Split | None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    labeled: int = 0

    def items(self) -> Iterator[LabeledItem]:
        """An item for each image, once.

        Raises:
            ManifestError: there are images, and none has a label file.
        """
        for source in self.folder.sources:
            for name in self.images.of(source, self.losses):
                if name in self.sides:
                    self._count_again(name, source)
                    continue
                self.sides[name] = source.split
                item = self._item(name, source)
                if item is not None:
                    yield item
        self._count_unused()
        if self.sides and not self.labeled:
            name = next(iter(self.sides))
            raise ManifestError(
                f"{self.folder.root}: none of {quantity(len(self.sides), 'image')} has a label file; that of"
                f" {quoted(name)} would be {self._label_file(name)}",
                fix="put the labels there: /images/ in the path of an image becomes /labels/",
            )

    def _item(self, name: str, source: Source) -> LabeledItem | None:
        """None where the size is not known, which is counted."""
        file = self._label_file(name)
        place = str(self.folder.root / file)
        try:
            size = self.images.folder.size_of(name, place)
        except ManifestError as error:
            self.losses.label("images whose size cannot be read", error.message)
            return None
        boxes, is_lost = self._boxes(file, size)
        return LabeledItem(
            place=place, name=name, size=size, boxes=boxes, split=source.split, is_lost=is_lost
        )

    def _boxes(self, file: str, size: Size) -> tuple[tuple[NamedBox, ...], bool]:
        """Boxes of an image, and whether labels of it are left out; without a file there are none."""
        self.used.add(file)
        path = file_below(self.folder.root, file)
        if path is None:
            return (), self._is_elsewhere(file)
        self.labeled += 1
        text = read_whole(path, _LARGEST, "check that it is a label file").removeprefix(b"\xef\xbb\xbf")
        return self.lines.boxes(text.decode(errors="replace"), size, str(path))

    def _is_elsewhere(self, file: str) -> bool:
        """Whether labels are there and cannot be read, or lie where no reader of YOLO looks."""
        if os.path.lexists(self.folder.root / file):
            self.losses.label("label files that are links out of the data folder, or no files", file)
            return True
        beside = f"/{file}"[::-1].replace(f"/{LABELS}/"[::-1], f"/{IMAGES}/"[::-1], 1)[::-1][1:]
        if beside == file or file_below(self.folder.root, beside) is None:
            return False
        self.losses.label("label files beside their image, where YOLO does not look", beside)
        return True

    def _label_file(self, name: str) -> str:
        return label_file(f"{self.images.within}{name}")

    def _count_again(self, name: str, source: Source) -> None:
        if self.sides[name] == source.split:
            self.losses.detail("images that are listed again on their side", name)
        else:
            self.losses.label("images that are on a second side, taken for the first one only", name)

    def _count_unused(self) -> None:
        for name in files_below(self.folder.root, (".txt",), Losses(), "others"):
            if f"/{LABELS}/" in f"/{name}" and name not in self.used:
                self.losses.label("label files of no image on any side", name)
