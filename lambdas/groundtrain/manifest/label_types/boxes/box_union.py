"""Bounding boxes of several jobs on one image: which are the same, and all of them together."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from groundtrain.manifest.label_types.union import (
    IncompatibleLabelsError,
    Items,
    LabelAndMetadata,
    UnitedLabel,
    unite_items,
)

_Box = dict[str, Any]
_Numbers = tuple[int, float, float, float, float]

_ITEMS = Items(
    ("annotations",), "objects", lambda box, metadata: str(metadata["class-map"][str(box["class_id"])])
)


def unite(labels: Sequence[LabelAndMetadata], iou_threshold: float | None) -> UnitedLabel:
    """The boxes of all labels; of those that are the same in two, the earlier label's.

    Args:
        labels: of one image.
        iou_threshold: boxes of one class are the same where the area that they share is at least this part
            of the area that they cover together; None for equal ones only.

    Raises:
        IncompatibleLabelsError: the labels are of an image of another size each.
    """
    sizes = [_size(label) for label, _ in labels]
    for size in sizes:
        if size != sizes[0]:
            raise IncompatibleLabelsError(
                "one is of an image of {} x {} pixels, one of {} x {}".format(*sizes[0], *size)
            )
    return unite_items(labels, _ITEMS, lambda new, known: _same(new, known, iou_threshold))


def intersection_over_union(one: _Numbers, other: _Numbers) -> float:
    """The area that two boxes share, as a part of the area that they cover together; 0 without area."""
    _, left, top, width, height = one
    _, other_left, other_top, other_width, other_height = other
    across = min(left + width, other_left + other_width) - max(left, other_left)
    down = min(top + height, other_top + other_height) - max(top, other_top)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    covered = width * height + other_width * other_height - shared
    return shared / covered if covered > 0 else 0.0


def _same(new: Sequence[_Box], known: Sequence[_Box], iou_threshold: float | None) -> Collection[int]:
    """Equal boxes first, then those that share most; each is the same as one other at the most."""
    places: dict[_Numbers, list[int]] = {}
    for j, box in enumerate(known):
        places.setdefault(_numbers(box), []).append(j)
    equal = {i: there.pop(0) for i, box in enumerate(new) if (there := places.get(_numbers(box)))}
    if iou_threshold is None:
        return equal
    matched, met = set(equal), set(equal.values())
    for _, i, j in sorted(_overlaps(new, known, iou_threshold)):
        if i not in matched and j not in met:
            matched.add(i)
            met.add(j)
    return matched


def _overlaps(
    new: Sequence[_Box], known: Sequence[_Box], iou_threshold: float
) -> Iterator[tuple[float, int, int]]:
    """Pairs of one class whose IoU is large enough, and the IoU with its sign turned."""
    others = [*enumerate(map(_numbers, known))]
    for i, box in enumerate(map(_numbers, new)):
        for j, other in others:
            if box[0] == other[0] and (iou := intersection_over_union(box, other)) >= iou_threshold:
                yield -iou, i, j


def _numbers(box: _Box) -> _Numbers:
    left, top, width, height = (float(box[side]) for side in ("left", "top", "width", "height"))
    return int(box["class_id"]), left, top, width, height


def _size(label: dict[str, Any]) -> tuple[int, int]:
    size = label["image_size"][0]
    return int(size["width"]), int(size["height"])
