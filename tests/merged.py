"""Manifests that are merged, with sane defaults: a test label_digest only what it is about."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundtrain.manifest.source import FileManifest
from groundtrain.merging.merge import merge
from groundtrain.merging.merge_result import Merged

Lines = Sequence[bytes]


def merge_lines(directory: Path, *manifests: Lines, **more: Any) -> tuple[Merged, list[bytes]]:
    """Merge manifests a, b, … of these lines; gives what was told, and the lines that were written."""
    sources = [manifest_file(directory / f"{chr(97 + i)}", lines) for i, lines in enumerate(manifests)]
    merged = merge(sources, directory / "merged", **more)
    return merged, (directory / "merged").read_bytes().splitlines()


def manifest_file(path: Path, lines: Lines) -> FileManifest:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return FileManifest(path, name=path.name)


def names_of_boxes(line: bytes, label: str = "boxes") -> list[str]:
    """The class of each box of a line, by name."""
    value = json.loads(line)
    names = value[f"{label}-metadata"]["class-map"]
    return [names[str(box["class_id"])] for box in value[label]["annotations"]]
