"""GT6: images."""

from groundtrain.rules.rule import Example, Rule, Severity


def _image(failing: str, repaired: str) -> Example:
    return Example(failing, repaired, shows="image")


IMAGES = (
    Rule(
        "GT601", "image-missing", Severity.ERROR,
        why="At a missing image training stops, sometimes only after waiting for an hour.",
        fix="upload the image, or remove the line",
        example=_image(
            "s3://acme/1.jpg is in the manifest, not in the bucket", "s3://acme/1.jpg is in the bucket"
        ),
    ),
    Rule(
        "GT602", "image-unreadable", Severity.ERROR,
        why="Decoders stop at a file that is empty, damaged or not an image.",
        fix="replace the file, or remove the line",
        example=_image("1.jpg has 0 bytes", "1.jpg is a JPEG"),
    ),
    Rule(
        "GT603", "image-truncated", Severity.ERROR,
        why="The end of the file is missing: decoders stop, or fill the rest with grey.",
        fix="upload the image again",
        example=_image("1.jpg ends in the middle of its pixels", "1.jpg ends in the JPEG's end marker"),
    ),
    Rule(
        "GT604", "image-format", Severity.ERROR,
        why="The built-in algorithms read JPEG and PNG only.",
        fix="convert it to JPEG or PNG",
        example=_image("1.gif is a GIF", "1.png is a PNG"),
    ),
    Rule(
        "GT605", "wrong-extension", Severity.WARNING,
        why="Tools that go by the file name take it for another format.",
        fix="rename the file after its format",
        example=_image("1.jpg is a PNG", "1.png is a PNG"),
    ),
    Rule(
        "GT606", "turned-by-exif", Severity.WARNING,
        why="A browser rotates it, a decoder may not; then the boxes do not match the picture.",
        fix="rotate the pixels themselves, clear the EXIF orientation, and check some boxes",
        example=_image("1.jpg has the EXIF orientation 3", "1.jpg has the EXIF orientation 1"),
    ),
    Rule(
        "GT607", "image-size-transposed", Severity.ERROR,
        why="Boxes were drawn on the image as EXIF rotates it; on the stored pixels they are misplaced.",
        fix="rotate the pixels themselves and upload the image again",
        example=_image(
            "image_size is 480 x 640; 1.jpg is stored with 640 x 480 and the EXIF orientation 6",
            "image_size is 480 x 640; 1.jpg is stored with 480 x 640",
        ),
    ),
    Rule(
        "GT608", "image-size-differs", Severity.ERROR,
        why="The file is not the one that was labeled, so the boxes are misplaced.",
        fix="put the labeled file back, or label the new one",
        example=_image(
            "image_size is 640 x 480; 1.jpg has 1280 x 960",
            "image_size is 640 x 480; 1.jpg has 640 x 480",
        ),
    ),
    Rule(
        "GT609", "image-not-three-channels", Severity.ERROR,
        why="The built-in object detection reads only images with three channels of 8 bits.",
        fix="convert it to RGB",
        example=_image("1.jpg is grey: one channel", "1.jpg is RGB: three channels of 8 bits"),
    ),
    Rule(
        "GT610", "image-too-large", Severity.WARNING,
        why="Ground Truth accepts at most 40 MB and 100 million pixels; training needs far less.",
        fix="scale it down, and its labels with it",
        example=_image("1.png has 61 MB", "1.jpg has 4 MB"),
    ),
    Rule(
        "GT611", "image-animated", Severity.WARNING,
        why="Only one of its frames can have been labeled, and which one is trained is undefined.",
        fix="save that frame alone",
        example=_image("1.png is an animation of 12 frames", "1.png is a picture"),
    ),
    Rule(
        "GT612", "repeated-content", Severity.ERROR,
        why="The same picture under another key counts double, and leaks if the split separates the two.",
        fix="keep one of them; otherwise the first one is kept",
        example=_image(
            "1.jpg and copy-of-1.jpg are the same bytes", "1.jpg and 2.jpg are different pictures"
        ),
    ),
    Rule(
        "GT613", "decompression-bomb", Severity.ERROR,
        why="A few KB that declare so many pixels fill the memory; Pillow refuses more than 178,956,970.",
        fix="put the labeled file back, or remove the line",
        example=_image("1.png declares 60000 x 60000", "1.png has 640 x 480"),
    ),
    Rule(
        "GT614", "image-not-looked-at", Severity.WARNING,
        why="The function that was to look at it failed, so whether it can be read shows in training.",
        fix="find the cause in the log of check_images, then delete dataset.json: all are looked at again",
        example=_image(
            "a function that looks at 200 lines, 1.jpg among them, ran out of memory each time",
            "the function looked at 1.jpg",
        ),
    ),
    Rule(
        "GT620", "mask-missing", Severity.ERROR,
        why="Training stops at a missing mask.",
        fix="write the mask again, or remove the line",
        example=_image("mask.png is in the manifest, not in the bucket", "mask.png is in the bucket"),
    ),
    Rule(
        "GT621", "mask-unreadable", Severity.ERROR,
        why="Training stops at a mask that is empty, damaged or not a PNG.",
        fix="write the mask again",
        example=_image("mask.png has 0 bytes", "mask.png is a PNG"),
    ),
    Rule(
        "GT622", "mask-not-indexed", Severity.ERROR,
        why="The algorithm reads one channel of 8 bits whose values are class ids.",
        fix="save it as a palette PNG",
        example=_image("mask.png is RGB", "mask.png has a palette: one channel of 8 bits"),
    ),
    Rule(
        "GT623", "mask-size-differs", Severity.ERROR,
        why="Each pixel of the mask is the class of one pixel of the image.",
        fix="write the mask again in the size of the image",
        example=_image("mask.png has 320 x 240, 1.jpg 640 x 480", "both have 640 x 480"),
    ),
    Rule(
        "GT624", "mask-value-without-class", Severity.ERROR,
        why="A value beyond the classes stops training, or is learned as another class.",
        fix="correct the mask, or the colour map",
        example=_image("mask.png holds the value 7, the colour map ends at 2", "mask.png holds 0, 1 and 2"),
    ),
    Rule(
        "GT625", "mask-colour-differs", Severity.WARNING,
        why="Palette and colour map give one id different colours: one of them is from another job.",
        fix="compare a mask with its picture",
        example=_image(
            "the palette of mask.png has #ff0000 at 1, the colour map #2ca02c",
            "both have #2ca02c at 1",
        ),
    ),
)  # fmt: skip
