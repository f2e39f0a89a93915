"""Pascal VOC as a format."""

from groundtrain.formats.format import Format, FormatOption
from groundtrain.formats.voc.reading import count_voc, read_voc
from groundtrain.formats.voc.writing import write_voc

_ONE_BASED = FormatOption(
    "--one-based",
    "Pixels count from 1, and the last is in the box, as in VOC's own data; else from 0, as tools write it.",
)

VOC = Format(
    name="voc",
    title="Pascal VOC",
    source="a folder of Pascal VOC files (XML), or one of them",
    target="a folder with Annotations (XML), ImageSets, and JPEGImages if --image-dir is given",
    kinds=("boxes",),
    has_splits=True,
    read=read_voc,
    write=write_voc,
    counted=count_voc,
    read_options=(_ONE_BASED,),
    write_options=(_ONE_BASED,),
)
