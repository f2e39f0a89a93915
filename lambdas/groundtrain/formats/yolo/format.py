"""YOLO as a format."""

from groundtrain.formats.format import Format, FormatOption
from groundtrain.formats.yolo.reading import count_yolo, read_yolo
from groundtrain.formats.yolo.writing import write_yolo

YOLO = Format(
    name="yolo",
    title="YOLO",
    source="a YOLO data folder (or its YAML file), with images and labels",
    target="a YOLO data folder: data.yaml, labels, and images if --image-dir is given",
    kinds=("boxes",),
    has_splits=True,
    read=read_yolo,
    write=write_yolo,
    counted=count_yolo,
    read_options=(
        FormatOption(
            "--envelopes", "Take the upright box around each polygon; polygons are left out otherwise."
        ),
    ),
)
