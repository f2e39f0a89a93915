"""SeqLabel.json: the labels of one sequence of frames, which a line of a video or point cloud job names.

Developer Guide, "Video frame object detection output", "Video frame object tracking output" and "3D-2D
object tracking": frames with boxes (or cuboids), whose class ids are texts in video files; tracked objects
keep their id from frame to frame. Point clouds with cameras have one list of frames for each device.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.errors import GroundtrainError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_types.class_ids import ClassId
from groundtrain.manifest.label_types.references import HIGHEST_ID
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.rules.findings import Finding

SEQUENCE_FILE = "SeqLabel.json"
LARGEST = 64 << 20
"""Bytes; four times the size of 2,000 frames, the longest sequence, with 100 boxes each."""

_TRACKING, _DETECTION = "tracking-annotations", "detection-annotations"
_TRACKED = ("groundtruth/video-object-tracking", "groundtruth/point_cloud_object_tracking")


class Item(Struct, gc=False, rename="kebab"):
    """A box in pixels, or a cuboid in the unit of its point cloud: both have width and height."""

    class_id: ClassId
    width: float
    height: float
    left: float = 0
    top: float = 0
    length: float | None = None
    object_id: str = ""
    object_name: str = ""


class Frame(Struct, gc=False, rename="kebab"):
    """One frame; video files call it `frame`, point clouds `frame-name`."""

    annotations: list[Raw] = []
    frame: str = ""
    frame_name: str = ""


class SequenceFile:
    """The content of one file, read frame by frame.

    Attributes:
        type: label type of the job that wrote it.
        frames: number of frames of all devices.
        items: number of boxes and cuboids by class id.
        frames_by_class: number of frames by class id.
        names: class names by id, from object names ("car" of "car:1").
        most: most items on one frame.
        empty: number of frames without items.
        faulty: number of frames with findings.
        objects: class ids by object id.
        findings: each with its path, and with line 0.
    """

    def __init__(self, type_name: str) -> None:
        self.type = type_name
        self.frames = 0
        self.items: Counter[int] = Counter()
        self.frames_by_class: Counter[int] = Counter()
        self.names: dict[int, str] = {}
        self.most = 0
        self.empty = 0
        self.faulty = 0
        self.objects: dict[str, int] = {}
        self.findings: list[Finding] = []

    def statistics(self) -> dict[str, float]:
        """Statistics as of a label type whose noun is "boxes"; a record is a frame."""
        return {
            "boxes": self.items.total(),
            "most_boxes": self.most,
            "without_objects": self.empty,
            "objects": len(self.objects),
        }

    def read_frames(self, path: str, text: Raw) -> None:
        """Read the list of frames at this path."""
        seen: set[str] = set()
        for number, piece in enumerate(self._decoded(path, text, list[Raw]) or []):
            at, before = f"{path}[{number}]", len(self.findings)
            self.frames += 1
            frame = self._decoded(at, piece, Frame)
            if frame is not None:
                self._read_items(at, frame)
                self._note_repeated(at, frame.frame or frame.frame_name, seen)
            self.faulty += len(self.findings) > before

    def _note_repeated(self, at: str, name: str, seen: set[str]) -> None:
        if name and name in seen:
            self._note("GT401", at, f"the frame {name} is there already")
        seen.add(name)

    def _read_items(self, at: str, frame: Frame) -> None:
        self.most = max(self.most, len(frame.annotations))
        self.empty += not frame.annotations
        classes, objects = set[int](), set[str]()
        for number, piece in enumerate(frame.annotations):
            place = f"{at}.annotations[{number}]"
            item = self._decoded(place, piece, Item)
            if item is not None:
                for code, saw in (*_shape_faults(item), *self._object_faults(item, objects)):
                    self._note(code, place, saw)
                self._count(place, item, classes)
        self.frames_by_class.update(classes)

    def _count(self, at: str, item: Item, classes: set[int]) -> None:
        class_id = int(item.class_id)
        if class_id > HIGHEST_ID:
            self._note("GT238", at, f"the class id is {class_id}")
            return
        self.items[class_id] += 1
        classes.add(class_id)
        name, colon, _ = item.object_name.rpartition(":")
        if colon:
            self.names.setdefault(class_id, name)

    def _object_faults(self, item: Item, on_frame: set[str]) -> Iterator[tuple[str, str]]:
        if not item.object_id:
            if self.type in _TRACKED:
                yield "GT205", "a tracked object without object-id"
            return
        name, class_id = item.object_name or item.object_id, int(item.class_id)
        if item.object_id in on_frame:
            yield "GT239", f"the object {name} is on this frame already"
        on_frame.add(item.object_id)
        before = self.objects.setdefault(item.object_id, class_id)
        if before != class_id:
            yield "GT240", f"the object {name} has class id {class_id}, and {before} on an earlier frame"

    def _decoded(self, at: str, text: Raw, kind: Any) -> Any:
        """The value, or None with a finding."""
        try:
            return msgspec.json.decode(text, type=kind)
        except DECODE_ERRORS as error:
            complaint, _, path = str(error).partition(" - at `$")
            self._note("GT205", at + path.removesuffix("`"), complaint[:1].lower() + complaint[1:])
            return None

    def _note(self, code: str, at: str, saw: str) -> None:
        self.findings.append(Finding.on_file(code, saw, path=at))


def read_sequence(source: ManifestSource) -> SequenceFile | None:
    """Read and check a whole file; None when it is not a sequence's label file, or cannot be read."""
    if source.size > LARGEST:
        return None
    try:
        content = decode_pieces(b"".join(source.open()).removeprefix(b"\xef\xbb\xbf"))
        lists = dict(_frame_lists(content))
    except (GroundtrainError, *DECODE_ERRORS):
        return None
    if not lists:
        return None
    sequence = SequenceFile(_type_of(lists))
    for path, frames in lists.items():
        sequence.read_frames(path, frames)
    return sequence


def _frame_lists(content: dict[str, Raw], at: str = "$") -> Iterator[tuple[str, Raw]]:
    """Lists of frames with their paths: at the top, or one level down for each device."""
    for key, piece in content.items():
        if key in (_TRACKING, _DETECTION):
            yield f"{at}.{key}", piece
        elif at == "$" and bytes(piece).startswith(b"{"):
            yield from _frame_lists(decode_pieces(piece), f"$.{key}")


def _type_of(lists: dict[str, Raw]) -> str:
    if any(b'"center-x"' in bytes(frames) for frames in lists.values()):
        return "groundtruth/point_cloud_object_tracking"
    detection = any(path.endswith(_DETECTION) for path in lists)
    return "groundtruth/video-object-detection" if detection else "groundtruth/video-object-tracking"


def _shape_faults(item: Item) -> Iterator[tuple[str, str]]:
    sides = [side for side in (item.length, item.width, item.height) if side is not None]
    if min(sides) <= 0:
        yield "GT207", f"{' x '.join(f'{side:g}' for side in sides)} in size"
    if min(item.left, item.top) < 0:
        yield "GT204", f"a box from ({item.left:g}, {item.top:g})"
