"""The table of rules: everything that can be said about a manifest, one row each.

Families: GT1 lines and bytes, GT2 labels and geometry, GT3 classes, GT4 dataset and split, GT6 images.
What looks for a rule is named in `explain.py` (GT1, GT2), in the module of a label type (GT2, GT3), or in
`dataset/` (GT3, GT4, GT6).
"""

from collections.abc import Iterable

from groundtrain.manifest.findings import Rule, Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_ROWS = (
    Rule(
        "GT101", "not-json", _ERROR, always=True,
        why="SageMaker reads one JSON object a line; it stops at a line that is none.",
        fix="write each record as one JSON object on one line",
    ),
    Rule(
        "GT102", "not-an-object", _ERROR, always=True,
        why="A record is a JSON object whose keys are attributes; a list or a number has none to stream.",
        fix="write each record as one JSON object on one line",
    ),
    Rule(
        "GT103", "line-too-long", _ERROR, always=True,
        why="Ground Truth allows 100,000 characters a line; a line of megabytes is another kind of file.",
        fix="look for missing line ends, or leave the record out",
    ),
    Rule(
        "GT104", "not-utf-8", _ERROR, always=True,
        why="Manifests are UTF-8; other bytes turn into another key, and the image is not found.",
        fix="save the manifest as UTF-8",
    ),
    Rule(
        "GT105", "repeated-key", _ERROR, always=True,
        why="Readers differ in which of two equal keys they take, so nobody knows what would be trained.",
        fix="keep one of the two",
    ),
    Rule(
        "GT106", "missing-source-ref", _ERROR, always=True,
        why="Without source-ref there is no image to stream.",
        fix='add "source-ref" with the image\'s s3:// address',
    ),
    Rule(
        "GT107", "source-not-in-s3", _ERROR, always=True,
        why="SageMaker fetches the image itself, and only from an address like s3://bucket/key.",
        fix="upload the image and give its s3:// address",
    ),
    Rule(
        "GT110", "byte-order-mark", _INFO, whole_file=True,
        why="Strict JSON readers stop at a byte order mark; it is left out of what is written.",
        fix="save the manifest as UTF-8 without a byte order mark",
    ),
    Rule(
        "GT111", "windows-line-ends", _INFO, whole_file=True,
        why="CR LF is allowed, yet some readers keep the CR; plain LF is written.",
        fix="save the manifest with LF line ends",
    ),
    Rule(
        "GT112", "blank-lines", _INFO, whole_file=True,
        why="Counted as samples they make num_training_samples wrong; they are left out of what is written.",
        fix="remove the blank lines",
    ),
    Rule(
        "GT113", "no-final-newline", _INFO, whole_file=True,
        why="Two such files joined make one broken line; a final newline is written.",
        fix="end the manifest with a newline",
    ),
    Rule(
        "GT201", "unlabeled", _ERROR, always=True,
        why="Nobody labeled this object (the job was stopped, or it expired); it is no negative example.",
        fix="label it in another job, or leave it out",
    ),
    Rule(
        "GT202", "labeling-failed", _ERROR, always=True,
        why="Ground Truth gave up on this object; a label beside a failure reason is not to be trusted.",
        fix="label it again in another job",
    ),
    Rule(
        "GT203", "inconsistent", _ERROR, always=True,
        why="A label and its metadata belong together; one without the other was edited or cut.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT204", "box-outside-image", _ERROR, fixable=True,
        why="Part of a box lies beyond the image edge; training code clips, moves or drops it, as it likes.",
        fix="clip the box (fix GT204), or correct the label",
    ),
    Rule(
        "GT205", "malformed-label", _ERROR, always=True,
        why="The label has not the shape that its type prescribes, and the algorithm would stop at it.",
        fix="correct the label, or label it again",
    ),
    Rule(
        "GT206", "other-label-type", _ERROR, always=True,
        why="One training job reads one type of label.",
        fix="choose another label attribute, or take the line out",
    ),
    Rule(
        "GT207", "box-without-area", _ERROR,
        why="A box without width or height covers no pixel and divides by zero in the loss.",
        fix="remove the box, or correct the label",
    ),
    Rule(
        "GT208", "box-beside-image", _ERROR,
        why="The whole box lies beside the image: label and image do not belong together.",
        fix="check image and label, or label it again",
    ),
    Rule(
        "GT209", "objects-differ", _ERROR,
        why="The metadata speaks of another number of boxes than the label: one of the two was edited.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT211", "not-three-channels", _ERROR,
        why="The built-in object detection reads images of three channels only.",
        fix="convert the image to RGB and label it under its new size",
    ),
    Rule(
        "GT301", "class-not-in-map", _ERROR, always=True,
        why="The line's class-map has no name for the class id, so it is unknown what the box shows.",
        fix="add the id to the class-map, or correct the id",
    ),
    Rule(
        "GT302", "class-not-in-category-file", _ERROR, always=True,
        why="The class is not in the label category file, so it has no place among the classes to learn.",
        fix="add it to the label category file, or correct the class-map",
    ),
    Rule(
        "GT303", "one-id-two-names", _WARNING, whole_file=True,
        why="Read by id, two classes would be learnt as one; ids are given anew by name.",
        fix="check that the names are what you mean",
    ),
    Rule(
        "GT304", "one-name-two-ids", _WARNING, whole_file=True,
        why="Read by id, one class would be learnt as two; ids are given anew by name.",
        fix="check that the names mean the same",
    ),
    Rule(
        "GT305", "class-ids-not-0-to-n", _INFO, whole_file=True,
        why="Object detection wants class ids 0 to n-1 without a gap; ids are given anew in that order.",
        fix="nothing needs to be done; dataset.json lists the classes by their new id",
    ),
    Rule(
        "GT306", "padded-class-name", _WARNING, whole_file=True,
        why="A space around a name makes a second class that looks the same.",
        fix="remove the space from the label category",
    ),
    Rule(
        "GT401", "repeated-source", _ERROR,
        why="The same image twice counts double, and would leak if the two lines were split apart.",
        fix="keep the line that is right; the first one is kept otherwise",
    ),
    Rule(
        "GT402", "empty-split", _ERROR, whole_file=True,
        why="Built-in algorithms need both a train and a validation channel.",
        fix="label more, change the validation share, or group less coarsely",
    ),
    Rule(
        "GT403", "class-in-one-split", _WARNING, whole_file=True,
        why="A class missing in training is never learnt; missing in validation it is never measured.",
        fix="label more of it, or change the validation share",
    ),
    Rule(
        "GT405", "left-out-without-objects", _INFO,
        why='The settings say without_objects = "drop".',
        fix='nothing, or set without_objects = "keep"',
    ),
    Rule(
        "GT406", "left-out-machine-labeled", _INFO,
        why='The settings say machine_labeled = "drop".',
        fix='nothing, or set machine_labeled = "keep"',
    ),
    Rule(
        "GT601", "image-missing", _ERROR,
        why="Training stops, or waits for an hour and then stops, at an image that is not there.",
        fix="upload the image, or take the line out",
    ),
)  # fmt: skip

RULES = {rule.code: rule for rule in _ROWS}

LEFT_OUT_BY_SETTINGS = ("GT405", "GT406")
"""Lines under these are left out because the settings say so; nothing is wrong with them."""


def active_codes(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Codes that count, given prefixes such as "GT", "GT2" or "GT204"; `always` rules always do."""
    select, ignore = tuple(select), tuple(ignore)
    return frozenset(
        code
        for code, rule in RULES.items()
        if rule.always or (code.startswith(select) and not code.startswith(ignore))
    )


def fixed_codes(fix: Iterable[str]) -> frozenset[str]:
    """Codes of the rules that are mended; those among the prefixes that cannot be are left as they are."""
    prefixes = tuple(fix)
    return frozenset(code for code, rule in RULES.items() if rule.fixable and code.startswith(prefixes))
