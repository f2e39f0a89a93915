"""GT2: labels and geometry."""

from groundtrain.rules.example_manifests import CAR, boxes, changed, dump, labeled, several
from groundtrain.rules.rule import Example, Rule, Severity

_ONE, _TWO = boxes(1, CAR), boxes(2, CAR)
_ROAD = {"class-name": "road", "hex-color": "#2ca02c"}
_WITH_BACKGROUND = {"0": {"class-name": "BACKGROUND", "hex-color": "#ffffff"}, "1": _ROAD}


def _one_line(failing: str, repaired: str = _ONE) -> Example:
    return Example(several(failing, _TWO), several(repaired, _TWO))


def _whole(failing: str, repaired: str) -> Example:
    return Example(several(failing), several(repaired))


def _species(value: object) -> str:
    return labeled("species", value, "image-classification", "s3://acme/1.jpg", class_name="cat")


def _tags(*ids: int) -> str:
    return labeled(
        "tags", ids, "image-classification-multilabel", "s3://acme/1.jpg", class_map={"0": "day", "2": "rain"}
    )


def _mask(
    address: str = "s3://acme/1.png", *, colours: object = _WITH_BACKGROUND, date: str = "2026-02-01T10:00:00"
) -> str:
    return labeled(
        "road-ref",
        address,
        "semantic-segmentation",
        "s3://acme/1.jpg",
        internal_color_map=colours,
        creation_date=date,
    )


def _entity(end: int) -> str:
    entities = {
        "labels": [{"label": "CITY"}],
        "entities": [{"label": "CITY", "startOffset": 13, "endOffset": end}],
    }
    return labeled("ner", {"annotations": entities}, "text-span", "Ada lives in Turin", key="source")


def _all_at(left: float, top: float, width: float, height: float) -> str:
    return "\n".join(boxes(number, (0, left, top, width, height)) for number in range(1, 11))


def _tracked(failing: list[object], repaired: list[object]) -> Example:
    before, after = (dump({"tracking-annotations": frames}) + "\n" for frames in (failing, repaired))
    return Example(before, after, shows="sequence")


def _frame(number: int, *objects: tuple[str, str]) -> object:
    box = {"left": 10, "top": 20, "width": 30, "height": 40}
    found = [{"object-id": name, "class-id": class_id, **box} for name, class_id in objects]
    return {"frame-no": number, "frame": f"{number}.jpg", "annotations": found}


LABELS = (
    Rule(
        "GT201", "unlabeled", Severity.ERROR, always=True,
        why="Nobody labeled this object (the job was stopped, or it expired); it is not a negative example.",
        fix="label it, or leave it out",
        example=_one_line(changed(_ONE, boxes=None, boxes_metadata=None)),
    ),
    Rule(
        "GT202", "labeling-failed", Severity.ERROR, always=True,
        why="Ground Truth gave up on this object; a label beside a failure reason cannot be trusted.",
        fix="label it again",
        example=_one_line(boxes(1, CAR, failure_reason="ClientError: the task expired")),
    ),
    Rule(
        "GT203", "inconsistent", Severity.ERROR, always=True,
        why="Metadata has no label, or nothing tells what a label means: the line was edited or cut.",
        fix="restore the line as it was written",
        example=_one_line(changed(_ONE, boxes=None)),
    ),
    Rule(
        "GT204", "box-outside-image", Severity.ERROR, fixable=True,
        why="Part of a box lies beyond the image edge; training code may clip, move or drop it.",
        fix="clip the box (fix GT204), or correct the label",
        example=_one_line(boxes(1, (0, 600, 20, 50, 30)), boxes(1, (0, 600, 20, 40, 30))),
    ),
    Rule(
        "GT205", "malformed-label", Severity.ERROR, always=True,
        why="The label does not have the shape of its type, so the algorithm would stop at it.",
        fix="correct the label, or label it again",
        example=_one_line(_ONE.replace('"class_id":0', '"class_id":"car"')),
    ),
    Rule(
        "GT206", "other-label-type", Severity.ERROR, always=True,
        why="One training job reads one type of label.",
        fix="choose another label attribute, or remove the line",
        example=_one_line(
            labeled("boxes", 0, "image-classification", "s3://acme/1.jpg", class_name="car"),
        ),
    ),
    Rule(
        "GT207", "box-without-area", Severity.ERROR,
        why="A box narrower or lower than a pixel covers none; without area, the loss divides by zero.",
        fix="remove the box, or correct the label",
        example=_one_line(boxes(1, (0, 10, 20, 0, 40)), boxes(1)),
    ),
    Rule(
        "GT208", "box-beside-image", Severity.ERROR,
        why="The whole box lies outside the image, so label and image do not belong together.",
        fix="check image and label, or label it again",
        example=_one_line(boxes(1, (0, 700, 20, 30, 40))),
    ),
    Rule(
        "GT209", "objects-differ", Severity.ERROR,
        why="The metadata counts other items than the label holds: one of the two was edited.",
        fix="restore the line as it was written",
        example=_one_line(boxes(1, CAR, objects=[]), boxes(1, CAR, objects=[{"confidence": 0}])),
    ),
    Rule(
        "GT211", "not-three-channels", Severity.ERROR,
        why="The built-in object detection reads only images with three channels.",
        fix="convert the image to RGB, and correct the depth in the label's image_size",
        example=_one_line(boxes(1, CAR, depth=1)),
    ),
    Rule(
        "GT212", "tiny-box", Severity.WARNING,
        why="Scaled to image_shape, the box is narrower than 2 pixels, too small to learn from.",
        fix="raise image_shape, cut the image into tiles, or leave such boxes out",
        example=_one_line(boxes(1, (0, 10, 20, 3, 40))),
    ),
    Rule(
        "GT213", "huge-image", Severity.WARNING,
        why="Ground Truth shows images of at most 100 million pixels, so the stated size may be wrong.",
        fix="compare image_size with the image",
        example=_one_line(
            boxes(1, (0, 0, 0, 400, 400), size=(12_000, 9_000)),
            boxes(1, (0, 0, 0, 400, 400), size=(1200, 900)),
        ),
    ),
    Rule(
        "GT230", "class-id-as-text", Severity.INFO, fixable=True,
        why="Image classification also accepts ids written as text; your own code may not.",
        fix="write the id as a number (fix GT230); datasets have numbers",
        example=_whole(_species("0"), _species(0)),
    ),
    Rule(
        "GT231", "repeated-class", Severity.WARNING, fixable=True,
        why="A class listed twice counts once at best.",
        fix="list the class once; if the list holds a 0 or 1 for each class, write the ids of the 1s instead",
        example=_whole(_tags(2, 0, 2), _tags(2, 0)),
    ),
    Rule(
        "GT232", "label-not-in-s3", Severity.ERROR, always=True,
        why="SageMaker fetches the label file itself, and only from an address like s3://bucket/key.",
        fix="upload the label file and give its s3:// address",
        example=_whole(_mask("masks/1.png"), _mask()),
    ),
    Rule(
        "GT233", "mask-of-faulty-weeks", Severity.WARNING,
        why="Jobs with one worker per object wrote wrong class ids from 4 June to 4 September 2020.",
        fix="look at the mask; sem_seg_fix.py in AWS's examples repairs such masks",
        example=_whole(_mask(date="2020-07-01T10:00:00"), _mask()),
    ),
    Rule(
        "GT234", "mask-without-background", Severity.WARNING,
        why="Ground Truth uses 0 for the background; here it is a class, learned from unmarked pixels.",
        fix="check what 0 is in the masks; if it is the background, rewrite them with classes from 1",
        example=_whole(_mask(colours={"0": _ROAD}), _mask()),
    ),
    Rule(
        "GT235", "span-outside-text", Severity.ERROR,
        why="A span counts characters of the text, end exclusive, and must lie inside it.",
        fix="correct the offsets, or label the text again",
        example=_whole(_entity(30), _entity(18)),
    ),
    Rule(
        "GT236", "name-misleads-sagemaker", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker reads an attribute as an address if its name ends in -ref, and as a value otherwise.",
        fix="rename the label attribute and its metadata",
        example=_whole(boxes(1, CAR, label="boxes-ref"), _ONE),
    ),
    Rule(
        "GT237", "no-algorithm-reads-it", Severity.ERROR, whole_file=True,
        why="No SageMaker algorithm for augmented manifests learns from labels of this type.",
        fix="convert the labels, or ignore this rule if your own container reads them",
        example=_whole(_entity(18), _ONE),
    ),
    Rule(
        "GT238", "class-id-beyond-255", Severity.ERROR, always=True,
        why="A pixel or point is one byte, so class ids go from 0 to 255; video jobs allow 30 classes.",
        fix="restore the line as it was written",
        example=_whole(_mask(colours={**_WITH_BACKGROUND, "256": {"class-name": "sky"}}), _mask()),
    ),
    Rule(
        "GT239", "object-twice-on-frame", Severity.ERROR,
        why="A tracked object has one place in a frame; the second box belongs to another object.",
        fix="correct one of the two in an adjustment job",
        example=_tracked([_frame(0, ("a", "0"), ("a", "0"))], [_frame(0, ("a", "0"), ("b", "0"))]),
    ),
    Rule(
        "GT240", "object-changes-class", Severity.WARNING,
        why="A tracked object keeps its class from frame to frame; one of the two is wrong.",
        fix="correct the class in an adjustment job",
        example=_tracked(
            [_frame(0, ("a", "0")), _frame(1, ("a", "1"))],
            [_frame(0, ("a", "0")), _frame(1, ("a", "0"))],
        ),
    ),
    Rule(
        "GT241", "value-spelled-otherwise", Severity.WARNING, fixable=True,
        why="The value can mean one thing only, so the line is used; a training job may stop at it.",
        fix="write the number as a number, and the name as a text (fix GT241); datasets have them so",
        example=_one_line(_ONE.replace('"class_id":0', '"class_id":"0"')),
    ),
    Rule(
        "GT242", "repeated-item", Severity.WARNING, fixable=True,
        why="The same box, cuboid or span twice counts double, in training and in every statistic.",
        fix="remove the repetition (fix GT242), unless the two differ in what else they say",
        example=_one_line(boxes(1, CAR, CAR)),
    ),
    Rule(
        "GT243", "boxes-in-another-unit", Severity.ERROR, whole_file=True,
        why="Boxes are pixels of the image: left, top, width and height; others are read as specks.",
        fix="write all boxes in pixels of their image",
        example=_whole(_all_at(0.1, 0.2, 0.5, 0.4), _all_at(64, 96, 320, 192)),
    ),
    Rule(
        "GT244", "boxes-leave-their-images", Severity.ERROR, whole_file=True,
        why="Where most boxes leave their images, they are read wrongly; clipped, they would all be wrong.",
        fix="write left, top, width and height in pixels of the image whose size image_size gives; none of"
        " these boxes is clipped",
        example=_whole(_all_at(300, 200, 500, 350), _all_at(300, 200, 200, 150)),
    ),
    Rule(
        "GT245", "label-of-another-type", Severity.ERROR, fixable=True, always=True,
        why="Type and label contradict each other: read as that type, the line has no label.",
        fix="write the type that the label has (fix GT245)",
        example=_one_line(_ONE.replace("object-detection", "video-object-tracking")),
    ),
    Rule(
        "GT246", "boxes-in-one-corner", Severity.WARNING, whole_file=True,
        why="Objects are rarely all in the upper left corner; the boxes may be of another unit or image.",
        fix="draw one record with its image (groundtrain inspect --draw) and look",
        example=Example(
            several(*(boxes(i, (0, 2 * i, 3 * i, 20, 20)) for i in range(1, 24))),
            several(*(boxes(i, (0, 12 * i, 14 * i, 120, 80)) for i in range(1, 24))),
        ),
    ),
    Rule(
        "GT250", "label-without-metadata", Severity.WARNING, whole_file=True,
        why="SageMaker reads label and source alone; what the metadata say is taken from elsewhere.",
        fix="no action is needed if the names of the classes are right; datasets get the metadata",
        example=_one_line(changed(_ONE, boxes_metadata=None)),
    ),
)  # fmt: skip
