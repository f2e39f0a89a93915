"""GT6: images."""

from groundtrain.manifest.findings import Rule, Severity

IMAGES = (
    Rule(
        "GT601", "image-missing", Severity.ERROR,
        why="Training stops, or waits for an hour and then stops, at an image that is not there.",
        fix="upload the image, or take the line out",
    ),
)  # fmt: skip
