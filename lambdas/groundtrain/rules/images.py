"""GT6: images."""

from groundtrain.rules.rule import Rule, Severity

IMAGES = (
    Rule(
        "GT601", "image-missing", Severity.ERROR,
        why="At a missing image training stops, sometimes only after waiting for an hour.",
        fix="upload the image, or remove the line",
    ),
    Rule(
        "GT602", "image-unreadable", Severity.ERROR,
        why="Decoders stop at a file that is empty, damaged or not an image.",
        fix="replace the file, or remove the line",
    ),
    Rule(
        "GT603", "image-truncated", Severity.ERROR,
        why="The end of the file is missing: decoders stop, or fill the rest with grey.",
        fix="upload the image again",
    ),
    Rule(
        "GT604", "image-format", Severity.ERROR,
        why="The built-in algorithms read JPEG and PNG only.",
        fix="convert it to JPEG or PNG",
    ),
    Rule(
        "GT605", "wrong-extension", Severity.WARNING,
        why="Tools that go by the file name take it for another format.",
        fix="rename the file after its format",
    ),
    Rule(
        "GT606", "turned-by-exif", Severity.WARNING,
        why="A browser rotates it, a decoder may not; then the boxes do not match the picture.",
        fix="rotate the pixels themselves, clear the EXIF orientation, and check some boxes",
    ),
    Rule(
        "GT607", "image-size-transposed", Severity.ERROR,
        why="Boxes were drawn on the image as EXIF rotates it; on the stored pixels they are misplaced.",
        fix="rotate the pixels themselves and upload the image again",
    ),
    Rule(
        "GT608", "image-size-differs", Severity.ERROR,
        why="The file is not the one that was labeled, so the boxes are misplaced.",
        fix="put the labeled file back, or label the new one",
    ),
    Rule(
        "GT609", "image-not-three-channels", Severity.ERROR,
        why="The built-in object detection reads only images with three channels of 8 bits.",
        fix="convert it to RGB",
    ),
    Rule(
        "GT610", "image-too-large", Severity.WARNING,
        why="Ground Truth accepts at most 40 MB and 100 million pixels; training needs far less.",
        fix="scale it down, and its labels with it",
    ),
    Rule(
        "GT611", "image-animated", Severity.WARNING,
        why="Only one of its frames can have been labeled, and which one is trained is undefined.",
        fix="save that frame alone",
    ),
    Rule(
        "GT612", "repeated-content", Severity.ERROR,
        why="The same picture under another key counts double, and leaks if the split separates the two.",
        fix="keep one of them; otherwise the first one is kept",
    ),
    Rule(
        "GT620", "mask-missing", Severity.ERROR,
        why="Training stops at a missing mask.",
        fix="write the mask again, or remove the line",
    ),
    Rule(
        "GT621", "mask-unreadable", Severity.ERROR,
        why="Training stops at a mask that is empty, damaged or not a PNG.",
        fix="write the mask again",
    ),
    Rule(
        "GT622", "mask-not-indexed", Severity.ERROR,
        why="The algorithm reads one channel of 8 bits whose values are class ids.",
        fix="save it as a palette PNG",
    ),
    Rule(
        "GT623", "mask-size-differs", Severity.ERROR,
        why="Each pixel of the mask is the class of one pixel of the image.",
        fix="write the mask again in the size of the image",
    ),
    Rule(
        "GT624", "mask-value-without-class", Severity.ERROR,
        why="A value beyond the classes stops training, or is learned as another class.",
        fix="correct the mask, or the colour map",
    ),
    Rule(
        "GT625", "mask-colour-differs", Severity.WARNING,
        why="Palette and colour map give one id different colours: one of them is from another job.",
        fix="compare a mask with its picture",
    ),
)  # fmt: skip
