"""The SOURCE argument of publish: a manifest, or labels in any form that is imported, as a manifest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from msgspec import Struct
from msgspec.structs import replace

from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.exchange_options import source_path
from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.format import Exchange, Format, FormatOption
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.importing import ImportedLabels, import_labels
from groundtrain.formats.losses import Losses
from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.registry import FORMATS
from groundtrain.manifest.other_formats import (
    MANIFEST,
    OtherFormatError,
    refuse_other_formats,
    what_it_is,
)
from groundtrain.manifest.source import FileManifest, ManifestSource, shown_name
from groundtrain.publishing.image_sources import OF_THIS_MACHINE, usual_folders
from groundtrain.publishing.publish import Labels

READABLE = {name: each for name, each in FORMATS.items() if each.read is not None}
_DATED = "%Y-%m-%dT%H:%M:%S.%f"


def format_options() -> tuple[FormatOption, ...]:
    """The own options of all formats; one that several have is there once, with the choices of all."""
    options: dict[str, FormatOption] = {}
    for each in READABLE.values():
        for one in each.read_options:
            choices = (*(options[one.name].choices if one.name in options else ()), *one.choices)
            options[one.name] = replace(one, choices=tuple(dict.fromkeys(choices)))
    return tuple(options.values())


class ReadLabels(Struct, frozen=True):
    """What SOURCE holds.

    Attributes:
        labels: as a manifest.
        folders: where its images may be, unless a person says.
        imported: None for a manifest.
        losses: what was not carried.
    """

    labels: Labels
    folders: tuple[Path, ...]
    imported: ImportedLabels | None
    losses: Losses


class Wanted(Struct, frozen=True):
    """What the options say of SOURCE.

    Attributes:
        format: as --from names it, "" to find out.
        folder: of images, None where none is named.
        attribute: label attribute of what is imported.
        classes: of the label category file.
        created: when the labels were made, None for now.
        keep: label attributes of a manifest to publish, none for all.
        options: own options of formats.
    """

    format: str
    folder: Path | None
    attribute: str
    classes: tuple[str, ...]
    created: datetime | None
    keep: tuple[str, ...]
    options: Mapping[str, Any]


@contextmanager
def opened_labels(source: str, wanted: Wanted, workplace: Path) -> Iterator[ReadLabels]:
    """The labels at a path or address; those in another form are imported into a folder.

    Raises:
        ManifestError: it is in no form that is known, or cannot be understood.
        GroundtrainError: it does not exist, or cannot be read.
    """
    if wanted.format:
        yield _imported_as_said(source_path(source), wanted, workplace)
        return
    if source != "-" and Path(source).is_dir():
        yield _imported(_of_folder(Path(source)), Path(source), wanted, workplace)
        return
    with opened_manifest(source) as manifest:
        if (known := _format_of(manifest)) is not None:
            yield _imported(known, source_path(source), wanted, workplace)
        else:
            _refuse_foreign_options(None)
            labels = Labels(manifest, wanted.classes, keep=wanted.keep)
            yield ReadLabels(labels, (), None, Losses())


def _imported_as_said(path: Path, wanted: Wanted, workplace: Path) -> ReadLabels:
    """Import what --from says it is; what is clearly another thing is told with what --from would be.

    Raises:
        ManifestError, GroundtrainError
    """
    try:
        return _imported(READABLE[wanted.format], path, wanted, workplace)
    except ManifestError as error:
        found = what_it_is(FileManifest(path))
        if found is None or found.format == wanted.format or not (found.format or found is MANIFEST):
            raise
        say = f"say --from {found.format}, or " if found.format else ""
        raise ManifestError(error.message, fix=f"{say}leave --from out") from error


def _format_of(manifest: ManifestSource) -> Format | None:
    """The format that a file is of; None for a manifest.

    Raises:
        ManifestError: it is something else.
    """
    try:
        refuse_other_formats(manifest)
    except OtherFormatError as error:
        if error.format not in READABLE or error.path is None:
            raise
        return READABLE[error.format]
    return None


def _of_folder(folder: Path) -> Format:
    try:
        found = _format_of(FileManifest(folder))
    except OtherFormatError:
        raise
    except GroundtrainError:
        found = None
    if found is None:
        known = ", ".join(READABLE)
        raise GroundtrainError(
            f"{shown_name(folder)} is a folder, and it is not clear of what", fix=f"say it by --from: {known}"
        )
    return found


def _imported(format_: Format, path: Path, wanted: Wanted, workplace: Path) -> ReadLabels:
    _refuse_foreign_options(format_)
    assert format_.read is not None
    exchange = Exchange(ImageFolder(wanted.folder), Losses(), _options_of(format_, wanted.options))
    created = wanted.created or datetime.now(UTC)
    output = workplace / "imported.manifest"
    imported = import_labels(
        format_.read(path, exchange),
        exchange,
        Origin(wanted.attribute, wanted.attribute, created),
        output,
        prefix=OF_THIS_MACHINE,
        categories=wanted.classes,
    )
    labels = Labels(
        FileManifest(output, name=f"{shown_name(path)} as a manifest"),
        imported.classes,
        "" if wanted.created else created.strftime(_DATED),
        is_imported=True,
    )
    return ReadLabels(labels, usual_folders(path), imported, exchange.losses)


def _options_of(format_: Format, values: Mapping[str, Any]) -> dict[str, Any]:
    """With the format's own defaults, and none but its own choices.

    Raises:
        UsageError
    """
    own = dict(values)
    for option in format_.read_options:
        if not option.choices or own.get(option.key) in option.choices:
            continue
        if _is_given(option):
            raise click.UsageError(
                f"{option.name}: of {format_.title} it is {', or '.join(option.choices)},"
                f" not {own[option.key]}"
            )
        own[option.key] = option.choices[0]
    return own


def _is_given(option: FormatOption) -> bool:
    return click.get_current_context().get_parameter_source(option.key) is ParameterSource.COMMANDLINE


def _refuse_foreign_options(format_: Format | None) -> None:
    """Check that each option of a format that was given is one of this format.

    Raises:
        UsageError
    """
    own = {option.key for option in format_.read_options} if format_ else set[str]()
    for option in format_options():
        if _is_given(option) and option.key not in own:
            what = f"{format_.title} has no such option" if format_ else "a manifest needs no such option"
            raise click.UsageError(f"{option.name}: SOURCE is read as it is, and {what}")
