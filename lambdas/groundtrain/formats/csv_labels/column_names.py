"""The usual names of the columns of a table of labels, and which column --columns names for what."""

import csv
import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from groundtrain.errors import SettingsError
from groundtrain.quantities import quoted

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "key": (
        *("key", "file", "filename", "filepath", "image", "imagename", "imagepath", "imagefile", "imageid"),
        *("img", "imgname", "imgpath", "imagefilename", "path", "sourceref", "imageuri", "source"),
    ),
    "text": ("text", "sentence", "document", "review", "comment", "utterance"),
    "class": ("class", "classname", "label", "labelname", "category", "categoryname", "name"),
    "left": ("left", "x", "xmin", "x1", "xtl", "boxleft", "bboxleft", "bboxx", "bboxx1", "bboxxmin"),
    "top": ("top", "y", "ymin", "y1", "ytl", "boxtop", "bboxtop", "bboxy", "bboxy1", "bboxymin"),
    "right": ("right", "xmax", "x2", "xbr", "boxright", "bboxright", "bboxx2", "bboxxmax"),
    "bottom": ("bottom", "ymax", "y2", "ybr", "boxbottom", "bboxbottom", "bboxy2", "bboxymax"),
    "width": ("width", "w", "boxwidth", "bboxwidth", "bboxw"),
    "height": ("height", "h", "boxheight", "bboxheight", "bboxh"),
    "image_width": ("imagewidth", "imgwidth", "imagew", "imgw", "framewidth"),
    "image_height": ("imageheight", "imgheight", "imageh", "imgh", "frameheight"),
    "image_depth": ("imagedepth", "imgdepth"),
    "split": ("split", "set", "subset", "usage", "mlusage"),
}
"""In lower case, letters and digits alone."""
_CENTRES = {"xcenter", "xcentre", "centerx", "centrex", "cx", "xc"}
_LISTS = {"bbox", "box", "boundingbox", "coordinates"}
_IGNORE = "ignore"


class Named(Struct, frozen=True):
    """What --columns says.

    Attributes:
        columns: column by what it says.
        ignored: columns that are not read.
    """

    columns: Mapping[str, str]
    ignored: Collection[str]


def parse_columns(text: str) -> Named:
    """Read the value of --columns: "key=photo,class=species,ignore=age"; a cell in quotes may have commas.

    Raises:
        SettingsError: it is not written so.
    """
    columns: dict[str, str] = {}
    ignored: list[str] = []
    for pair in _pairs(text):
        role, equals, column = pair.partition("=")
        if not equals or role not in (*SPELLINGS, _IGNORE) or role in columns:
            raise _wrong(pair)
        if role == _IGNORE:
            ignored.append(column)
        else:
            columns[role] = column
    return Named(columns, ignored)


def _pairs(text: str) -> list[str]:
    try:
        return next(csv.reader([text], skipinitialspace=True, strict=True), []) if text else []
    except csv.Error as error:
        raise _wrong(text) from error


def _wrong(text: str) -> SettingsError:
    return SettingsError(
        f"--columns: {quoted(text)} does not say what a column is",
        fix=f"write WHAT=COLUMN, each once, where WHAT is one of {', '.join(SPELLINGS)}, or {_IGNORE} for a"
        " column that is not read",
    )


def plain(column: str) -> str:
    """The name of a column without what spellings differ in."""
    return re.sub(r"[\W_]+", "", column).lower()


def has_centres(columns: Collection[str]) -> bool:
    """Whether a box is said by its centre."""
    return any(plain(column) in _CENTRES for column in columns)


def list_of_sides(columns: Collection[str]) -> str:
    """The column that has all sides of a box in one cell; "" where there is none."""
    return next((column for column in columns if plain(column) in _LISTS), "")
