"""What the results of an annotation say: rectangles, choices or spans, and all that is not carried."""

from collections.abc import Iterable

from groundtrain.formats.label_studio.tasks import Result

Family = str
"""`boxes`, `classes` or `entities`; "" for what no manifest holds."""
Drawn = dict[str | int | None, Result]
"""Results with a rectangle, by the id of their region."""

SHAPES = {
    "polygonlabels": "polygons",
    "polygon": "polygons",
    "brushlabels": "brush masks",
    "brush": "brush masks",
    "bitmasklabels": "brush masks",
    "bitmask": "brush masks",
    "keypointlabels": "key points",
    "keypoint": "key points",
    "ellipselabels": "ellipses",
    "ellipse": "ellipses",
    "vectorlabels": "vectors",
    "vector": "vectors",
    "videorectangle": "rectangles of videos",
}


def has_rectangle(result: Result) -> bool:
    """Whether it holds all sides of a rectangle."""
    value = result.value
    return value is not None and None not in (value.x, value.y, value.width, value.height)


def rectangles(results: Iterable[Result]) -> Drawn:
    """Those with a rectangle."""
    return {result.id: result for result in results if result.id is not None and has_rectangle(result)}


def names_of(result: Result) -> list[str]:
    """The classes that a result names; nested choices by their path."""
    value = result.value
    if value is None:
        return []
    if value.choices is not None:
        return [each if isinstance(each, str) else " / ".join(each) for each in value.choices]
    return value.rectanglelabels or value.labels or []


def family_of(result: Result, drawn: Drawn) -> Family:
    """What kind of label a result is; `drawn` are the rectangles of its annotation."""
    value = result.value
    if value is None or is_shape(result):
        return ""
    if value.choices is not None:
        return "" if _is_of_region(result, drawn) else "classes"
    if value.rectanglelabels is not None or result.type == "rectanglelabels":
        return "boxes"
    if value.labels is None:
        return ""
    if has_rectangle(result) or result.id in drawn:
        return "boxes"
    is_span = type(value.start) is int and type(value.end) is int and result.original_length is None
    return "entities" if is_span else ""


def is_shape(result: Result) -> bool:
    """Whether it is a region that is no rectangle."""
    return result.type in SHAPES


def _is_of_region(result: Result, drawn: Drawn) -> bool:
    value = result.value
    is_placed = value is not None and (value.x is not None or value.start is not None)
    return is_placed or result.id in drawn
