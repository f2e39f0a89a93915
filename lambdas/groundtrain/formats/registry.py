"""The formats that the commands import and export know: one line each."""

from groundtrain.formats.class_folders import FOLDERS
from groundtrain.formats.coco.format import COCO
from groundtrain.formats.csv_labels.format import CSV
from groundtrain.formats.cvat.format import CVAT
from groundtrain.formats.fasttext import FASTTEXT
from groundtrain.formats.format import Format
from groundtrain.formats.label_studio.format import LABEL_STUDIO
from groundtrain.formats.lst import LST
from groundtrain.formats.sequence import SEQUENCE
from groundtrain.formats.voc.format import VOC
from groundtrain.formats.yolo.format import YOLO

_ALL: tuple[Format, ...] = (COCO, YOLO, VOC, LABEL_STUDIO, CVAT, CSV, FOLDERS, FASTTEXT, LST, SEQUENCE)
FORMATS = {each.name: each for each in _ALL}
