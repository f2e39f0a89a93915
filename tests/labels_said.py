"""The labels that manifests say, by object and class name: read without the code that is tested."""

import io
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from groundtrain.cli.application import run

UNNAMED = "?"


class Labels(NamedTuple):
    """Items of labels: by object and class, those without a class name as `UNNAMED`."""

    items: Counter[tuple[str, str]]

    @property
    def named(self) -> Counter[tuple[str, str]]:
        return Counter({key: count for key, count in self.items.items() if key[1] != UNNAMED})

    @property
    def by_object(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for (source, _), count in self.items.items():
            counts[source] += count
        return counts

    def __add__(self, other: tuple[Any, ...]) -> "Labels":
        assert isinstance(other, Labels)
        return Labels(self.items + other.items)


def spelled_plainly(name: str) -> str:
    """Names that differ in spelling only may become one class."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum() or ord(c) > 127)


def labels_of(lines: Iterable[bytes], attribute: str | None = None) -> Labels:
    """The labels under one attribute, or under all of them."""
    return Labels(Counter(item for line in lines for item in _items(_decoded(line), attribute)))


def told(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
    """Run a command line; its exit code, its JSON document ({} if there is none) and what it says besides."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with patch.object(sys, "stdout", out), patch.object(sys, "stderr", err):
        code = run(list(map(str, arguments)))
    out.flush()
    text = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return code, json.loads(text) if text.strip() else {}, err.getvalue()


def record_of(line: bytes) -> str:
    """What a line is a record of: its source, and what else it says beside labels."""
    said = json.loads(line)
    own = {key: said[key] for key in ("source", "source-ref", "page", "color", "id") if key in said}
    return json.dumps(own, sort_keys=True).replace("s3://s3://", "s3://")


def by_class(items: Counter[tuple[str, str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (_, name), count in items.items():
        counts[name] += count
    return counts


def counted_in(document: dict[str, Any]) -> tuple[Counter[str], set[str], int]:
    """Items that a merge counts, by class; classes under attributes not taken, or ""; records of both."""
    counted, not_taken, records = Counter[str](), set[str](), 0
    for one in document["manifests"]:
        others = [other["classes"] for other in one["not_taken"]]
        for classes in (one["replaced_classes"], one["repeated"], one["taken_as_one"], *others):
            for name, count in classes.items():
                counted[spelled_plainly(name)] += count
        not_taken |= {spelled_plainly(name) for classes in others for name in classes or ("",)}
        records += one["replaced"] + one["united"] + sum(other["records"] for other in one["not_taken"])
    return counted, not_taken, records


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _items(record: dict[str, Any], attribute: str | None) -> Iterator[tuple[str, str]]:
    source = str(record.get("source-ref", record.get("source", "")))
    source = source.replace("s3://s3://", "s3://")
    for name, label in record.items():
        metadata = record.get(f"{name}-metadata", {} if name == attribute else None)
        if metadata is not None and name != "source-ref" and attribute in (None, name):
            yield from ((source, said) for said in _classes(label, metadata))


def _classes(label: Any, metadata: dict[str, Any]) -> Iterator[str]:
    kind = str(metadata.get("type", "")).lower().removeprefix("groundtruth/")
    names = metadata.get("class-map") or metadata.get("class_map") or {}
    colours = metadata.get("internal-color-map") or metadata.get("color-map") or {}
    if colours:
        yield from (spelled_plainly(entry["class-name"]) for entry in colours.values())
    elif kind == "text-span":
        yield from (spelled_plainly(entity["label"]) for entity in label["annotations"]["entities"])
    elif kind == "custom":
        yield spelled_plainly(json.dumps(label, sort_keys=True))
    elif isinstance(label, dict):
        ids = [str(box.get("class_id", box.get("class-id"))) for box in label.get("annotations", ())]
        yield from (spelled_plainly(names.get(i, "")) or UNNAMED for i in ids)
    elif isinstance(label, list):
        yield from (spelled_plainly(names.get(str(i), "")) or UNNAMED for i in label)
    elif names:
        yield from map(spelled_plainly, names.values())
    else:
        yield spelled_plainly(metadata.get("class-name", "")) or UNNAMED
