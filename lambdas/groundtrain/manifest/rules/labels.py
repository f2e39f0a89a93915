"""GT2: labels and geometry."""

from groundtrain.manifest.rules.findings import Rule, Severity

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
        why="The metadata speaks of another number of items than the label: one of the two was edited.",
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
    Rule(
        "GT230", "class-id-as-text", Severity.INFO,
        why="Image classification takes ids as text as well; code of your own may not.",
        fix="write the id as a number",
    ),
    Rule(
        "GT231", "repeated-class", Severity.WARNING,
        why="An object has a class or has it not; listed twice it is at best read once.",
        fix="list the class once; where the list has a 0 or 1 for each class, write their ids instead",
    ),
    Rule(
        "GT232", "label-not-in-s3", Severity.ERROR, always=True,
        why="SageMaker fetches the label file itself, and only from an address like s3://bucket/key.",
        fix="upload the label file and give its s3:// address",
    ),
    Rule(
        "GT233", "mask-of-faulty-weeks", Severity.WARNING,
        why="Jobs with one worker wrote masks with wrong class ids from 4 June to 4 September 2020.",
        fix="look at the mask; AWS's examples have a script, sem_seg_fix.py, that puts it right",
    ),
    Rule(
        "GT234", "mask-without-background", Severity.WARNING,
        why="Ground Truth gives 0 to the background; here, what nobody marked may be learnt as a class.",
        fix="see what 0 is in the masks, and write masks whose classes start at 1 if it is the background",
    ),
    Rule(
        "GT235", "span-outside-text", Severity.ERROR,
        why="A span counts characters of the text, the end exclusive; beyond it there is nothing.",
        fix="correct the offsets, or label the text again",
    ),
    Rule(
        "GT236", "name-misleads-sagemaker", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker takes an attribute whose name ends in -ref for an address, and any other for a value.",
        fix="rename the label attribute and its metadata",
    ),
    Rule(
        "GT237", "no-algorithm-reads-it", Severity.ERROR, whole_file=True,
        why="None of SageMaker's algorithms for augmented manifests learns from labels of this type.",
        fix="make other labels of them as told, or ignore this rule when your own container reads them",
    ),
    Rule(
        "GT238", "class-id-beyond-255", Severity.ERROR, always=True,
        why="A pixel or a point is one byte and holds a class id from 0 to 255; video jobs have 30 at most.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT239", "object-twice-on-frame", Severity.ERROR,
        why="A tracked object is at one place in a frame; twice, one of the two is another object.",
        fix="correct one of them in an adjustment job",
    ),
    Rule(
        "GT240", "object-changes-class", Severity.WARNING,
        why="A tracked object keeps its class from frame to frame, unless one of the two is wrong.",
        fix="correct the class in an adjustment job",
    ),
)  # fmt: skip
