"""Labels of other tools as they are imported, with sane defaults: a test says only what it is about."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from groundtrain.formats.exporting import labels_to_export
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.importing import import_labels
from groundtrain.formats.losses import Losses
from groundtrain.formats.manifest_lines import Origin
from groundtrain.manifest.source import FileManifest

ORIGIN = Origin("pets", "Pets-1", datetime(2026, 2, 3, 9, tzinfo=UTC))
PREFIX = "s3://bucket/f/"


def imported(
    format_: Format,
    source: Path,
    *,
    images: Path | None = None,
    options: Mapping[str, Any] | None = None,
    prefix: str = PREFIX,
    categories: tuple[str, ...] = (),
) -> SimpleNamespace:
    """What was told, the lines of out.manifest beside the source, and examples and counts of what is lost."""
    output = source.with_name("out.manifest")
    exchange = Exchange(ImageFolder(images), Losses(), options or {}, categories)
    assert format_.read is not None
    found = format_.read(source, exchange)
    told = import_labels(found, exchange, ORIGIN, output, prefix=prefix, categories=categories)
    losses = exchange.losses
    return SimpleNamespace(
        told=told,
        lines=[json.loads(line) for line in output.read_bytes().splitlines()],
        lost={what: counted.examples for what, counted in losses.labels.items()},
        counts={what: counted.count for what, counted in losses.labels.items()},
        beside={what: counted.examples for what, counted in losses.details.items()},
        odd={what: counted.examples for what, counted in losses.oddities.items()},
        images=exchange.images,
    )


def exported(
    format_: Format,
    manifest: Path,
    output: Path,
    *,
    label: str | None = None,
    images: Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> SimpleNamespace:
    """What was told, and examples of what is not carried."""
    exchange = Exchange(ImageFolder(images), Losses(), options or {})
    labels = labels_to_export(FileManifest(manifest), label, format_, exchange.losses)
    assert format_.write is not None
    format_.write(labels.found, output, exchange)
    losses = exchange.losses
    return SimpleNamespace(
        told=labels,
        lost={what: counted.examples for what, counted in losses.labels.items()},
        counts={what: counted.count for what, counted in losses.labels.items()},
        beside={what: counted.examples for what, counted in losses.details.items()},
    )
