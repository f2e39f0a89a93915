"""Records of JSON-MIN, which hold the data of a task and the values of its results side by side.

Label Studio writes the data first, then the id of the task, the results by the name of their control, and
what is known of the annotation ("JSON_MIN", "Export formats" at labelstud.io). Nothing else tells a single
choice, which is a text there, from a text of the data.
"""

from collections.abc import Iterator
from typing import Any

_SIZES = ("original_width", "original_height", "original_length", "image_rotation")
_ABOUT = ("created_at", "updated_at", "annotation_id", "annotator", "lead_time", "agreement")
_BY_SOMEBODY = {"annotation_id", "annotator"}
_GEOMETRY = ("x", "start", "points", "rle", "choices")


def task_of(record: dict[str, Any]) -> dict[str, Any]:
    """The same as a task with one annotation; without data where it is no such record."""
    data, results = {}, list[dict[str, Any]]()
    for key, value in record.items():
        if key == "id" or key in _ABOUT:
            continue
        found = list(_results(key, value, is_after_id=_is_after_id(record, key)))
        results += found
        if not found and value != []:
            data[key] = value
    about = {
        "id": record.get("annotation_id"),
        "created_at": record.get("created_at"),
        "updated_at": record.get("updated_at"),
        "result": results,
    }
    if not results and not record.keys() & _BY_SOMEBODY:
        return {}
    return {"id": record.get("id"), "data": data, "annotations": [about]}


def _is_after_id(record: dict[str, Any], key: str) -> bool:
    keys = list(record)
    return "id" in record and "annotator" in record and keys.index("id") < keys.index(key)


def _results(name: str, value: Any, *, is_after_id: bool) -> Iterator[dict[str, Any]]:
    """The results that a value is of; none where it belongs to the data."""
    if isinstance(value, str) and is_after_id:
        yield {"from_name": name, "type": "choices", "value": {"choices": [value]}}
        return
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) and any(key in each for key in _GEOMETRY) for each in values):
        return
    for each in values:
        kind = next((key for key in each if key.endswith("labels") or key == "choices"), "region")
        yield {
            "from_name": name,
            "type": kind,
            "value": each,
            **{key: each[key] for key in _SIZES if key in each},
        }
