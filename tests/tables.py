"""Classic manifests and tables of labels that are imported, with sane defaults."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.s3_manifest.gathered_labels import gather_labels
from groundtrain.formats.s3_manifest.importing import Imported, import_manifest
from groundtrain.manifest.source import FileManifest

PREFIX = "s3://bucket/photos/"
BOX_COLUMNS = "key,class,left,top,width,height,image_width,image_height\n"
ORIGIN = Origin("pets", "Pets-1", datetime(2026, 2, 3, 9, tzinfo=UTC))


def source(path: Path, text: str | bytes) -> FileManifest:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return FileManifest(path, name=path.name)


def classic(directory: Path, *keys: Any, prefix: str = PREFIX) -> FileManifest:
    return source(directory / "images.json", json.dumps([{"prefix": prefix}, *keys]))


def imported(
    directory: Path,
    table: str | bytes,
    *keys: str,
    type_name: str | None = None,
    categories: tuple[str, ...] = (),
    prefix: str = PREFIX,
) -> tuple[Imported, list[Any]]:
    labels = gather_labels(source(directory / "labels", table), type_name, categories)
    told = import_manifest(classic(directory, *keys, prefix=prefix), labels, ORIGIN, directory / "out")
    return told, [json.loads(line) for line in (directory / "out").read_bytes().splitlines()]
