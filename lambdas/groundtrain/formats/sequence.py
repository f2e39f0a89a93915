"""SeqLabel.json of Ground Truth's video jobs: a line for each frame of one sequence.

Developer Guide, "Video frame object detection output" and "Video frame object tracking output". Objects have
a class id, and only tracked ones a name that begins with the class: "car:1".
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox
from groundtrain.formats.losses import Losses
from groundtrain.formats.wrong_file import explained, wrong_file
from groundtrain.input_files import read_whole
from groundtrain.json_text import decode_pieces, in_plain_words
from groundtrain.manifest.label_types.class_ids import ClassId
from groundtrain.manifest.label_types.sequences.sequence_file import LARGEST
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.quantities import quantity, quoted

_EXPECTED = "the label file of a sequence (SeqLabel.json)"
_HEAD = 1 << 12
_KEYS = ("tracking-annotations", "detection-annotations")


class _Object(Struct, gc=False, rename="kebab"):
    """A box; polygons, lines and points have no sides, and cuboids a centre in space."""

    class_id: ClassId
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None
    center_x: float | None = None
    object_id: str = ""
    object_name: str = ""
    label_category_attributes: dict[str, Any] = {}

    def sides(self) -> list[float]:
        """Left, top, width and height, as far as they are there."""
        return [side for side in (self.left, self.top, self.width, self.height) if side is not None]


class _Frame(Struct, gc=False, rename="kebab"):
    frame: str
    annotations: list[_Object] = []
    frame_attributes: dict[str, Any] = {}


_decode_frames = msgspec.json.Decoder(list[_Frame]).decode


def read_sequence_labels(path: Path, exchange: Exchange) -> LabeledItems:
    """The boxes of each frame; see `Format.read`."""
    try:
        frames = _frames(path)
    except ManifestError as error:
        raise explained(error, path, _EXPECTED, "sequence") from error
    names = _names(path, frames, exchange)
    return LabeledItems(
        "boxes", tuple(dict.fromkeys(names.values())), _items(path, frames, names, exchange.losses)
    )


def count_sequence(path: Path) -> str:
    """Frames and objects in words; see `Format.counted`."""
    frames = _frames(path)
    objects = sum(len(frame.annotations) for frame in frames)
    return f"{quantity(len(frames), 'frame')}, {quantity(objects, 'object')}"


def _frames(path: Path) -> list[_Frame]:
    """All frames.

    Raises:
        ManifestError: it is no such file.
        SettingsError: it cannot be read, or is larger than any sequence.
    """
    text = read_whole(path, LARGEST, f"name a SeqLabel.json, of {LARGEST >> 20} MiB at most")
    if not text.strip() or b"\0" in text[:_HEAD]:
        raise wrong_file(path, _EXPECTED)
    try:
        content = decode_pieces(text.removeprefix(b"\xef\xbb\xbf"))
    except DECODE_ERRORS as error:
        raise ManifestError(f"{path} is not {_EXPECTED}: {error}", fix="name the SeqLabel.json") from error
    key = next((key for key in _KEYS if key in content), None)
    if key is None:
        raise _without_frames(path, content)
    try:
        return _decode_frames(content[key])
    except DECODE_ERRORS as error:
        complaint, _, at = str(error).partition(" - at `$")
        raise ManifestError(
            f"{path}, {key}{at.removesuffix('`')}: {in_plain_words(complaint)}", fix="correct it in the file"
        ) from error


def _without_frames(path: Path, content: dict[str, Raw]) -> ManifestError:
    if any(_has_frames(piece) for piece in content.values()):
        return ManifestError(
            f"{path} is of a point cloud with cameras ({', '.join(content)}), and not of frames of a video",
            fix="no command makes lines of cuboids",
        )
    return ManifestError(
        f"{path} is not {_EXPECTED}: it has no {' and no '.join(_KEYS)}", fix="name that file"
    )


def _has_frames(piece: Raw) -> bool:
    return bytes(piece).startswith(b"{") and any(key in decode_pieces(piece) for key in _KEYS)


def _names(path: Path, frames: list[_Frame], exchange: Exchange) -> dict[int, str]:
    """Names of the classes by id, in the order of the ids.

    Raises:
        ManifestError: an id has none, or two.
    """
    names = dict(enumerate(exchange.categories))
    seen: set[int] = set()
    for frame in frames:
        for each in frame.annotations:
            number, (name, colon, _) = int(each.class_id), each.object_name.rpartition(":")
            seen.add(number)
            if colon and names.setdefault(number, name) != name:
                raise ManifestError(
                    f"{path}, frame {quoted(frame.frame)}: the class id {number} is {quoted(names[number])}"
                    f" before, or in the label category file, and {quoted(name)} here",
                    fix="name the label category file of the labeling job that wrote this",
                )
    if unnamed := sorted(seen - names.keys()):
        raise ManifestError(
            f"{path}: the class id {unnamed[0]} has no name, since its objects have none",
            fix="add --category-file with the classes in the order of their ids, as the labeling job had it",
        )
    return {number: names[number] for number in sorted(names)}


def _items(path: Path, frames: list[_Frame], names: dict[int, str], losses: Losses) -> Iterator[LabeledItem]:
    for frame in frames:
        place = f"{path}, frame {quoted(frame.frame)}"
        boxes = []
        for each in frame.annotations:
            _count_details(each, frame.frame, losses)
            sides = each.sides()
            if len(sides) == 4 and each.center_x is None:
                boxes.append(NamedBox(names[int(each.class_id)], *sides))
            else:
                losses.label("objects that are no boxes: polygons, lines, points, cuboids", frame.frame)
        if frame.frame_attributes:
            losses.detail("attributes of frames", frame.frame)
        is_lost = len(boxes) < len(frame.annotations)
        yield LabeledItem(place=place, name=frame.frame, boxes=tuple(boxes), is_lost=is_lost)


def _count_details(each: _Object, frame: str, losses: Losses) -> None:
    example = f"{each.object_name or 'an object'} on {frame}"
    if each.object_id:
        losses.detail("which objects are the same from frame to frame (object-id)", example)
    if each.label_category_attributes:
        losses.detail("attributes of objects (label-category-attributes)", example)


SEQUENCE = Format(
    name="sequence",
    title="a sequence of Ground Truth",
    source="the SeqLabel.json of one sequence of a video job; --image-dir and --image-prefix name its frames",
    kinds=("boxes",),
    read=read_sequence_labels,
    counted=count_sequence,
)
