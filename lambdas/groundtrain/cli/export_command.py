"""`groundtrain export FORMAT`: the command of one format, made from what the format says of itself."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.command_options import add_options
from groundtrain.cli.exchange_options import losses_document, print_losses, with_options
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.manifest_argument import manifest_argument
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.progress import watched
from groundtrain.formats.exporting import LabelsToExport, labels_to_export
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem
from groundtrain.formats.losses import Losses
from groundtrain.quantities import quantity

_OPTIONS = (
    manifest_argument,
    click.option("--label", help="Label attribute; needed when there are several."),
    image_dir_option("Directory of the images, where the format needs them."),
    category_file_option,
    click.option("--output", type=output_path, metavar="PATH", required=True, help="What is written."),
    format_option,
)


def export_command(format_: Format) -> click.Command:
    """The command that exports labels to a format."""

    def command(manifest: str, form: str, **given: Any) -> None:
        _run(format_, manifest, form, given)

    command = add_options(command, _OPTIONS)
    command.__doc__ = (
        f"Write the labels of MANIFEST (a file, - or s3://bucket/key) as {format_.target}.\n\n"
        "Each image is there once, with the label of the first line that names it. What is not carried is"
        " counted and named at the end. The exit code is 1 when labels are left out or changed."
    )
    return click.command(
        name=format_.name,
        short_help=f"Export {format_.title}.",
        epilog=example(f"groundtrain export {format_.name} output.manifest --output PATH"),
    )(with_options(command, format_.write_options))


def _run(format_: Format, manifest: str, form: str, given: dict[str, Any]) -> None:
    output = given["output"]
    refuse_overwriting([manifest, given["category_file"]], {"--output": output})
    categories = read_category_file(given["category_file"]) if given["category_file"] else ()
    exchange = Exchange(ImageFolder(given["image_dir"]), Losses(), given)
    assert format_.write is not None
    written = _Written()
    with opened_manifest(manifest) as opened, watched(opened) as source:
        labels = labels_to_export(source, given["label"], format_, exchange.losses, categories)
        found = replace(labels.found, items=written.counted(labels.found.items))
        format_.write(found, output, exchange)
    if form == "json":
        print_json(_document(labels, written, exchange.losses, output))
    else:
        images = quantity(written.items, "image" if labels.prefix else "text")
        where = f" below {labels.prefix}" if labels.prefix else ""
        print_losses(exchange.losses)
        print_line(f"{output}: {images}{where} with {quantity(written.labels, 'label')} of {labels.label}")
    if exchange.losses.lost_labels:
        exit_with(FINDINGS)


class _Written:
    """Counts what is handed to be written."""

    def __init__(self) -> None:
        self.items, self.labels = 0, 0

    def counted(self, items: Iterable[LabeledItem]) -> Iterator[LabeledItem]:
        """The items, each counted with its labels."""
        for item in items:
            self.items += 1
            self.labels += sum(1 for _ in item.names())
            yield item


def _document(labels: LabelsToExport, written: _Written, losses: Losses, output: Path) -> dict[str, object]:
    return {
        "output": str(output),
        "label": labels.label,
        "type": labels.type,
        "prefix": labels.prefix,
        "items": written.items,
        "labels": written.labels,
        **losses_document(losses),
    }
