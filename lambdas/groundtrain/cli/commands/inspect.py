"""groundtrain inspect: what a manifest holds, and its records as pictures."""

from pathlib import Path

import click
from msgspec import UNSET

from groundtrain.calls.files import refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.drawing_options import Wish, draw_wish, drawing_options
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
from groundtrain.output.label_statistics import statistics_text
from groundtrain.quantities import quantity


@click.command(
    epilog=example("groundtrain inspect output.manifest --draw sheet.png --sheet 12 --image-dir photos")
)
@manifest_argument
@click.option("--label", help="Label attribute to look at; all of them otherwise.")
@drawing_options
@format_option
def inspect(
    manifest: str,
    label: str | None,
    draw: Path | None,
    image: Path | None,
    image_dir: Path | None,
    images: Path | None,
    line: int | None,
    sheet: int | None,
    class_name: str | None,
    rejected: bool,
    form: str,
) -> None:
    """Show what MANIFEST (a file, - or s3://bucket/key) holds: its labels, classes, counts and sizes.

    With --draw a record is drawn with its labels, and what the rules find on it is marked; with --sheet
    several are, chosen so that each class, each kind of finding and the fullest are seen. The suffix of the
    file says how: PNG, JPEG, WebP, or SVG.

    The exit code is 0 when it could be read, however poor its labels are, and 1 when it is no manifest.
    """
    wish = Wish(draw, image, image_dir or images, line, sheet, class_name, rejected)
    wish.refuse_what_does_not_fit()
    refuse_overwriting([manifest, image], {"--draw": draw})
    with opened_manifest(manifest) as source:
        with watched(source) as read:
            overview = build_overview(read, label)
        if draw is not None:
            draw_wish(wish, source, label)
        if form == "json":
            print_json(overview)
        else:
            _print(overview)


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
