"""Where a dataset came from, and with what it was made."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from groundtrain.printable_text import printable_start
from groundtrain.reporting.shown_lengths import ADDRESS
from groundtrain.reporting.subject import Subject
from groundtrain.settings.dataset_settings import DatasetSettings


class Origin(Struct, frozen=True):
    """One line of it."""

    name: str
    value: str


def origin(subject: Subject) -> Iterator[Origin]:
    """What the report is about, the settings that are not the usual ones, and the version."""
    for name, value in _facts(subject):
        if value:
            yield Origin(name, printable_start(value, ADDRESS))


def _facts(subject: Subject) -> Iterator[tuple[str, str]]:
    contents = subject.contents
    source = contents.source
    if source.manifests is UNSET:
        yield "Manifest", source.uri
    else:
        yield from ((f"Manifest of {side}", uri) for side, uri in source.manifests.items())
    yield "Version that was read (ETag or SHA-256)", source.etag
    yield "Records and bytes", f"{source.records:,} and {source.bytes:,}"
    yield "Label attribute", f"{contents.label} ({contents.type})"
    yield "Labeling job", contents.labeling_job or subject.job
    yield "Labels from", subject.created
    yield "Dataset", contents.dataset_id
    if not subject.is_made:
        yield from _settings(subject.environment.dataset)
    yield "Made with", f"groundtrain {_version()}".strip()


def _settings(settings: DatasetSettings) -> Iterator[tuple[str, str]]:
    """How it is split, and settings that are not at their defaults, as TOML and JSON write them alike."""
    values: dict[str, Any] = msgspec.to_builtins(settings)
    usual = msgspec.to_builtins(DatasetSettings())
    for name, value in values.items():
        if value != usual.get(name):
            yield f"Setting dataset.{name}", msgspec.json.encode(value).decode()
    yield "Split", f"{settings.split}, {settings.validation:.0%} for validation"


def _version() -> str:
    """Of this package; functions in the cloud hold its files alone."""
    try:
        return version("groundtrain")
    except PackageNotFoundError:
        return ""
