"""The columns of a table of labels: which type they tell, and what is missing or not read, all at once."""

import re
from collections.abc import Collection, Iterator, Mapping

from groundtrain.errors import ManifestError
from groundtrain.formats.s3_manifest.box_rows import BOXES
from groundtrain.formats.s3_manifest.class_rows import CLASS, ONE_CLASS, SEVERAL_CLASSES
from groundtrain.formats.table_rows import KEY_COLUMNS, TableFormat

TABLE_FORMATS = {table_format.type: table_format for table_format in (BOXES, ONE_CLASS, SEVERAL_CLASSES)}
"""The label types that can be read from and written as a table, by name."""

_SIDES = ("left", "top", "width", "height")
_IMAGE = ("image_width", "image_height")
_SPELLINGS = {
    "key": (
        "filename",
        "file_name",
        "file",
        "image",
        "image_path",
        "image_id",
        "path",
        "source-ref",
        "source_ref",
    ),
    "class": ("label", "name", "category", "class_name"),
    "left": ("x", "box_left"),
    "top": ("y", "box_top"),
    "width": ("w", "box_width"),
    "height": ("h", "box_height"),
    "image_width": ("img_width", "imagewidth", "width"),
    "image_height": ("img_height", "imageheight", "height"),
}
"""Other names of a column, the likeliest first."""
_CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
    ("bbox",),
    ("box",),
)
"""Other ways to say where a box is."""
_PARTS_OF_A_BOX = {*_SIDES, *_IMAGE, "x", "y", *(name for names in _CORNERS for name in names)}


def refuse_columns(place: str, columns: Collection[str], type_name: str | None) -> TableFormat:
    """The format of a table with these columns, the key's among them, or of the type named.

    Raises:
        ManifestError: columns are missing, or would not be read.
    """
    by_name = {column.strip().lower(): column for column in columns}
    beside = [column for column in columns if column not in KEY_COLUMNS[:1]]
    table_format = TABLE_FORMATS[type_name] if type_name else _format(by_name)
    missing = list(_missing(by_name, table_format))
    if "key" in missing and re.search(r"[;\t|]", "".join(columns)):
        raise _lacking_key(place, columns, "separate the columns by commas")
    if missing:
        raise _lacking(place, columns, table_format, missing, type_name)
    if "key" not in columns and "source" in columns:
        beside.remove("source")
    unread = [column for column in beside if not _is_read(column, beside, table_format)]
    if unread:
        raise ManifestError(
            f"{place} has columns that are not read: {', '.join(unread)}",
            fix=f"remove them, so that it is clear what is imported as {table_format.type}",
        )
    return table_format


def _format(by_name: Mapping[str, str]) -> TableFormat:
    """As few columns as one that belongs to a box make a table of boxes."""
    if not _PARTS_OF_A_BOX.isdisjoint(by_name):
        return BOXES
    names_a_class = not by_name.keys().isdisjoint((CLASS, *_SPELLINGS[CLASS]))
    has_only_keys = by_name.keys() <= {*KEY_COLUMNS, *_SPELLINGS["key"]}
    return ONE_CLASS if names_a_class or has_only_keys else SEVERAL_CLASSES


def _missing(by_name: Mapping[str, str], table_format: TableFormat) -> Iterator[str]:
    """In words: each column that is missing, and what may be meant for it."""
    if not any(column in by_name for column in KEY_COLUMNS):
        yield _instead("key", by_name)
    corners = next((names for names in _CORNERS if set(names) <= by_name.keys()), ())
    for column in table_format.needs:
        if column in _SIDES and corners and not {"left", "top"} <= by_name.keys() - set(corners[:2]):
            if column == _SIDES[0]:
                yield f"{', '.join(_SIDES)} from {', '.join(by_name[name] for name in corners)}"
        elif column not in by_name:
            yield _instead(column, by_name, sized=bool(corners))


def _instead(column: str, by_name: Mapping[str, str], *, sized: bool = True) -> str:
    """Width and height are those of the image only where the box is said by its corners."""
    names = [name for name in _SPELLINGS.get(column, ()) if name in by_name and (sized or name not in _SIDES)]
    return f"{column} for {by_name[names[0]]}" if names else column


def _is_read(column: str, beside: Collection[str], table_format: TableFormat) -> bool:
    if table_format is SEVERAL_CLASSES and CLASS not in beside:
        return column not in KEY_COLUMNS
    return column in table_format.columns


def _lacking_key(place: str, columns: Collection[str], fix: str) -> ManifestError:
    return ManifestError(f"{place} has no column key or source (there are: {', '.join(columns)})", fix=fix)


def _lacking(
    place: str, columns: Collection[str], table_format: TableFormat, missing: list[str], type_name: str | None
) -> ManifestError:
    fix = f"give it the columns {'; '.join(missing)}"
    if len(missing) == 1 and missing[0].startswith("key"):
        return _lacking_key(place, columns, fix)
    if type_name is None and CLASS not in columns:
        fix += "; if these are names of classes, add --type image-classification-multilabel"
    return ManifestError(
        f"{place} lacks columns of a table of {table_format.type} (there are: {', '.join(columns)})", fix=fix
    )
