"""GT3: classes."""

from groundtrain.rules.example_manifests import CAR, boxes, labeled, several
from groundtrain.rules.rule import Example, Rule, Severity

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
    Rule(
        "GT301", "class-not-in-map", Severity.ERROR, always=True,
        why="The line's class-map has no name for the class id, so its meaning is unknown.",
        fix="add the class to the line's class-map or labels, or correct it",
        example=Example(several(boxes(1, _BUS), _TWO), several(boxes(1, _BUS, names=_CAR_AND_BUS), _TWO)),
    ),
    Rule(
        "GT302", "class-not-in-category-file", Severity.ERROR, always=True,
        why="The class is not in the label category file, so it is not one of the classes to learn.",
        fix="add the class to the label category file, or correct its name on the line",
        example=Example(
            several(boxes(1, CAR, names={"0": "van"}), _TWO),
            several(_ONE, _TWO),
            categories=("car",),
        ),
    ),
    Rule(
        "GT303", "one-id-two-names", Severity.WARNING, whole_file=True,
        why="Read by id, two classes would be learned as one; new ids are assigned by name.",
        fix="check that each name is the one you mean",
        example=Example(several(boxes(1, CAR, names={"0": "bus"}), _TWO), several(_ONE, _TWO)),
    ),
    Rule(
        "GT304", "one-name-two-ids", Severity.WARNING, whole_file=True,
        why="Read by id, one class would be learned as two; new ids are assigned by name.",
        fix="check that the names mean the same",
        example=Example(several(boxes(1, _BUS, names={"1": "car"}), _TWO), several(_ONE, _TWO)),
    ),
    Rule(
        "GT305", "class-ids-not-0-to-n", Severity.INFO, whole_file=True,
        why="Object detection needs class ids 0 to n-1 without gaps; new ids are assigned in that order.",
        fix="no action is needed; dataset.json lists the classes by their new ids",
        example=Example(
            several(boxes(1, (5, 10, 20, 30, 40), names={"5": "bus"}), _TWO),
            several(boxes(1, _BUS, names={"1": "bus"}), _TWO),
        ),
    ),
    Rule(
        "GT306", "padded-class-name", Severity.WARNING, whole_file=True,
        why="A space around a class name makes a second class that looks the same.",
        fix="remove the space from the label category",
        example=Example(several(boxes(1, CAR, names={"0": "car "})), several(_ONE)),
    ),
    Rule(
        "GT307", "no-class", Severity.ERROR, whole_file=True, always=True,
        why="No usable record shows a class, so there is nothing to learn.",
        fix="label at least one object",
        example=Example(several(boxes(1), boxes(2)), several(_ONE, boxes(2))),
    ),
    Rule(
        "GT308", "class-never-used", Severity.WARNING, whole_file=True,
        why="The class-maps or the label category file have the class, but no usable record shows it.",
        fix='label some of it, or set `dataset.unused_classes = "drop"`',
        example=Example(
            several(_ONE, _TWO),
            several(_ONE, boxes(2, CAR, _BUS, names=_CAR_AND_BUS)),
            categories=("car", "bus"),
        ),
    ),
    Rule(
        "GT309", "multi-hot-labels", Severity.ERROR, whole_file=True,
        why="Lists of a 0 or 1 for each class are read as class ids: a wrong model, and no error.",
        fix="write the ids of the classes that apply",
        example=Example(
            several(_weather(1, 1, 0, 1), _weather(2, 0, 1, 0)),
            several(_weather(1, 0, 2), _weather(2, 1)),
        ),
    ),
    Rule(
        "GT311", "unused-class-left-out", Severity.INFO, whole_file=True,
        why="The settings leave out classes that no record shows (unused_classes), so they get no id.",
        fix='no action is needed; set `dataset.unused_classes = "keep"` to give them ids',
        example=Example(
            several(boxes(1, CAR, names=_CAR_AND_BUS), _TWO),
            several(_ONE, _TWO),
            settings='[dataset]\nunused_classes = "drop"\n',
        ),
    ),
    Rule(
        "GT312", "one-class-spelled-differently", Severity.WARNING, whole_file=True,
        why="Names of one id that differ in case, width, spaces or hyphens only are one class, not several.",
        fix="spell the class alike on all lines",
        example=Example(several(boxes(1, CAR, names={"0": "Car"}), _TWO), several(_ONE, _TWO)),
    ),
    Rule(
        "GT313", "similar-class-names", Severity.WARNING, whole_file=True,
        why="Classes with ids of their own that differ in spelling only are probably one, learned as two.",
        fix="spell them alike if they mean the same",
        example=Example(
            several(boxes(1, _BUS, names={"1": "Car"}), _TWO),
            several(boxes(1, _BUS, names=_BUS_ONLY), _TWO),
        ),
    ),
    Rule(
        "GT314", "class-renamed", Severity.INFO, whole_file=True,
        why="The settings give the class another name, under which all else counts it.",
        fix="no action is needed; `dataset.classes.rename` has the names",
        example=Example(
            several(boxes(1, _BUS, names={"1": "Car"}), _TWO),
            several(_ONE, _TWO),
            settings='[dataset.classes]\nrename = { "Car" = "car" }\n',
        ),
    ),
    Rule(
        "GT315", "class-dropped", Severity.INFO, whole_file=True,
        why="The settings leave the class out, so that its labels are not learned, and what they show is"
        " background.",
        fix="no action is needed; `dataset.classes.drop` has the names",
        example=Example(
            several(boxes(1, CAR, _BUS, names=_CAR_AND_BUS), _TWO),
            several(_ONE, _TWO),
            settings='[dataset.classes]\ndrop = ["bus"]\n',
        ),
    ),
    Rule(
        "GT316", "class-to-change-not-there", Severity.WARNING, whole_file=True,
        why="The settings rename or drop a class that no record has, so what was meant is learned as it is.",
        fix="correct the name in `dataset.classes.rename` or `dataset.classes.drop`",
        example=Example(
            several(_ONE, _TWO),
            several(boxes(1, CAR, names={"0": "Car"}), _TWO),
            settings='[dataset.classes]\nrename = { "Car" = "car" }\n',
        ),
    ),
    Rule(
        "GT317", "other-spelling-not-changed", Severity.WARNING, whole_file=True,
        why="The settings rename or drop a class letter by letter, so that one that differs in spelling only"
        " stays a class.",
        fix="if it means the same, name it in `dataset.classes.rename` or `dataset.classes.drop` as well",
        example=Example(
            several(boxes(1, CAR), boxes(2, CAR, names={"0": "Car"})),
            several(boxes(1, CAR), boxes(2, CAR, names={"0": "van"})),
            settings='[dataset.classes]\nrename = { "car" = "wagon" }\n',
        ),
    ),
    Rule(
        "GT320", "class-without-name-on-lines", Severity.WARNING, whole_file=True,
        why="SageMaker learns ids and needs no names, but what a model sees is known by id only.",
        fix="name the classes in a label category file (`--category-file` of check and convert)",
        example=Example(several(boxes(1, _BUS).replace("class-map", "map"), _TWO), several(_ONE, boxes(2))),
    ),
    Rule(
        "GT310", "class-without-name", Severity.WARNING, whole_file=True,
        why="An empty name stands for a class in every list and metric, and nobody can tell which.",
        fix="name the class in the class-map of its lines, or in the label category file",
        example=Example(several(boxes(1, CAR, names={"0": " "})), several(_ONE)),
    ),
    Rule(
        "GT330", "fixed-id-means-another-class", Severity.ERROR, always=True,
        why="The ids are inside the mask or sequence file, so new ids cannot be assigned by name.",
        fix="remove the line, or label the object again with the other jobs' label categories",
        example=Example(
            several(_mask(1, id1="road"), _mask(2, id1="grass")),
            several(_mask(1, id1="road"), _mask(2, id2="grass")),
        ),
    ),
    Rule(
        "GT331", "id-without-name", Severity.INFO, whole_file=True,
        why="Ids in masks and sequence files are kept, so an id without a name counts as a class.",
        fix="name all classes with the label category file",
        example=Example(several(_mask(1, id2="road")), several(_mask(1, id1="road"))),
    ),
)  # fmt: skip
