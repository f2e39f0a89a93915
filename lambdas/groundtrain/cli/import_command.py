"""`groundtrain import FORMAT`: the command of one format, made from what the format says of itself."""

from pathlib import Path
from typing import Any

import click
import msgspec

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.cli.command_options import add_options
from groundtrain.cli.completion import files
from groundtrain.cli.exchange_options import (
    losses_document,
    print_losses,
    print_similar_names,
    read_date,
    source_path,
    with_options,
)
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.printing import example, format_option, print_counted, print_json, print_line
from groundtrain.cli.progress_bar import working
from groundtrain.errors import GroundtrainError
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.image_addresses import folder_address
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.importing import ImportedLabels, import_labels
from groundtrain.formats.labeled_items import LabeledItems
from groundtrain.formats.losses import Losses
from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.wrong_file import of_folder
from groundtrain.manifest.classes.class_spellings import renames_among
from groundtrain.output.check_json import renames_document
from groundtrain.quantities import quantity

_OPTIONS = (
    click.argument("source", shell_complete=files),
    click.option("--attribute", metavar="NAME", required=True, help="Name of the label attribute."),
    click.option(
        "--image-prefix",
        metavar="s3://BUCKET/FOLDER/",
        help="Where the images are in S3; it is put before their names.",
    ),
    image_dir_option("Directory of the images: says which are missing, and their sizes if SOURCE does not."),
    category_file_option,
    click.option("--job", metavar="NAME", help="Labeling job to name; the label attribute's name otherwise."),
    click.option(
        "--created", metavar="DATE", callback=read_date, help="When the labels were made; now otherwise."
    ),
    click.option("--output", type=output_path, metavar="FILE", required=True, help="The augmented manifest."),
    format_option,
)


def import_command(format_: Format) -> click.Command:
    """The command that imports labels of a format."""

    def command(source: str, form: str, **given: Any) -> None:
        _run(format_, source, form, given)

    command = add_options(command, _OPTIONS)
    command.__doc__ = (
        f"Make an augmented manifest of SOURCE, {format_.source}.\n\n"
        "What is not carried is counted and named at the end. The exit code is 1 when labels are left out or"
        " changed, or images of --image-dir are missing; the rest is written all the same."
    )
    return click.command(
        name=format_.name,
        short_help=f"Import {format_.title}.",
        epilog=example(
            f"groundtrain import {format_.name} SOURCE --attribute labels \\",
            "    --image-prefix s3://bucket/images/ --output labels.manifest",
        ),
    )(with_options(command, format_.read_options))


def _run(format_: Format, source: str, form: str, given: dict[str, Any]) -> None:
    output, created = given["output"], given["created"]
    refuse_overwriting([source, given["category_file"]], {"--output": output})
    prefix = folder_address(given["image_prefix"]) if given["image_prefix"] else ""
    categories = read_category_file(given["category_file"]) if given["category_file"] else ()
    exchange = Exchange(ImageFolder(given["image_dir"]), Losses(), given, categories)
    origin = Origin(given["attribute"], given["job"] or given["attribute"], created)
    with working(f"Reading {source}"):
        found = _read(format_, source_path(source), exchange)
        imported = import_labels(found, exchange, origin, output, prefix=prefix, categories=categories)
    if form == "json":
        print_json(_document(imported, exchange, output))
    else:
        _print(imported, exchange, output)
    if exchange.losses.lost_labels or exchange.images.missing.count:
        exit_with(FINDINGS)


def _read(format_: Format, path: Path, exchange: Exchange) -> LabeledItems:
    assert format_.read is not None
    try:
        return format_.read(path, exchange)
    except GroundtrainError as error:
        raise of_folder(error, path, format_.name) from error


def _document(imported: ImportedLabels, exchange: Exchange, output: Path) -> dict[str, object]:
    return {
        "output": str(output),
        **msgspec.to_builtins(imported),
        **renames_document(renames_among(imported.similar_names)),
        "missing_images": msgspec.to_builtins(exchange.images.missing),
        "turned_images": msgspec.to_builtins(exchange.images.turned),
        **losses_document(exchange.losses),
    }


def _print(imported: ImportedLabels, exchange: Exchange, output: Path) -> None:
    if imported.splits:
        sides = ", ".join(f"{side} {count:,}" for side, count in imported.splits.items())
        print_line(f"The attribute split says: {sides}")
    images = exchange.images
    print_counted("image", "not in the directory of images", images.missing)
    print_counted("image", "turned by EXIF, whose size is that of the image as shown", images.turned)
    print_similar_names(imported.similar_names)
    print_losses(exchange.losses)
    negatives = f", {imported.without_objects:,} without objects" if imported.without_objects else ""
    print_line(
        f"{output}: {quantity(imported.records, 'record')} of {imported.label} ({imported.type}){negatives},"
        f" {quantity(len(imported.classes), 'class', 'classes')}"
    )
