"""Write Pascal VOC: Annotations in the folders of their images, ImageSets, and JPEGImages if given."""

import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.exact_numbers import EXACT, exact, plain
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_copies import copy_image
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox, Split
from groundtrain.formats.split_names import WRITTEN_NAMES, in_a_list
from groundtrain.formats.voc.annotated_objects import CORNERS, without_layout
from groundtrain.formats.written_folder import WrittenFolder, written_folder
from groundtrain.quantities import quoted

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}


def write_voc(found: LabeledItems, path: Path, exchange: Exchange) -> None:
    """Write the folder; see `Format.write`."""
    with written_folder(path) as folder:
        writing = _Writing(folder, exchange)
        for item in found.items:
            writing.add(item)
        writing.finish()


class _Writing(Struct):
    """Writes a folder.

    Attributes:
        listed: images of each side, without their endings.
    """

    folder: WrittenFolder
    exchange: Exchange
    listed: dict[Split, list[str]] = field(default_factory=dict)

    def add(self, item: LabeledItem) -> None:
        """Write the annotation of an image, and the image if it is given."""
        stem = posixpath.splitext(item.name)[0]
        text = "\n".join(self._lines(item)) + "\n"
        self.folder.write(f"Annotations/{stem}.xml", text.encode(), item.place)
        copy_image(item, self.folder, f"JPEGImages/{item.name}", self.exchange)
        if item.split:
            self.listed.setdefault(item.split, []).append(in_a_list(stem))

    def finish(self) -> None:
        """Write the lists of sides."""
        for split, stems in self.listed.items():
            text = "".join(f"{stem}\n" for stem in stems)
            self.folder.write(f"ImageSets/Main/{WRITTEN_NAMES[split]}.txt", text.encode())

    def _lines(self, item: LabeledItem) -> Iterator[str]:
        if item.size is None:
            raise ManifestError(
                f"{item.place}: the size of the image is unknown", fix="add --image-dir DIRECTORY"
            )
        folder, _, name = item.name.rpartition("/")
        yield "<annotation>"
        yield f"\t<folder>{_xml(folder or 'JPEGImages', item.place)}</folder>"
        yield f"\t<filename>{_xml(name, item.place)}</filename>"
        yield (
            f"\t<size><width>{item.size.width}</width><height>{item.size.height}</height>"
            f"<depth>{item.size.depth}</depth></size>"
        )
        yield "\t<segmented>0</segmented>"
        for box in item.boxes:
            yield "\t<object>"
            yield f"\t\t<name>{_xml(box.name, item.place)}</name>"
            yield "\t\t<pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>"
            yield f"\t\t<bndbox>{self._corners(box)}</bndbox>"
            yield "\t</object>"
        yield "</annotation>"

    def _corners(self, box: NamedBox) -> str:
        more = Decimal(1 if self.exchange.options.get("one_based", False) else 0)
        left, top = exact(box.left), exact(box.top)
        corners = (
            EXACT.add(left, more),
            EXACT.add(top, more),
            EXACT.add(left, exact(box.width)),
            EXACT.add(top, exact(box.height)),
        )
        return "".join(
            f"<{side}>{plain(corner)}</{side}>" for side, corner in zip(CORNERS, corners, strict=True)
        )


def _xml(text: str, place: str) -> str:
    """A name as text of an element.

    Raises:
        ManifestError: XML cannot hold it.
    """
    if _NOT_IN_XML.search(text) or without_layout(text) != text:
        raise ManifestError(
            f"{place}: the name {quoted(text)} has a control character, or a line break at its end, which XML"
            " cannot hold",
            fix="rename it",
        )
    return escape(text, _ENTITIES)
