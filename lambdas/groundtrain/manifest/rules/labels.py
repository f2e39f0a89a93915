"""GT2: labels and geometry."""

from groundtrain.manifest.findings import Rule, Severity

LABELS = (
    Rule(
        "GT201", "unlabeled", Severity.ERROR, always=True,
        why="Nobody labeled this object (the job was stopped, or it expired); it is no negative example.",
        fix="label it in another job, or leave it out",
    ),
    Rule(
        "GT202", "labeling-failed", Severity.ERROR, always=True,
        why="Ground Truth gave up on this object; a label beside a failure reason is not to be trusted.",
        fix="label it again in another job",
    ),
    Rule(
        "GT203", "inconsistent", Severity.ERROR, always=True,
        why="A label and its metadata belong together; one without the other was edited or cut.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT204", "box-outside-image", Severity.ERROR, fixable=True,
        why="Part of a box lies beyond the image edge; training code clips, moves or drops it, as it likes.",
        fix="clip the box (fix GT204), or correct the label",
    ),
    Rule(
        "GT205", "malformed-label", Severity.ERROR, always=True,
        why="The label has not the shape that its type prescribes, and the algorithm would stop at it.",
        fix="correct the label, or label it again",
    ),
    Rule(
        "GT206", "other-label-type", Severity.ERROR, always=True,
        why="One training job reads one type of label.",
        fix="choose another label attribute, or take the line out",
    ),
    Rule(
        "GT207", "box-without-area", Severity.ERROR,
        why="A box without width or height covers no pixel and divides by zero in the loss.",
        fix="remove the box, or correct the label",
    ),
    Rule(
        "GT208", "box-beside-image", Severity.ERROR,
        why="The whole box lies beside the image: label and image do not belong together.",
        fix="check image and label, or label it again",
    ),
    Rule(
        "GT209", "objects-differ", Severity.ERROR,
        why="The metadata speaks of another number of boxes than the label: one of the two was edited.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT211", "not-three-channels", Severity.ERROR,
        why="The built-in object detection reads images of three channels only.",
        fix="convert the image to RGB and label it under its new size",
    ),
    Rule(
        "GT212", "tiny-box", Severity.WARNING,
        why="Scaled to image_shape, the box is narrower than 2 pixels: nothing is left to learn from.",
        fix="raise image_shape, cut the image into tiles, or leave such boxes out",
    ),
    Rule(
        "GT213", "huge-image", Severity.WARNING,
        why="Ground Truth shows images of 100 million pixels at most, so the stated size may be wrong.",
        fix="compare image_size with the image",
    ),
)  # fmt: skip
