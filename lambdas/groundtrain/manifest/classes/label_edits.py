"""Write other names of classes on a line, and take labels out of it; all else keeps its value."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import getitem
from typing import Any, NamedTuple

import msgspec

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import without_comma
from groundtrain.record_keys import Keys
from groundtrain.settings.class_table import ClassTable

_NAMES = ("class-map", "class_map", "class-name", "internal-color-map", "color-map")
_BY_ID = ("class-map", "class_map", "confidence-map")
_IDS = ("class_id", "class-id")


class LabelEdit(NamedTuple):
    """What is to be changed beside the names.

    Attributes:
        places: of the labels that are left, in their list; None where all are.
        gone: ids of classes that are not on the line any more.
        same_ids: ids of labels that become another id, with that.
    """

    places: Sequence[int] | None
    gone: Collection[str]
    same_ids: Mapping[str, str]


def edited_line(
    line: bytes, keys: Keys, label_type: LabelType, table: ClassTable, edit: LabelEdit, ids: Sequence[int]
) -> bytes:
    """The line with new names and without what is gone; `ids` are the class ids of its labels, in order."""
    record = without_comma(line)
    pieces = decode_pieces(record)
    metadata = msgspec.json.decode(pieces[keys.metadata])
    for key in (key for key in _NAMES if key in metadata):
        metadata[key] = _with_new_names(metadata[key], table)
    for key in (key for key in _BY_ID if isinstance(metadata.get(key), dict)):
        metadata[key] = {i: value for i, value in metadata[key].items() if i not in edit.gone}
    changed: dict[str, Any] = {keys.metadata: metadata}
    if edit.places is not None or edit.same_ids or label_type.item_names:
        label = msgspec.json.decode(pieces[keys.label])
        if edit.same_ids:
            _unite_ids(reduce(getitem, label_type.items_at or (), label), ids, edit.same_ids)
        if label_type.item_names:
            _rename_in_label(label["annotations"], table)
        if edit.places is not None:
            label = _with_items(label, metadata, label_type, edit.places)
        changed[keys.label] = label
    return msgspec.json.encode({**pieces, **changed}) + line[len(record) :]


def _with_new_names(value: Any, table: ClassTable) -> Any:
    """The one name of a class, or all names by id."""
    if not isinstance(value, dict):
        return _renamed(value, table)
    return {key: _renamed(one, table) for key, one in value.items()}


def _renamed(value: Any, table: ClassTable) -> Any:
    """A name, or what has a name; numbers and null are read as names, too: see `label_types.spelling`."""
    named = value.get("class-name") if isinstance(value, dict) else value
    new = table.rename.get("" if named is None else str(named))
    if new is None:
        return value
    return {**value, "class-name": new} if isinstance(value, dict) else new


def _unite_ids(items: Sequence[Any], ids: Sequence[int], same_ids: Mapping[str, str]) -> None:
    for item, class_id in zip(items, ids, strict=True):
        if (other := same_ids.get(str(class_id))) is not None:
            item[next(key for key in _IDS if key in item)] = int(other)


def _with_items(label: Any, metadata: dict[str, Any], label_type: LabelType, places: Sequence[int]) -> Any:
    """The label with what is at these places in its list, and its metadata with the entries of those."""
    path, beside = label_type.items_at or (), label_type.entries_beside
    items, entries = reduce(getitem, path, label), metadata.get(beside)
    if isinstance(entries, list) and len(entries) == len(items):
        metadata[beside] = [entries[place] for place in places]
    left = [items[place] for place in places]
    if not path:
        return left
    reduce(getitem, path[:-1], label)[path[-1]] = left
    return label


def _rename_in_label(annotations: dict[str, Any], table: ClassTable) -> None:
    """Where labels name their class, and list all that there are."""
    listed: dict[str, Any] = {}
    for each in (*annotations["entities"], *annotations["labels"]):
        each["label"] = table.new_name(each["label"])
    for each in annotations["labels"]:
        if each["label"] not in table.drop:
            listed.setdefault(each["label"], each)
    annotations["labels"] = [*listed.values()]
