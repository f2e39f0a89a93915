"""Write a YOLO data folder: labels/, data.yaml, and images/ where they are given.

Sides are text files that list images, so that names stay whatever side an image is on.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.exact_numbers import plain
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_copies import copy_image
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox, Size, Split
from groundtrain.formats.split_names import WRITTEN_NAMES, in_a_list
from groundtrain.formats.written_folder import WrittenFolder, written_folder
from groundtrain.formats.yolo.label_lines import label_file, of_pixels


def write_yolo(found: LabeledItems, path: Path, exchange: Exchange) -> None:
    """Write the folder; see `Format.write`."""
    with written_folder(path) as folder:
        writing = _Writing(folder, exchange, {name: i for i, name in enumerate(found.classes)})
        for item in found.items:
            writing.add(item)
        writing.finish()


class _Writing(Struct):
    """Writes a folder.

    Attributes:
        ids: of the classes.
        listed: names of images by their side.
    """

    folder: WrittenFolder
    exchange: Exchange
    ids: dict[str, int]
    listed: dict[Split | None, list[str]] = field(default_factory=dict)

    def add(self, item: LabeledItem) -> None:
        """Write the labels of an image, and the image if it is given."""
        if item.size is None:
            raise ManifestError(
                f"{item.place}: the size of the image is unknown", fix="add --image-dir DIRECTORY"
            )
        lines = "".join(f"{line}\n" for line in self._lines(item, item.size))
        if item.boxes and not lines:
            self.exchange.losses.label("images all of whose boxes are left out", item.name)
            return
        self.listed.setdefault(item.split, []).append(item.name)
        self.folder.write(label_file(f"images/{item.name}"), lines.encode(), item.place)
        copy_image(item, self.folder, f"images/{item.name}", self.exchange)

    def finish(self) -> None:
        """Write what names classes and sides."""
        import yaml  # here, since most commands write none

        names = {number: name for name, number in self.ids.items()}
        keys = {**self._sides(), "nc": len(names), "names": names}
        text = yaml.safe_dump(keys, sort_keys=False, allow_unicode=True, width=1 << 20)
        self.folder.write("data.yaml", text.encode())

    def _sides(self) -> dict[str, str]:
        """Where the images of each side are; without sides, all are for training, and readers want a val."""
        if self.listed.keys() <= {None}:
            return {"train": "images", "val": "images"}
        for name in self.listed.pop(None, []):
            self.exchange.losses.detail("images without a side, which are for training there", name)
            self.listed.setdefault("train", []).append(name)
        for split, names in self.listed.items():
            lines = "".join(f"./images/{in_a_list(name)}\n" for name in names)
            self.folder.write(f"{WRITTEN_NAMES[split or 'train']}.txt", lines.encode())
        return {name: f"{name}.txt" for split, name in WRITTEN_NAMES.items() if split in self.listed}

    def _lines(self, item: LabeledItem, size: Size) -> Iterator[str]:
        for box in item.boxes:
            line = self._line(box, size)
            if line:
                yield line
            else:
                self.exchange.losses.label(
                    "boxes whose centre is outside of the image, or that are larger, which YOLO cannot hold",
                    item.place,
                )

    def _line(self, box: NamedBox, size: Size) -> str:
        """The line of a box; "" where it has none, since readers of YOLO refuse the image for it."""
        across, width = of_pixels(box.left, box.width, size.width)
        down, height = of_pixels(box.top, box.height, size.height)
        if not all(0 <= fraction <= 1 for fraction in (across, down, width, height)):
            return ""
        number = self.ids.setdefault(box.name, len(self.ids))
        return " ".join((str(number), *map(plain, (across, down, width, height))))
