"""The label that one annotation gives to an image or a text of its task."""

from collections.abc import Iterator

from msgspec import Struct

from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.label_studio.controls import Labels
from groundtrain.formats.label_studio.percent import pixels_of
from groundtrain.formats.label_studio.results import (
    SHAPES,
    family_of,
    has_rectangle,
    is_shape,
    names_of,
    rectangles,
)
from groundtrain.formats.label_studio.tasks import Annotation, Result
from groundtrain.formats.label_studio.text_spans import Counting, span_in
from groundtrain.formats.labeled_items import NamedBox, NamedSpan, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.turned_boxes import around_turned_about_corner, is_turned

_COUNTED: dict[Counting, str] = {
    "neither": "spans whose text in the export is another",
    "unknown": "spans without their text, in texts with characters beyond U+FFFF, which may count twice",
}


class About(Struct, frozen=True):
    """An image or a text of a task.

    Attributes:
        name: of an image, "" for a text.
        text: of a text.
        page: its number in a task of several images; None where there is one.
        size: of the image, where the data of the task say it under width and height.
        task, place: for messages: "task 5", and the same with the file.
    """

    name: str
    text: str
    page: int | None
    size: Size | None
    task: str
    place: str


class Label(Struct, frozen=True):
    """A label; one of boxes, classes and spans is used, as the kind says."""

    size: Size | None = None
    boxes: tuple[NamedBox, ...] = ()
    classes: tuple[str, ...] = ()
    spans: tuple[NamedSpan, ...] = ()
    is_lost: bool = False

    def says_the_same(self, other: "Label") -> bool:
        """Whether both hold the same labels, in any order."""
        return (
            sorted(self.boxes, key=repr) == sorted(other.boxes, key=repr)
            and set(self.classes) == set(other.classes)
            and sorted(self.spans, key=repr) == sorted(other.spans, key=repr)
        )


def label_of(
    annotation: Annotation, about: About, labels: Labels, images: ImageFolder, losses: Losses
) -> Label:
    """What an annotation says; what of it is not carried is counted.

    Raises:
        ManifestError: the size of the image is needed, and neither the export nor the images say it.
    """
    return _Reading(annotation, about, labels, images, losses).label()


class _Reading:
    def __init__(
        self, annotation: Annotation, about: About, labels: Labels, images: ImageFolder, losses: Losses
    ) -> None:
        results = annotation.result or []
        self._results = [each for each in results if about.page in (None, each.item_index or 0)]
        self._about, self._labels, self._images, self._losses = about, labels, images, losses
        self._drawn = rectangles(self._results)
        self._family = "classes" if labels.kind == "class" else labels.kind
        self._size: Size | None = None
        self._is_lost = False

    def label(self) -> Label:
        mine = [each for each in self._results if self._is_mine(each)]
        self._count_others(mine)
        for each in mine:
            if each.score is not None:
                self._losses.detail("confidences (score)", self._where(each))
            if len(names_of(each)) > 1 and self._family != "classes":
                self._losses.detail(
                    "several classes of one region, which become a label each", self._where(each)
                )
        boxes = tuple(box for each in mine for box in self._boxes(each)) if self._family == "boxes" else ()
        return Label(
            size=self._size or self._about.size,
            boxes=boxes,
            classes=tuple(dict.fromkeys(name for each in mine for name in names_of(each)))
            if self._family == "classes"
            else (),
            spans=tuple(span for each in mine for span in self._spans(each))
            if self._family == "entities"
            else (),
            is_lost=self._is_lost,
        )

    def _is_mine(self, result: Result) -> bool:
        return (
            result.from_name == self._labels.control
            and self._labels.to_name in ("", result.to_name)
            and family_of(result, self._drawn) == self._family
        )

    def _where(self, result: Result) -> str:
        return self._about.task if result.id is None else f"{self._about.task} region {result.id}"

    def _lose(self, what: str, result: Result) -> None:
        self._losses.label(what, self._where(result))
        self._is_lost = True

    def _boxes(self, result: Result) -> Iterator[NamedBox]:
        drawn, names = result if has_rectangle(result) else self._drawn.get(result.id), names_of(result)
        if drawn is None or drawn.value is None:
            self._lose("rectangles with a side that is missing", result)
        elif not names:
            self._lose("rectangles without a class", result)
        elif drawn.image_rotation:
            self._lose("rectangles on an image that was turned in Label Studio (image_rotation)", result)
        else:
            size = self._size_of(drawn)
            if is_turned(drawn.value.rotation or 0):
                self._losses.label(
                    "turned rectangles (rotation), of which the smallest box around is written",
                    self._where(result),
                )
            for name in names:
                yield _box(name, drawn, size)

    def _size_of(self, result: Result) -> Size:
        """Of the image that a rectangle is drawn on."""
        width, height = result.original_width or 0, result.original_height or 0
        if width >= 1 and height >= 1:
            size = Size(round(width), round(height))
        else:
            size = self._size or self._about.size or self._images.size_of(self._about.name, self._about.place)
        if self._size not in (None, size):
            self._losses.oddity(
                "images whose regions name several sizes, the first of which is written", self._about.task
            )
        self._size = self._size or size
        return size

    def _spans(self, result: Result) -> Iterator[NamedSpan]:
        value, names = result.value, names_of(result)
        if not names or value is None:
            self._lose("spans without a class", result)
            return
        start, end, counting = span_in(self._about.text, value.start, value.end, value.text)
        if counting == "code units":
            self._losses.detail("offsets in UTF-16 code units, written in characters", self._where(result))
        elif counting in _COUNTED:
            self._losses.oddity(_COUNTED[counting], self._where(result))
        yield from (NamedSpan(name, start, end) for name in names)

    def _count_others(self, mine: list[Result]) -> None:
        """What the annotation says beside."""
        claimed = {each.id for each in mine if each.id is not None}
        shapes = {each.id for each in self._results if is_shape(each)}
        for result in self._results:
            if any(result is each for each in mine) or (result.type == "rectangle" and result.id in claimed):
                continue
            if is_shape(result) or result.type == "rectangle":
                self._count_shape(result)
            elif result.type == "relation":
                self._losses.detail("relations of regions", self._about.task)
            elif result.from_name == self._labels.control and result.id not in shapes:
                self._lose("labels of what is no rectangle and no span of a text", result)
            elif result.from_name != self._labels.control:
                self._losses.detail(f"results of {result.from_name} ({result.type})", self._where(result))

    def _count_shape(self, result: Result) -> None:
        """A region without a box: an object that is lost, unless the boxes of one control were asked for."""
        what = SHAPES.get(result.type or "", "rectangles without a class")
        if self._family == "boxes" and not self._labels.is_chosen:
            self._lose(what, result)
        else:
            self._losses.detail(what, self._where(result))


def _box(name: str, drawn: Result, size: Size) -> NamedBox:
    value = drawn.value
    assert value is not None
    width, height = drawn.original_width or size.width, drawn.original_height or size.height
    box = NamedBox(
        name,
        pixels_of(value.x or 0, width),
        pixels_of(value.y or 0, height),
        pixels_of(value.width or 0, width),
        pixels_of(value.height or 0, height),
    )
    turn = value.rotation or 0
    return around_turned_about_corner(box, turn) if is_turned(turn) else box
