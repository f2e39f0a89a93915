"""groundtrain export: an augmented manifest in another form."""

from pathlib import Path

import click
import msgspec

from groundtrain.calls.files import refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.export_command import export_command
from groundtrain.cli.file_options import output_path
from groundtrain.cli.manifest_argument import manifest_argument
from groundtrain.cli.printing import (
    example,
    format_option,
    print_counted,
    print_json,
    print_line,
    print_lines,
)
from groundtrain.cli.progress import watched
from groundtrain.formats.registry import FORMATS
from groundtrain.formats.s3_manifest.exporting import ExportedLabels, export_keys, export_labels
from groundtrain.formats.s3_manifest.named_objects import Objects, look_for_objects
from groundtrain.quantities import quantity
from groundtrain.shell_commands import shell_argument


@click.group(name="export")
def export_group() -> None:
    """Write an augmented manifest in another form."""


for _format in FORMATS.values():
    if _format.write is not None:
        export_group.add_command(export_command(_format))


@export_group.command(
    name="s3-manifest",
    short_help="Write a classic S3 manifest, and a table of the labels.",
    epilog=example("groundtrain export s3-manifest output.manifest --output keys.json --labels labels.csv"),
)
@manifest_argument
@click.option("--output", type=output_path, metavar="FILE", required=True, help="The classic manifest.")
@click.option("--labels", type=output_path, metavar="FILE", help="Table of the labels: .csv, or .jsonl.")
@click.option("--label", help="Label attribute of the table; needed when there are several.")
@click.option("--bucket", default="", help="Only objects in this bucket; needed when there are several.")
@format_option
def s3_manifest(
    manifest: str, output: Path, labels: Path | None, label: str | None, bucket: str, form: str
) -> None:
    """Write the objects of MANIFEST (a file, - or s3://bucket/key) as a classic S3 manifest.

    Each object is listed once; its label is that of the first line that names it. The exit code is 1 when
    lines name no object, when objects in the table have no label, or when later lines have further labels.
    """
    refuse_overwriting([manifest], {"--output": output, "--labels": labels})
    table = None
    with opened_manifest(manifest) as opened, watched(opened) as source:
        objects = look_for_objects(source, bucket)
        if labels is not None:
            table = export_labels(objects, label, labels)
        keys = export_keys(objects, output)
    if form == "json":
        print_json(_document(objects, keys, table, output))
    else:
        _print(objects, keys, table, output, labels)
    if objects.without_address.count or (table and (table.without_label.count or objects.repeated.count)):
        exit_with(FINDINGS)


def _document(objects: Objects, keys: int, table: ExportedLabels | None, output: Path) -> dict[str, object]:
    return {
        "output": str(output),
        "prefix": objects.prefix,
        "keys": keys,
        "without_address": msgspec.to_builtins(objects.without_address),
        "fixed_addresses": msgspec.to_builtins(objects.fixed),
        "repeated": msgspec.to_builtins(objects.repeated),
        "other_buckets": msgspec.to_builtins(objects.other_buckets),
        "labels": msgspec.to_builtins(table),
    }


def _print(
    objects: Objects, keys: int, table: ExportedLabels | None, output: Path, labels: Path | None
) -> None:
    if table is not None:
        print_line(f"{labels}: {quantity(table.rows, 'row')} of {table.label} ({table.type})")
        print_lines(f"{labels}: {message}" for message in table.added)
        _print_table_losses(objects, table)
    print_counted("line", "without the address of an object", objects.without_address)
    print_counted("address", "with s3:// twice, written once", objects.fixed, "addresses")
    print_counted("line", "in other buckets", objects.other_buckets)
    print_line(f"{output}: {quantity(keys, 'key')} below {objects.prefix}")


def _print_table_losses(objects: Objects, table: ExportedLabels) -> None:
    """What the manifest says and the table does not, and cells that mean something else elsewhere."""
    print_counted("object", "without a label that can be read", table.without_label)
    if table.elsewhere:
        take = " ".join(f"--take {shell_argument(name)}" for name in (table.label, *table.elsewhere))
        print_line(
            f"{quantity(max(table.elsewhere.values()), 'of them has', 'of them have')} a label under"
            f" {', '.join(table.elsewhere)}; join them: groundtrain merge FILE {take} --output FILE",
            to_stderr=True,
        )
    print_counted(
        "line", "with the object of an earlier one, whose labels are not in the table", objects.repeated
    )
    if table.not_in_table:
        lines = [f"{name} on {quantity(count, 'line')}" for name, count in table.not_in_table.items()]
        print_line(f"Labels that are not in the table: {', '.join(lines)}", to_stderr=True)
    print_counted("cell", "that a spreadsheet program takes for a formula, kept as it is", table.formulas)
