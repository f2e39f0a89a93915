"""GT4: dataset and split."""

from groundtrain.rules.rule import Rule, Severity

DATASET = (
    Rule(
        "GT401", "repeated-source", Severity.ERROR,
        why="The same image twice counts double, and leaks if the split separates the two lines.",
        fix="keep the correct line; otherwise convert keeps the first one, and merge the newest",
    ),
    Rule(
        "GT402", "empty-split", Severity.ERROR, whole_file=True,
        why="Built-in algorithms need both a train and a validation channel.",
        fix="label more, or group less coarsely",
    ),
    Rule(
        "GT403", "class-in-one-split", Severity.WARNING, whole_file=True,
        why="A class missing in training is never learned; missing in validation, it is never measured.",
        fix='label more of it, or set `dataset.split = "stratified"`',
    ),
    Rule(
        "GT404", "group-in-both-splits", Severity.WARNING, whole_file=True,
        why="Frames of one video look alike; in both splits, they make validation look too good.",
        fix="keep each series together by `dataset.group_by`",
    ),
    Rule(
        "GT405", "left-out-without-objects", Severity.INFO,
        why='The settings say without_objects = "drop".',
        fix='set `dataset.without_objects = "keep"` if such records should stay',
    ),
    Rule(
        "GT406", "left-out-machine-labeled", Severity.INFO,
        why='The settings say machine_labeled = "drop".',
        fix='set `dataset.machine_labeled = "keep"` if such records should stay',
    ),
    Rule(
        "GT407", "same-name-in-two-places", Severity.INFO, whole_file=True,
        why="Objects with the same name under two prefixes are often copies.",
        fix="remove one of them if they are copies",
    ),
    Rule(
        "GT408", "validation-without-objects", Severity.WARNING, whole_file=True,
        why="Without objects in validation nothing is measured, and the objective metric means nothing.",
        fix="label more, or raise `dataset.validation`",
    ),
    Rule(
        "GT409", "several-buckets", Severity.INFO, whole_file=True,
        why="The training role must be allowed to read each of them, and all must be in the job's region.",
        fix="name each in `labeling.buckets`",
    ),
    Rule(
        "GT410", "incomplete-labels", Severity.WARNING, whole_file=True,
        why="A job that is Completed can still hold objects that nobody labeled.",
        fix="label them in a chained job",
    ),
    Rule(
        "GT411", "counters-differ", Severity.WARNING, whole_file=True,
        why="Job and manifest disagree on how many objects were labeled: one is older, or lines were edited.",
        fix="fetch the manifest again from the job's output location",
    ),
    Rule(
        "GT412", "newer-label", Severity.WARNING, whole_file=True,
        why="A later job labeled the same objects again, so this label is probably out of date.",
        fix="choose the newer one by `dataset.label`",
    ),
    Rule(
        "GT413", "other-labels", Severity.INFO, whole_file=True,
        why="One label is trained on; the others are left out of the dataset.",
        fix="no action is needed if the right one is chosen",
    ),
    Rule(
        "GT414", "human-and-machine-labels", Severity.INFO, whole_file=True,
        why="People and automated labeling differ in quality, and their confidences are not comparable.",
        fix='no action is needed; set `dataset.machine_labeled = "drop"` to leave those out',
    ),
    Rule(
        "GT415", "records-without-objects", Severity.INFO, whole_file=True,
        why="They teach what is not an object; the built-in object detection was seen to accept them.",
        fix='no action is needed; set `dataset.without_objects = "drop"` to leave them out',
    ),
    Rule(
        "GT416", "group-by-without-match", Severity.WARNING, whole_file=True,
        why="Each record is then a group of its own, so frames of one video may be in both splits.",
        fix="correct the regular expression (`dataset.group_by`), which is looked for in the whole source, or"
        " the attribute's name (`dataset.group_attribute`)",
    ),
    Rule(
        "GT417", "left-out-by-its-side", Severity.INFO,
        why="The attribute that assigns records to a split (split_attribute) names neither split.",
        fix='write "train" or "validation" there if the record should stay',
    ),
    Rule(
        "GT418", "left-out-by-verification", Severity.INFO,
        why="The verification named in the settings (verified_by) is missing or does not accept the label.",
        fix="correct `dataset.verified_by` or `dataset.accepted` if the record should stay",
    ),
    Rule(
        "GT419", "verification-not-used", Severity.WARNING, whole_file=True,
        why="People verified these labels, but labels that they did not accept are still trained on.",
        fix="name it in `dataset.verified_by`, and its classes that keep a record in `dataset.accepted`",
    ),
    Rule(
        "GT420", "split-attribute-without-match", Severity.WARNING, whole_file=True,
        why="The settings name an attribute that assigns records to a split, but no line has it.",
        fix="correct the attribute's name in `dataset.split_attribute`",
    ),
    Rule(
        "GT421", "several-records-of-a-source", Severity.WARNING, whole_file=True,
        why="They differ in an attribute that no built-in algorithm reads, such as a page: training sees the"
        " same object several times, with different labels.",
        fix="no action is needed if your own algorithm tells them apart; if not, give each its own object",
    ),
    Rule(
        "GT422", "labels-under-another-name", Severity.WARNING, whole_file=True,
        why="Lines without the chosen label have one of the same type under another name, as where outputs"
        " of several jobs are in one file.",
        fix="join them with groundtrain merge, which takes of each line the first attribute that has a label",
    ),
)  # fmt: skip
