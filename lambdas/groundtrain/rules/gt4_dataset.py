"""GT4: dataset and split."""

from groundtrain.rules.example_manifests import CAR, SOUND, boxes, changed, labeled, several
from groundtrain.rules.rule import Example, Rule, Severity

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


_BY_SIDE = '[dataset]\nsplit_attribute = "side"\n'
_BY_PAGE = '[dataset]\nrecord_key = ["page"]\n'


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
    Rule(
        "GT401", "repeated-source", Severity.ERROR,
        why="The same image twice counts double, and leaks if the split separates the two lines.",
        fix="keep the correct line; otherwise convert keeps the first one, and merge the newest",
        example=Example(several(boxes(1, CAR), boxes(1, CAR)), several(boxes(1, CAR), boxes(2, CAR))),
    ),
    Rule(
        "GT402", "empty-split", Severity.ERROR, whole_file=True,
        why="Built-in algorithms need both a train and a validation channel.",
        fix="label more, or group less coarsely",
        example=Example(several(boxes(_TRAIN, CAR)), _BOTH),
    ),
    Rule(
        "GT403", "class-in-one-split", Severity.WARNING, whole_file=True,
        why="A class missing in training is never learned; missing in validation or test, never measured.",
        fix='label more of it, or set `dataset.split = "stratified"`',
        example=Example(
            several(boxes(_TRAIN, CAR, _BUS, names={"0": "car", **_BUS_ONLY}), boxes(_VALIDATION, CAR)),
            _BOTH,
        ),
    ),
    Rule(
        "GT404", "group-in-both-splits", Severity.WARNING, whole_file=True,
        why="Frames of one video look alike; in both splits, they make validation look too good.",
        fix="keep each series together by `dataset.group_by`",
        example=Example(
            _frames(numbered=True), _frames(numbered=False), settings="[dataset]\nvalidation = 0.5\n"
        ),
    ),
    Rule(
        "GT405", "left-out-without-objects", Severity.INFO,
        why='The settings say without_objects = "drop".',
        fix='set `dataset.without_objects = "keep"` if such records should stay',
        example=Example(several(boxes(1)), SOUND, settings='[dataset]\nwithout_objects = "drop"\n'),
    ),
    Rule(
        "GT406", "left-out-machine-labeled", Severity.INFO,
        why='The settings say machine_labeled = "drop".',
        fix='set `dataset.machine_labeled = "keep"` if such records should stay',
        example=Example(
            several(boxes(1, CAR, human_annotated="no")),
            several(boxes(1, CAR, human_annotated="yes")),
            settings='[dataset]\nmachine_labeled = "drop"\n',
        ),
    ),
    Rule(
        "GT407", "same-name-in-two-places", Severity.INFO, whole_file=True,
        why="Objects with the same name under two prefixes are often copies.",
        fix="remove one of them if they are copies",
        example=Example(
            several(boxes(1, CAR, source="s3://acme/a/1.jpg"), boxes(1, CAR, source="s3://acme/b/1.jpg")),
            several(boxes(1, CAR, source="s3://acme/a/1.jpg"), boxes(1, CAR, source="s3://acme/b/2.jpg")),
        ),
    ),
    Rule(
        "GT408", "validation-without-objects", Severity.WARNING, whole_file=True,
        why="Without objects in validation nothing is measured, and the objective metric means nothing.",
        fix="label more, or raise `dataset.validation`",
        example=Example(several(boxes(_TRAIN, CAR), boxes(_VALIDATION)), _BOTH),
    ),
    Rule(
        "GT409", "several-buckets", Severity.INFO, whole_file=True,
        why="The training role must be allowed to read each of them, and all must be in the job's region.",
        fix="name each in `labeling.buckets`",
        example=Example(
            several(boxes(1, CAR), boxes(2, CAR, source="s3://acme-north/2.jpg")),
            several(boxes(1, CAR), boxes(2, CAR)),
        ),
    ),
    Rule(
        "GT410", "incomplete-labels", Severity.WARNING, whole_file=True,
        why="A job that is Completed can still hold objects that nobody labeled.",
        fix="label them in a chained job: groundtrain convert --relabel FILE writes its input manifest",
        example=Example(several(boxes(1, CAR), _UNLABELED), several(boxes(1, CAR), boxes(4, CAR))),
    ),
    Rule(
        "GT411", "counters-differ", Severity.WARNING, whole_file=True,
        why="Job and manifest disagree on how many objects were labeled: one is older, or lines were edited.",
        fix="fetch the manifest again from the job's output location",
        example=Example(
            several(boxes(1, CAR)),
            several(boxes(1, CAR), boxes(2, CAR)),
            counters={"TotalLabeled": 2, "Unlabeled": 0, "FailedNonRetryableError": 0},
        ),
    ),
    Rule(
        "GT412", "newer-label", Severity.WARNING, whole_file=True,
        why="A later job labeled the same objects again, so this label is probably out of date.",
        fix="choose the newer one by `dataset.label`",
        example=Example(
            several(_chained(first="2026-02-01T10:00:00", second="2026-03-01T10:00:00")),
            several(_chained(first="2026-03-01T10:00:00", second="2026-02-01T10:00:00")),
            label="boxes",
        ),
    ),
    Rule(
        "GT413", "other-labels", Severity.INFO, whole_file=True,
        why="One label is trained on; the others are left out of the dataset.",
        fix="no action is needed if the right one is chosen",
        example=Example(
            several(_chained(first="2026-03-01T10:00:00", second="2026-02-01T10:00:00")),
            several(boxes(1, CAR)),
            label="boxes",
        ),
    ),
    Rule(
        "GT414", "human-and-machine-labels", Severity.INFO, whole_file=True,
        why="People and automated labeling differ in quality, and their confidences are not comparable.",
        fix='no action is needed; set `dataset.machine_labeled = "drop"` to leave those out',
        example=Example(
            several(boxes(1, CAR, human_annotated="no"), boxes(2, CAR, human_annotated="yes")),
            several(boxes(1, CAR, human_annotated="yes"), boxes(2, CAR, human_annotated="yes")),
        ),
    ),
    Rule(
        "GT415", "records-without-objects", Severity.INFO, whole_file=True,
        why="They teach what is not an object; the built-in object detection was seen to accept them.",
        fix='no action is needed; set `dataset.without_objects = "drop"` to leave them out',
        example=Example(several(boxes(1), boxes(2, CAR)), several(boxes(1, CAR), boxes(2, CAR))),
    ),
    Rule(
        "GT416", "group-by-without-match", Severity.WARNING, whole_file=True,
        why="Each record is then a group of its own, so frames of one video may be in both splits.",
        fix="correct the regular expression (`dataset.group_by`), which is looked for in the whole source, or"
        " the attribute's name (`dataset.group_attribute`)",
        example=Example(
            several(boxes(1, CAR)),
            several(boxes(1, CAR, source="s3://acme/clip-a/1.jpg")),
            settings="[dataset]\ngroup_by = '/(clip-[a-z])/'\n",
        ),
    ),
    Rule(
        "GT417", "left-out-by-its-side", Severity.INFO,
        why="The attribute that assigns records to a split (split_attribute) names no side of it.",
        fix='write "train", "validation" or "test" there if the record should stay',
        example=Example(
            several(boxes(1, CAR), _on_side("unsure")),
            several(boxes(1, CAR), _on_side("validation")),
            settings=_BY_SIDE,
        ),
    ),
    Rule(
        "GT418", "left-out-by-verification", Severity.INFO,
        why="The verification named in the settings (verified_by) is missing or does not accept the label.",
        fix="correct `dataset.verified_by` or `dataset.accepted` if the record should stay",
        example=Example(
            several(_verified(1, "good"), _verified(2, "bad")),
            several(_verified(1, "good"), _verified(2, "good")),
            label="boxes",
            settings='[dataset]\nverified_by = "check"\naccepted = ["good"]\n',
        ),
    ),
    Rule(
        "GT419", "verification-not-used", Severity.WARNING, whole_file=True,
        why="People verified these labels, but labels that they did not accept are still trained on.",
        fix="name it in `dataset.verified_by`, and its classes that keep a record in `dataset.accepted`",
        example=Example(
            several(_verified(1, "good"), _verified(2, "bad")),
            several(boxes(1, CAR)),
            label="boxes",
        ),
    ),
    Rule(
        "GT420", "split-attribute-without-match", Severity.WARNING, whole_file=True,
        why="The settings name an attribute that assigns records to a split, but no line has it.",
        fix="correct the attribute's name in `dataset.split_attribute`",
        example=Example(several(boxes(1, CAR)), several(_on_side("train")), settings=_BY_SIDE),
    ),
    Rule(
        "GT421", "several-records-of-a-source", Severity.WARNING, whole_file=True,
        why="They differ in an attribute that no built-in algorithm reads, such as a page: training sees the"
        " same object several times, with different labels.",
        fix="no action is needed if your own algorithm tells them apart; if not, give each its own object, or"
        " say which attributes make a record: `dataset.record_key`",
        example=Example(several(_page(1), _page(2)), several(_page(1))),
    ),
    Rule(
        "GT422", "labels-under-another-name", Severity.WARNING, whole_file=True,
        why="Lines without the chosen label have one of the same type under another name, as where outputs"
        " of several jobs are in one file.",
        fix="join them with groundtrain merge, which takes of each line the first attribute that has a label",
        example=Example(
            several(boxes(1, CAR), boxes(2, CAR, label="week2")),
            several(boxes(1, CAR), boxes(2, CAR)),
            label="boxes",
        ),
    ),
    Rule(
        "GT423", "record-key-without-match", Severity.WARNING, whole_file=True,
        why="The settings name an attribute that makes a record of its source, but no line has it.",
        fix="correct the attribute's name in `dataset.record_key`",
        example=Example(several(boxes(1, CAR)), several(_page(1)), settings=_BY_PAGE),
    ),
    Rule(
        "GT440", "left-out-with-its-classes", Severity.INFO,
        why="The settings drop the classes of all its labels, and nobody said that there is nothing else.",
        fix='set `dataset.classes.emptied_records = "keep"` to teach that such records show no object',
        example=Example(
            several(boxes(1, _BUS, names=_BUS_ONLY), boxes(2, CAR)),
            several(boxes(1, CAR), boxes(2, CAR, _BUS, names={"0": "car", **_BUS_ONLY})),
            settings='[dataset.classes]\ndrop = ["bus"]\n',
        ),
    ),
)  # fmt: skip
