"""GT6: images."""

from groundtrain.manifest.rules.findings import Rule, Severity

IMAGES = (
    Rule(
        "GT601", "image-missing", Severity.ERROR,
        why="Training stops, or waits for an hour and then stops, at an image that is not there.",
        fix="upload the image, or take the line out",
    ),
    Rule(
        "GT602", "image-unreadable", Severity.ERROR,
        why="Decoders stop at a file that is empty, damaged or no image.",
        fix="replace the file, or take the line out",
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
        why="Tools that go by the name take it for another format than it is.",
        fix="rename the file after its format",
    ),
    Rule(
        "GT606", "turned-by-exif", Severity.WARNING,
        why="A browser shows it turned, a decoder may not: boxes and picture then do not match.",
        fix="turn the pixels themselves, clear the EXIF orientation, and check some boxes",
    ),
    Rule(
        "GT607", "image-size-transposed", Severity.ERROR,
        why="Boxes were drawn on the image as EXIF turns it; on the stored pixels they lie elsewhere.",
        fix="turn the pixels themselves and upload the image again",
    ),
    Rule(
        "GT608", "image-size-differs", Severity.ERROR,
        why="The file is not the one that was labeled, so the boxes lie elsewhere.",
        fix="put the labeled file back, or label the new one",
    ),
    Rule(
        "GT609", "image-not-three-channels", Severity.ERROR,
        why="The built-in object detection reads images of three channels of 8 bits only.",
        fix="convert it to RGB",
    ),
    Rule(
        "GT610", "image-too-large", Severity.WARNING,
        why="Ground Truth takes 40 MB and 100 million pixels at most; training needs far less.",
        fix="scale it down, and its labels with it",
    ),
    Rule(
        "GT611", "image-animated", Severity.WARNING,
        why="Only one of its frames can have been labeled, and nobody knows which one is trained.",
        fix="save that frame alone",
    ),
    Rule(
        "GT612", "repeated-content", Severity.ERROR,
        why="The same picture under another key counts double, and leaks when the split parts the two.",
        fix="keep one of them; the first one is kept otherwise",
    ),
    Rule(
        "GT620", "mask-missing", Severity.ERROR,
        why="Training stops at a mask that is not there.",
        fix="take the line out, or write the mask again",
    ),
    Rule(
        "GT621", "mask-unreadable", Severity.ERROR,
        why="Training stops at a mask that is empty, damaged or no PNG.",
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
        fix="write the mask again in the image's size",
    ),
    Rule(
        "GT624", "mask-value-without-class", Severity.ERROR,
        why="A value beyond the classes stops training, or is learnt as another class.",
        fix="correct the mask, or the colour map",
    ),
    Rule(
        "GT625", "mask-colour-differs", Severity.WARNING,
        why="Palette and colour map name different colours for one id: one of them is of another job.",
        fix="compare a mask with its picture",
    ),
)  # fmt: skip
