"""CVAT as a format."""

from groundtrain.formats.cvat.reading import count_cvat, read_cvat
from groundtrain.formats.format import Format, FormatOption

CVAT = Format(
    name="cvat",
    title="CVAT",
    source="annotations.xml of an export as CVAT for images 1.1",
    kinds=("boxes", "class", "classes"),
    has_splits=True,
    read=read_cvat,
    counted=count_cvat,
    read_options=(
        FormatOption("--tags", "Take the tags of images as their classes, also if there are boxes."),
        FormatOption("--multilabel", "Take tags for any number of classes, also if no image has two."),
    ),
)
