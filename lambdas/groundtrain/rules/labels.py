"""GT2: labels and geometry."""

from groundtrain.rules.rule import Rule, Severity

LABELS = (
    Rule(
        "GT201", "unlabeled", Severity.ERROR, always=True,
        why="Nobody labeled this object (the job was stopped, or it expired); it is not a negative example.",
        fix="label it in another job, or leave it out",
    ),
    Rule(
        "GT202", "labeling-failed", Severity.ERROR, always=True,
        why="Ground Truth gave up on this object; a label beside a failure reason cannot be trusted.",
        fix="label it again in another job",
    ),
    Rule(
        "GT203", "inconsistent", Severity.ERROR, always=True,
        why="Metadata has no label, or nothing tells what a label means: the line was edited or cut.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT204", "box-outside-image", Severity.ERROR, fixable=True,
        why="Part of a box lies beyond the image edge; training code may clip, move or drop it.",
        fix="clip the box (fix GT204), or correct the label",
    ),
    Rule(
        "GT205", "malformed-label", Severity.ERROR, always=True,
        why="The label does not have the shape of its type, so the algorithm would stop at it.",
        fix="correct the label, or label it again",
    ),
    Rule(
        "GT206", "other-label-type", Severity.ERROR, always=True,
        why="One training job reads one type of label.",
        fix="choose another label attribute, or remove the line",
    ),
    Rule(
        "GT207", "box-without-area", Severity.ERROR,
        why="A box narrower or lower than a pixel covers none; without area, the loss divides by zero.",
        fix="remove the box, or correct the label",
    ),
    Rule(
        "GT208", "box-beside-image", Severity.ERROR,
        why="The whole box lies outside the image, so label and image do not belong together.",
        fix="check image and label, or label it again",
    ),
    Rule(
        "GT209", "objects-differ", Severity.ERROR,
        why="The metadata counts other items than the label holds: one of the two was edited.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT211", "not-three-channels", Severity.ERROR,
        why="The built-in object detection reads only images with three channels.",
        fix="convert the image to RGB, and correct the depth in the label's image_size",
    ),
    Rule(
        "GT212", "tiny-box", Severity.WARNING,
        why="Scaled to image_shape, the box is narrower than 2 pixels, too small to learn from.",
        fix="raise image_shape, cut the image into tiles, or leave such boxes out",
    ),
    Rule(
        "GT213", "huge-image", Severity.WARNING,
        why="Ground Truth shows images of at most 100 million pixels, so the stated size may be wrong.",
        fix="compare image_size with the image",
    ),
    Rule(
        "GT230", "class-id-as-text", Severity.INFO, fixable=True,
        why="Image classification also accepts ids written as text; your own code may not.",
        fix="write the id as a number (fix GT230); datasets have numbers",
    ),
    Rule(
        "GT231", "repeated-class", Severity.WARNING, fixable=True,
        why="A class listed twice counts once at best.",
        fix="list the class once; if the list holds a 0 or 1 for each class, write the ids of the 1s instead",
    ),
    Rule(
        "GT232", "label-not-in-s3", Severity.ERROR, always=True,
        why="SageMaker fetches the label file itself, and only from an address like s3://bucket/key.",
        fix="upload the label file and give its s3:// address",
    ),
    Rule(
        "GT233", "mask-of-faulty-weeks", Severity.WARNING,
        why="Jobs with one worker per object wrote wrong class ids from 4 June to 4 September 2020.",
        fix="look at the mask; sem_seg_fix.py in AWS's examples repairs such masks",
    ),
    Rule(
        "GT234", "mask-without-background", Severity.WARNING,
        why="Ground Truth uses 0 for the background; here it is a class, learned from unmarked pixels.",
        fix="check what 0 is in the masks; if it is the background, rewrite them with classes from 1",
    ),
    Rule(
        "GT235", "span-outside-text", Severity.ERROR,
        why="A span counts characters of the text, end exclusive, and must lie inside it.",
        fix="correct the offsets, or label the text again",
    ),
    Rule(
        "GT236", "name-misleads-sagemaker", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker reads an attribute as an address if its name ends in -ref, and as a value otherwise.",
        fix="rename the label attribute and its metadata",
    ),
    Rule(
        "GT237", "no-algorithm-reads-it", Severity.ERROR, whole_file=True,
        why="No SageMaker algorithm for augmented manifests learns from labels of this type.",
        fix="convert the labels, or ignore this rule if your own container reads them",
    ),
    Rule(
        "GT238", "class-id-beyond-255", Severity.ERROR, always=True,
        why="A pixel or point is one byte, so class ids go from 0 to 255; video jobs allow 30 classes.",
        fix="restore the line from the labeling job's output",
    ),
    Rule(
        "GT239", "object-twice-on-frame", Severity.ERROR,
        why="A tracked object has one place in a frame; the second box belongs to another object.",
        fix="correct one of the two in an adjustment job",
    ),
    Rule(
        "GT240", "object-changes-class", Severity.WARNING,
        why="A tracked object keeps its class from frame to frame; one of the two is wrong.",
        fix="correct the class in an adjustment job",
    ),
    Rule(
        "GT241", "value-spelled-otherwise", Severity.WARNING, fixable=True,
        why="The value can mean one thing only, so the line is used; a training job may stop at it.",
        fix="write the number as a number, and the name as a text (fix GT241); datasets have them so",
    ),
    Rule(
        "GT242", "repeated-item", Severity.WARNING, fixable=True,
        why="The same box, cuboid or span twice counts double, in training and in every statistic.",
        fix="remove the repetition (fix GT242), unless the two differ in what else they say",
    ),
    Rule(
        "GT243", "boxes-in-another-unit", Severity.ERROR, whole_file=True,
        why="Boxes are pixels of the image: left, top, width and height; others are read as specks.",
        fix="write all boxes in pixels of their image",
    ),
    Rule(
        "GT244", "boxes-leave-their-images", Severity.ERROR, whole_file=True,
        why="Where most boxes leave their images, they are read wrongly; clipped, they would all be wrong.",
        fix="write left, top, width and height in pixels of the image whose size image_size gives; none of"
        " these boxes is clipped",
    ),
    Rule(
        "GT245", "label-of-another-type", Severity.ERROR, fixable=True, always=True,
        why="Type and label contradict each other: read as that type, the line has no label.",
        fix="write the type that the label has (fix GT245)",
    ),
    Rule(
        "GT246", "boxes-in-one-corner", Severity.WARNING, whole_file=True,
        why="Objects are rarely all in the upper left corner; the boxes may be of another unit or image.",
        fix="draw one record with its image (groundtrain inspect --draw) and look",
    ),
    Rule(
        "GT250", "label-without-metadata", Severity.WARNING, whole_file=True,
        why="SageMaker reads label and source alone; what the metadata say is taken from elsewhere.",
        fix="no action is needed if the names of the classes are right; datasets get the metadata",
    ),
)  # fmt: skip
