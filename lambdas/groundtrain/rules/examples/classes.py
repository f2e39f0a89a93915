"""Examples of GT3: classes."""

from groundtrain.rules.examples.drawing import CAR, boxes, labeled, several
from groundtrain.rules.examples.example import Example

_BUS = (1, 10, 20, 30, 40)
_ONE, _TWO = boxes(1, CAR), boxes(2, CAR)
_BUS_ONLY = {"1": "bus"}
_CAR_AND_BUS = {"0": "car", "1": "bus"}


def _mask(number: int, **names: str) -> str:
    colours = {key.removeprefix("id"): {"class-name": name} for key, name in names.items()}
    return labeled(
        "road-ref",
        f"s3://acme/{number}.png",
        "semantic-segmentation",
        f"s3://acme/{number}.jpg",
        internal_color_map={"0": {"class-name": "BACKGROUND"}, **colours},
    )


def _weather(number: int, *values: int) -> str:
    return labeled(
        "weather",
        values,
        "image-classification-multilabel",
        f"s3://acme/{number}.jpg",
        class_map={"0": "dry", "1": "rain", "2": "fog"},
    )


CLASSES = (
    Example("GT301", several(boxes(1, _BUS), _TWO), several(boxes(1, _BUS, names=_CAR_AND_BUS), _TWO)),
    Example(
        "GT302",
        several(boxes(1, CAR, names={"0": "van"}), _TWO),
        several(_ONE, _TWO),
        categories=("car",),
    ),
    Example("GT303", several(boxes(1, CAR, names={"0": "bus"}), _TWO), several(_ONE, _TWO)),
    Example("GT304", several(boxes(1, _BUS, names={"1": "car"}), _TWO), several(_ONE, _TWO)),
    Example(
        "GT305",
        several(boxes(1, (5, 10, 20, 30, 40), names={"5": "bus"}), _TWO),
        several(boxes(1, _BUS, names={"1": "bus"}), _TWO),
    ),
    Example("GT306", several(boxes(1, CAR, names={"0": "car "})), several(_ONE)),
    Example("GT307", several(boxes(1), boxes(2)), several(_ONE, boxes(2))),
    Example(
        "GT308",
        several(_ONE, _TWO),
        several(_ONE, boxes(2, CAR, _BUS, names=_CAR_AND_BUS)),
        categories=("car", "bus"),
    ),
    Example(
        "GT309",
        several(_weather(1, 1, 0, 1), _weather(2, 0, 1, 0)),
        several(_weather(1, 0, 2), _weather(2, 1)),
    ),
    Example("GT310", several(boxes(1, CAR, names={"0": " "})), several(_ONE)),
    Example("GT312", several(boxes(1, CAR, names={"0": "Car"}), _TWO), several(_ONE, _TWO)),
    Example(
        "GT313",
        several(boxes(1, _BUS, names={"1": "Car"}), _TWO),
        several(boxes(1, _BUS, names=_BUS_ONLY), _TWO),
    ),
    Example("GT320", several(boxes(1, _BUS).replace("class-map", "map"), _TWO), several(_ONE, boxes(2))),
    Example(
        "GT311",
        several(boxes(1, CAR, names=_CAR_AND_BUS), _TWO),
        several(_ONE, _TWO),
        settings='[dataset]\nunused_classes = "drop"\n',
    ),
    Example(
        "GT330",
        several(_mask(1, id1="road"), _mask(2, id1="grass")),
        several(_mask(1, id1="road"), _mask(2, id2="grass")),
    ),
    Example("GT331", several(_mask(1, id2="road")), several(_mask(1, id1="road"))),
)
