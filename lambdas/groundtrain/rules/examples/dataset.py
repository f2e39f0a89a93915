"""Examples of GT4: dataset and split."""

from groundtrain.rules.examples.drawing import CAR, SOUND, boxes, changed, labeled, several
from groundtrain.rules.examples.example import Example

_BUS = (1, 10, 20, 30, 40)
_BUS_ONLY = {"1": "bus"}
_TRAIN, _VALIDATION = 3, 1  # on these sides of the default split is the image of this number
_BOTH = several(boxes(_TRAIN, CAR), boxes(_VALIDATION, CAR))
_UNLABELED = changed(boxes(4), boxes=None, boxes_metadata=None)


def _chained(*, first: str, second: str) -> str:
    """A line that two jobs labeled, on these dates."""
    extra = changed(boxes(1, CAR, label="adjusted", creation_date=second), source_ref=None)
    return boxes(1, CAR, creation_date=first)[:-1] + "," + extra[1:]


def _verified(number: int, name: str) -> str:
    verdict = labeled("check", 0, "label-verification", f"s3://acme/{number}.jpg", class_name=name)
    return boxes(number, CAR)[:-1] + "," + changed(verdict, source_ref=None)[1:]


def _on_side(name: str) -> str:
    return boxes(2, CAR)[:-1] + f',"side":"{name}"}}'


def _page(number: int) -> str:
    return boxes(2, CAR)[:-1] + f',"page":{number}}}'


def _frames(*, numbered: bool) -> str:
    name = "clip-{}/{:03}.jpg" if numbered else "clip-{}/{:03}-end.jpg"
    return several(
        *(
            boxes(CAR[0], CAR, source="s3://acme/" + name.format(clip, i))
            for clip in "abcdef"
            for i in range(4)
        )
    )


DATASET = (
    Example("GT401", several(boxes(1, CAR), boxes(1, CAR)), several(boxes(1, CAR), boxes(2, CAR))),
    Example("GT402", several(boxes(_TRAIN, CAR)), _BOTH),
    Example(
        "GT403",
        several(boxes(_TRAIN, CAR, _BUS, names={"0": "car", **_BUS_ONLY}), boxes(_VALIDATION, CAR)),
        _BOTH,
    ),
    Example(
        "GT404", _frames(numbered=True), _frames(numbered=False), settings="[dataset]\nvalidation = 0.5\n"
    ),
    Example("GT405", several(boxes(1)), SOUND, settings='[dataset]\nwithout_objects = "drop"\n'),
    Example(
        "GT406",
        several(boxes(1, CAR, human_annotated="no")),
        several(boxes(1, CAR, human_annotated="yes")),
        settings='[dataset]\nmachine_labeled = "drop"\n',
    ),
    Example(
        "GT407",
        several(boxes(1, CAR, source="s3://acme/a/1.jpg"), boxes(1, CAR, source="s3://acme/b/1.jpg")),
        several(boxes(1, CAR, source="s3://acme/a/1.jpg"), boxes(1, CAR, source="s3://acme/b/2.jpg")),
    ),
    Example("GT408", several(boxes(_TRAIN, CAR), boxes(_VALIDATION)), _BOTH),
    Example(
        "GT409",
        several(boxes(1, CAR), boxes(2, CAR, source="s3://acme-north/2.jpg")),
        several(boxes(1, CAR), boxes(2, CAR)),
    ),
    Example("GT410", several(boxes(1, CAR), _UNLABELED), several(boxes(1, CAR), boxes(4, CAR))),
    Example(
        "GT411",
        several(boxes(1, CAR)),
        several(boxes(1, CAR), boxes(2, CAR)),
        counters={"TotalLabeled": 2, "Unlabeled": 0, "FailedNonRetryableError": 0},
    ),
    Example(
        "GT412",
        several(_chained(first="2026-02-01T10:00:00", second="2026-03-01T10:00:00")),
        several(_chained(first="2026-03-01T10:00:00", second="2026-02-01T10:00:00")),
        label="boxes",
    ),
    Example(
        "GT413",
        several(_chained(first="2026-03-01T10:00:00", second="2026-02-01T10:00:00")),
        several(boxes(1, CAR)),
        label="boxes",
    ),
    Example(
        "GT414",
        several(boxes(1, CAR, human_annotated="no"), boxes(2, CAR, human_annotated="yes")),
        several(boxes(1, CAR, human_annotated="yes"), boxes(2, CAR, human_annotated="yes")),
    ),
    Example("GT415", several(boxes(1), boxes(2, CAR)), several(boxes(1, CAR), boxes(2, CAR))),
    Example(
        "GT416",
        several(boxes(1, CAR)),
        several(boxes(1, CAR, source="s3://acme/clip-a/1.jpg")),
        settings="[dataset]\ngroup_by = '/(clip-[a-z])/'\n",
    ),
    Example(
        "GT417",
        several(boxes(1, CAR), _on_side("test")),
        several(boxes(1, CAR), _on_side("validation")),
        settings='[dataset]\nsplit_attribute = "side"\n',
    ),
    Example(
        "GT418",
        several(_verified(1, "good"), _verified(2, "bad")),
        several(_verified(1, "good"), _verified(2, "good")),
        label="boxes",
        settings='[dataset]\nverified_by = "check"\naccepted = ["good"]\n',
    ),
    Example(
        "GT419",
        several(_verified(1, "good"), _verified(2, "bad")),
        several(boxes(1, CAR)),
        label="boxes",
    ),
    Example(
        "GT420",
        several(boxes(1, CAR)),
        several(_on_side("train")),
        settings='[dataset]\nsplit_attribute = "side"\n',
    ),
    Example("GT421", several(_page(1), _page(2)), several(_page(1))),
    Example(
        "GT422",
        several(boxes(1, CAR), boxes(2, CAR, label="week2")),
        several(boxes(1, CAR), boxes(2, CAR)),
        label="boxes",
    ),
)
