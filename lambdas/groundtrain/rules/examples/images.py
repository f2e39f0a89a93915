"""Examples of GT6: images, in words."""

from groundtrain.rules.examples.example import Example


def _image(code: str, failing: str, repaired: str) -> Example:
    return Example(code, failing, repaired, shows="image")


IMAGES = (
    _image(
        "GT601", "s3://acme/1.jpg is in the manifest, not in the bucket", "s3://acme/1.jpg is in the bucket"
    ),
    _image("GT602", "1.jpg has 0 bytes", "1.jpg is a JPEG"),
    _image("GT603", "1.jpg ends in the middle of its pixels", "1.jpg ends in the JPEG's end marker"),
    _image("GT604", "1.gif is a GIF", "1.png is a PNG"),
    _image("GT605", "1.jpg is a PNG", "1.png is a PNG"),
    _image("GT606", "1.jpg has the EXIF orientation 3", "1.jpg has the EXIF orientation 1"),
    _image(
        "GT607",
        "image_size is 480 x 640; 1.jpg is stored with 640 x 480 and the EXIF orientation 6",
        "image_size is 480 x 640; 1.jpg is stored with 480 x 640",
    ),
    _image(
        "GT608",
        "image_size is 640 x 480; 1.jpg has 1280 x 960",
        "image_size is 640 x 480; 1.jpg has 640 x 480",
    ),
    _image("GT609", "1.jpg is grey: one channel", "1.jpg is RGB: three channels of 8 bits"),
    _image("GT610", "1.png has 61 MB", "1.jpg has 4 MB"),
    _image("GT611", "1.png is an animation of 12 frames", "1.png is a picture"),
    _image("GT612", "1.jpg and copy-of-1.jpg are the same bytes", "1.jpg and 2.jpg are different pictures"),
    _image("GT620", "mask.png is in the manifest, not in the bucket", "mask.png is in the bucket"),
    _image("GT621", "mask.png has 0 bytes", "mask.png is a PNG"),
    _image("GT622", "mask.png is RGB", "mask.png has a palette: one channel of 8 bits"),
    _image("GT623", "mask.png has 320 x 240, 1.jpg 640 x 480", "both have 640 x 480"),
    _image("GT624", "mask.png holds the value 7, the colour map ends at 2", "mask.png holds 0, 1 and 2"),
    _image(
        "GT625",
        "the palette of mask.png has #ff0000 at 1, the colour map #2ca02c",
        "both have #2ca02c at 1",
    ),
)
