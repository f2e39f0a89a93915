"""groundtrain import: labels in another form become an augmented manifest."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.completion import files
from groundtrain.cli.exchange_options import print_similar_names, read_date
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.import_command import import_command
from groundtrain.cli.printing import example, format_option, print_counted, print_json, print_line
from groundtrain.cli.progress import watched_each
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.registry import FORMATS
from groundtrain.formats.s3_manifest.gathered_labels import gather_labels
from groundtrain.formats.s3_manifest.importing import Imported, import_manifest
from groundtrain.formats.s3_manifest.table_columns import TABLE_FORMATS
from groundtrain.quantities import quantity

_GROUND_TRUTH = "groundtruth/"


@click.group(name="import")
def import_group() -> None:
    """Make an augmented manifest of labels in another form."""


for _format in FORMATS.values():
    if _format.read is not None:
        import_group.add_command(import_command(_format))


@import_group.command(
    name="s3-manifest",
    short_help="Join a classic S3 manifest with a table of labels.",
    epilog=example(
        "groundtrain import s3-manifest images.json --labels boxes.csv \\",
        "    --attribute pallets --output pallets.manifest",
    ),
)
@click.argument("file", shell_complete=files)
@click.option(
    "--labels", required=True, shell_complete=files, help="Table of the labels: CSV, or JSON Lines."
)
@click.option("--attribute", metavar="NAME", required=True, help="Name of the label attribute.")
@click.option("--output", type=output_path, metavar="FILE", required=True, help="The augmented manifest.")
@click.option(
    "--type",
    "type_name",
    type=click.Choice([name.removeprefix(_GROUND_TRUTH) for name in TABLE_FORMATS]),
    help="Of the labels; the table's columns tell it otherwise.",
)
@category_file_option
@click.option("--job", metavar="NAME", help="Labeling job to name; the label attribute's name otherwise.")
@click.option(
    "--created", metavar="DATE", callback=read_date, help="When the labels were made; now otherwise."
)
@format_option
def s3_manifest(
    file: str,
    labels: str,
    attribute: str,
    output: Path,
    type_name: str | None,
    category_file: Path | None,
    job: str | None,
    created: datetime,
    form: str,
) -> None:
    """Join FILE, a classic S3 manifest ([{"prefix": …}, "key", …]), with a table of labels.

    FILE and the table are files, - or s3://bucket/key. The exit code is 1 when keys and labels do not match
    one to one; what matches is written all the same.
    """
    refuse_overwriting([file, labels, category_file], {"--output": output})
    categories = read_category_file(category_file) if category_file else ()
    full_name = _GROUND_TRUTH + type_name if type_name else None
    with (
        opened_manifest(file) as keys,
        opened_manifest(labels) as values,
        watched_each([keys, values]) as (classic, table),
    ):
        gathered = gather_labels(table, full_name, categories)
        imported = import_manifest(classic, gathered, Origin(attribute, job or attribute, created), output)
    if form == "json":
        print_json({"output": str(output), **msgspec.to_builtins(imported)})
    else:
        _print(imported, output)
    if any(mismatch.count for *_, mismatch in _mismatches(imported)):
        exit_with(FINDINGS)


def _mismatches(imported: Imported) -> tuple[tuple[str, str, CountedExamples], ...]:
    return (
        ("key", "without a label", imported.keys_without_label),
        ("label", "without a key", imported.labels_without_key),
        ("key", "listed again", imported.repeated_keys),
    )


def _print(imported: Imported, output: Path) -> None:
    for mismatch in _mismatches(imported):
        print_counted(*mismatch)
    print_counted("address", "with s3:// twice, written once", imported.fixed_addresses, "addresses")
    print_similar_names(imported.similar_names)
    print_line(
        f"{output}: {quantity(imported.records, 'record')} of {imported.label} ({imported.type}),"
        f" {quantity(len(imported.classes), 'class', 'classes')}"
    )
