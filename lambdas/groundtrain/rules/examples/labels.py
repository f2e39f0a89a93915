"""Examples of GT2: labels and geometry."""

from groundtrain.rules.examples.drawing import CAR, boxes, changed, dump, labeled, several
from groundtrain.rules.examples.example import Example

_ONE, _TWO = boxes(1, CAR), boxes(2, CAR)
_ROAD = {"class-name": "road", "hex-color": "#2ca02c"}
_WITH_BACKGROUND = {"0": {"class-name": "BACKGROUND", "hex-color": "#ffffff"}, "1": _ROAD}


def _one_line(code: str, failing: str, repaired: str = _ONE) -> Example:
    return Example(code, several(failing, _TWO), several(repaired, _TWO))


def _whole(code: str, failing: str, repaired: str) -> Example:
    return Example(code, several(failing), several(repaired))


def _species(value: object) -> str:
    return labeled("species", value, "image-classification", "s3://acme/1.jpg", class_name="cat")


def _tags(*ids: int) -> str:
    return labeled(
        "tags", ids, "image-classification-multilabel", "s3://acme/1.jpg", class_map={"0": "day", "2": "rain"}
    )


def _mask(
    address: str = "s3://acme/1.png", *, colours: object = _WITH_BACKGROUND, date: str = "2026-02-01T10:00:00"
) -> str:
    return labeled(
        "road-ref",
        address,
        "semantic-segmentation",
        "s3://acme/1.jpg",
        internal_color_map=colours,
        creation_date=date,
    )


def _entity(end: int) -> str:
    entities = {
        "labels": [{"label": "CITY"}],
        "entities": [{"label": "CITY", "startOffset": 13, "endOffset": end}],
    }
    return labeled("ner", {"annotations": entities}, "text-span", "Ada lives in Turin", key="source")


def _all_at(left: float, top: float, width: float, height: float) -> str:
    return "\n".join(boxes(number, (0, left, top, width, height)) for number in range(1, 11))


def _tracked(code: str, failing: list[object], repaired: list[object]) -> Example:
    before, after = (dump({"tracking-annotations": frames}) + "\n" for frames in (failing, repaired))
    return Example(code, before, after, shows="sequence")


def _frame(number: int, *objects: tuple[str, str]) -> object:
    box = {"left": 10, "top": 20, "width": 30, "height": 40}
    found = [{"object-id": name, "class-id": class_id, **box} for name, class_id in objects]
    return {"frame-no": number, "frame": f"{number}.jpg", "annotations": found}


LABELS = (
    _one_line("GT201", changed(_ONE, boxes=None, boxes_metadata=None)),
    _one_line("GT202", boxes(1, CAR, failure_reason="ClientError: the task expired")),
    _one_line("GT203", changed(_ONE, boxes=None)),
    _one_line("GT204", boxes(1, (0, 600, 20, 50, 30)), boxes(1, (0, 600, 20, 40, 30))),
    _one_line("GT241", _ONE.replace('"class_id":0', '"class_id":"0"')),
    _one_line("GT242", boxes(1, CAR, CAR)),
    _one_line("GT245", _ONE.replace("object-detection", "video-object-tracking")),
    _whole("GT243", _all_at(0.1, 0.2, 0.5, 0.4), _all_at(64, 96, 320, 192)),
    _whole("GT244", _all_at(300, 200, 500, 350), _all_at(300, 200, 200, 150)),
    Example(
        "GT246",
        several(*(boxes(i, (0, 2 * i, 3 * i, 20, 20)) for i in range(1, 24))),
        several(*(boxes(i, (0, 12 * i, 14 * i, 120, 80)) for i in range(1, 24))),
    ),
    _one_line("GT205", _ONE.replace('"class_id":0', '"class_id":"car"')),
    _one_line(
        "GT206",
        labeled("boxes", 0, "image-classification", "s3://acme/1.jpg", class_name="car"),
    ),
    _one_line("GT207", boxes(1, (0, 10, 20, 0, 40)), boxes(1)),
    _one_line("GT208", boxes(1, (0, 700, 20, 30, 40))),
    _one_line("GT209", boxes(1, CAR, objects=[]), boxes(1, CAR, objects=[{"confidence": 0}])),
    _one_line("GT211", boxes(1, CAR, depth=1)),
    _one_line("GT212", boxes(1, (0, 10, 20, 3, 40))),
    _one_line(
        "GT213",
        boxes(1, (0, 0, 0, 400, 400), size=(12_000, 9_000)),
        boxes(1, (0, 0, 0, 400, 400), size=(1200, 900)),
    ),
    _whole("GT230", _species("0"), _species(0)),
    _whole("GT231", _tags(2, 0, 2), _tags(2, 0)),
    _whole("GT232", _mask("masks/1.png"), _mask()),
    _whole("GT233", _mask(date="2020-07-01T10:00:00"), _mask()),
    _whole("GT234", _mask(colours={"0": _ROAD}), _mask()),
    _whole("GT235", _entity(30), _entity(18)),
    _whole("GT236", boxes(1, CAR, label="boxes-ref"), _ONE),
    _whole("GT237", _entity(18), _ONE),
    _whole("GT238", _mask(colours={**_WITH_BACKGROUND, "256": {"class-name": "sky"}}), _mask()),
    _tracked("GT239", [_frame(0, ("a", "0"), ("a", "0"))], [_frame(0, ("a", "0"), ("b", "0"))]),
    _tracked(
        "GT240",
        [_frame(0, ("a", "0")), _frame(1, ("a", "1"))],
        [_frame(0, ("a", "0")), _frame(1, ("a", "0"))],
    ),
    _one_line("GT250", changed(_ONE, boxes_metadata=None)),
)
