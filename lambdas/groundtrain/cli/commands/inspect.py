"""groundtrain inspect: what a manifest holds, and one record as a picture."""

from pathlib import Path

import click
from msgspec import UNSET

from groundtrain.calls.files import refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.file_options import input_path, output_path
from groundtrain.cli.image_options import former_images_option, image_dir_option
from groundtrain.cli.manifest_argument import manifest_argument
from groundtrain.cli.printing import (
    example,
    format_option,
    print_findings,
    print_json,
    print_line,
    print_lines,
    print_table,
)
from groundtrain.cli.progress import watched
from groundtrain.dataset.overview import LabelOverview, Overview, build_overview
from groundtrain.dataset.split.sides import SPLIT_ATTRIBUTE
from groundtrain.manifest.source import ManifestSource
from groundtrain.output.label_statistics import statistics_text
from groundtrain.quantities import quantity


@click.command(epilog=example("groundtrain inspect output.manifest --draw first.png --image-dir photos"))
@manifest_argument
@click.option("--label", help="Label attribute to look at; all of them otherwise.")
@click.option("--draw", type=output_path, metavar="OUT.png", help="Draw one record's boxes.")
@click.option("--image", type=input_path, help="The record's image.")
@image_dir_option("Directory of images, laid out as in the bucket or flat.")
@former_images_option
@click.option("--line", type=click.IntRange(min=1), help="Line to draw; the first one with boxes otherwise.")
@format_option
def inspect(
    manifest: str,
    label: str | None,
    draw: Path | None,
    image: Path | None,
    image_dir: Path | None,
    images: Path | None,
    line: int | None,
    form: str,
) -> None:
    """Show what MANIFEST (a file, - or s3://bucket/key) holds: its labels, classes, counts and sizes.

    The exit code is 0 when it could be read, however poor its labels are, and 1 when it is no manifest.
    """
    image_dir = image_dir or images
    if draw is None and (image or image_dir or line):
        raise click.UsageError("--image, --image-dir and --line say what to draw: add --draw OUT.png")
    refuse_overwriting([manifest, image], {"--draw": draw})
    with opened_manifest(manifest) as source:
        with watched(source) as read:
            overview = build_overview(read, label)
        if draw is not None:
            _draw(source, label, line, image, image_dir, draw)
        if form == "json":
            print_json(overview)
        else:
            _print(overview)


def _draw(
    source: ManifestSource,
    label: str | None,
    line: int | None,
    image: Path | None,
    images: Path | None,
    draw: Path,
) -> None:
    # Pillow takes a moment to load, which looking without a picture spares
    from groundtrain.output.drawing import draw_record, find_image, pick_record

    number, record = pick_record(source, label, line)
    image = image or (find_image(images, record.source) if images else None)
    refuse_overwriting([image], {"--draw": draw})
    draw_record(record, image, draw)
    where = image or "a blank image, for none was named (--image or --image-dir)"
    print_line(f"Line {number} drawn on {where}: {draw}", to_stderr=True)


def _print(overview: Overview) -> None:
    size = f"{quantity(overview.records, 'record')}, {quantity(overview.bytes, 'byte')}"
    print_line(f"{overview.manifest}: {size}")
    if overview.sides is not UNSET:
        sides = ", ".join(f"{side} {count:,}" for side, count in overview.sides.items())
        print_line(f"The attribute {SPLIT_ATTRIBUTE} says: {sides}")
    for label in overview.labels:
        print_line()
        _print_label(label, overview.records)
    if overview.labels_not_shown:
        others = quantity(overview.labels_not_shown, "more label attribute")
        print_lines(("", f"and {others}; --label NAME shows one of them"))
    print_lines(("", f"{overview.manifest}: {size}, {_in_short(overview)}"))


def _in_short(overview: Overview) -> str:
    """Its labels in words that can be quoted."""
    number = len(overview.labels) + overview.labels_not_shown
    if number != 1:
        return quantity(number, "label attribute")
    (label,) = overview.labels
    usable = label.usable or 0
    return f"{label.name} usable {usable:,}, rejected {overview.records - usable:,}"


def _print_label(label: LabelOverview, records: int) -> None:
    print_line(label.name)
    rows = [("type", label.type), ("job", label.job), ("date", label.created)]
    print_table([row for row in rows if row[1]])
    if label.usable is None:
        print_line("  Labels of this type are unknown.")
        return
    print_table([("usable", label.usable), ("rejected", records - label.usable)])
    print_lines(statistics_text(label.type, label.noun, label.usable, label.statistics, label.classes))
    print_findings(label.records_with_findings, label.manifest_findings)
