"""GT43: the sides of a split, and the manifests that give one."""

from groundtrain.rules.example_manifests import CAR, SOUND, boxes, changed, several
from groundtrain.rules.rule import Example, Rule, Severity

SIDES_OF_SPLIT = (
    Rule(
        "GT430", "empty-test-side", Severity.WARNING, whole_file=True,
        why="A test side was asked for, and no record is on it, so that it measures nothing.",
        fix="label more, group less coarsely, or set `dataset.test = 0.0`",
        example=Example(
            several(boxes(1, CAR), boxes(2, CAR)), SOUND, settings="[dataset]\ntest = 0.2\n"
        ),
    ),
    Rule(
        "GT431", "image-in-two-manifests", Severity.ERROR,
        why="An image that is trained on and measured with makes the model look better than it is.",
        fix="take it out of one of the manifests; otherwise training, or else validation, loses it",
        example=Example(
            several(boxes(1, CAR)), several(boxes(2, CAR)), shows="validation", manifest=boxes(1, CAR)
        ),
    ),
    Rule(
        "GT432", "group-in-two-manifests", Severity.WARNING,
        why="Records of one group look alike; trained on and measured with, they make a model look too good.",
        fix="move the records of the group into one of the manifests",
        example=Example(
            several(changed(boxes(2, CAR), page=7)),
            several(changed(boxes(2, CAR), page=8)),
            shows="validation",
            manifest=changed(boxes(3, CAR), page=7),
            settings='[dataset]\ngroup_attribute = "page"\n',
        ),
    ),
    Rule(
        "GT433", "label-attributes-differ", Severity.ERROR, whole_file=True, always=True,
        why="A training job reads one label attribute in all channels; a manifest without it has no labels.",
        fix="rename the label attribute: groundtrain merge FILE --label NAME --output FILE",
        example=Example(
            several(boxes(2, CAR, label="week2")),
            several(boxes(2, CAR)),
            shows="validation",
            manifest=boxes(1, CAR),
        ),
    ),
    Rule(
        "GT434", "class-ids-differ", Severity.WARNING, whole_file=True,
        why="Streamed as they are, one class would be measured as another; convert assigns new ids by name.",
        fix="train on what convert makes of these manifests, or label with one label category file",
        example=Example(
            several(boxes(2, CAR, names={"0": "bus"})),
            several(boxes(2, CAR)),
            shows="validation",
            manifest=boxes(1, CAR),
        ),
    ),
)  # fmt: skip
