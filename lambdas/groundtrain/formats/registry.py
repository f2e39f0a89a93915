"""The formats that the commands import and export know: one line each."""

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.format import Format

_ALL: tuple[Format, ...] = (COCO,)
FORMATS = {each.name: each for each in _ALL}
