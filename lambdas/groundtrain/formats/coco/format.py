"""COCO as a format."""

from groundtrain.formats.coco.reading import count_coco, read_coco
from groundtrain.formats.coco.writing import write_coco
from groundtrain.formats.format import Format, FormatOption

COCO = Format(
    name="coco",
    title="COCO",
    source="a COCO file (JSON) with images, annotations and categories",
    target="a COCO file (JSON)",
    kinds=("boxes",),
    read=read_coco,
    write=write_coco,
    counted=count_coco,
    read_options=(
        FormatOption(
            "--without-crowds", "Leave out boxes of crowds (iscrowd), as COCO's own evaluation does."
        ),
    ),
)
