"""GT4: dataset and split."""

from groundtrain.manifest.findings import Rule, Severity

DATASET = (
    Rule(
        "GT401", "repeated-source", Severity.ERROR,
        why="The same image twice counts double, and would leak if the two lines were split apart.",
        fix="keep the line that is right; the first one is kept otherwise",
    ),
    Rule(
        "GT402", "empty-split", Severity.ERROR, whole_file=True,
        why="Built-in algorithms need both a train and a validation channel.",
        fix="label more, change the validation share, or group less coarsely",
    ),
    Rule(
        "GT403", "class-in-one-split", Severity.WARNING, whole_file=True,
        why="A class missing in training is never learnt; missing in validation it is never measured.",
        fix="label more of it, or change the validation share",
    ),
    Rule(
        "GT405", "left-out-without-objects", Severity.INFO,
        why='The settings say without_objects = "drop".',
        fix='nothing, or set without_objects = "keep"',
    ),
    Rule(
        "GT406", "left-out-machine-labeled", Severity.INFO,
        why='The settings say machine_labeled = "drop".',
        fix='nothing, or set machine_labeled = "keep"',
    ),
)  # fmt: skip
