"""groundtrain convert: a manifest becomes a dataset in a directory."""

from pathlib import Path
from typing import Any

import click

from groundtrain.calls.convert import convert as convert_manifest
from groundtrain.cli.audience import current_audience
from groundtrain.cli.completion import files
from groundtrain.cli.dataset_options import dataset_options
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.manifest_argument import workers_option
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
from groundtrain.cli.relabel_options import relabel_options, told
from groundtrain.cli.split_options import split_options
from groundtrain.dataset.description import Dataset
from groundtrain.dataset.split.sides import SIDES
from groundtrain.output.convert_json import dataset_document
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import quantity, shortened
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings

_REASONS, _LONGEST_REASON = 10, 1000
_OFF = 0.25  # of the share that was asked for


@click.command(epilog=example("groundtrain convert output.manifest --output dataset --fix GT204"))
@click.argument("manifests", metavar="MANIFEST", nargs=-1, required=True, shell_complete=files)
@click.option(
    "--output",
    type=output_path,
    metavar="DIRECTORY",
    required=True,
    help="New, empty, or an earlier dataset.",
)
@split_options
@dataset_options
@category_file_option
@relabel_options
@workers_option
@format_option
def convert(
    manifests: tuple[str, ...], output: Path, settings: Path | None, form: str, **options: Any
) -> None:
    """Turn MANIFEST (a file, - or s3://bucket/key) into a dataset to train on.

    It is split, or with --validation-manifest taken for training as it is.
    Writes train.manifest, validation.manifest, test.manifest if there is a test side, rejected.jsonl,
    report.json and dataset.json. Rejected lines are nothing unusual: the exit code is 0 when there is a
    dataset, 1 when there can be none.
    """
    converted = convert_manifest(
        manifests,
        output,
        settings=settings,
        watch=watched,
        on_relabeled=lambda written: print_lines(told(written), to_stderr=True),
        **options,
    )
    dataset, renames, relabeled = converted.dataset, converted.renames, converted.relabeled
    if form == "json":
        print_json(dataset_document(dataset, str(output), renames, relabeled, current_audience().worded))
    else:
        _print(dataset, output)
        print_lines(told(relabeled) if relabeled else ())
        print_lines(proposed_names_text(renames))
        if not converted.sides:
            _print_share(dataset, converted.environment.dataset)
        _print_gate(dataset, settings)
    _warn_of_empty_side(dataset)
    if form != "json":
        print_line(_in_short(dataset, output))


def _warn_of_empty_side(dataset: Dataset) -> None:
    """Whatever the gate says: a dataset without one of its channels is hardly what was meant."""
    if dataset.train.records and dataset.validation.records:
        return
    empty = dataset.validation if dataset.train.records else dataset.train
    finding = next((one for one in dataset.manifest_findings if one.code == "GT402"), None)
    what = finding.told if finding else f"{empty.manifest} is empty"
    fix = finding.advice if finding else RULES["GT402"].fix
    tell_failure(f"warning: {what}; training needs both channels", current_audience().worded(fix))


def _print(dataset: Dataset, output: Path) -> None:
    classes = quantity(len(dataset.classes), "class", "classes")
    print_line(f"{dataset.label} ({dataset.type}), {classes}")
    sides = zip(SIDES, dataset.sides, strict=False)
    print_table(
        [
            ("records", dataset.source.records, ""),
            *((side, split.records, str(output / split.manifest)) for side, split in sides),
            ("rejected", dataset.rejected, str(output / "rejected.jsonl") if dataset.rejected else ""),
        ]
    )
    print_findings(dataset.records_with_findings, dataset.manifest_findings, dataset.fixed)


def _in_short(dataset: Dataset, output: Path) -> str:
    """What became of it in a line that can be quoted."""
    sides = [f"{side} {split.records:,}" for side, split in zip(SIDES, dataset.sides, strict=False)]
    gate = "open" if dataset.gate.open else "closed"
    return f"{output}: {', '.join(sides)}, rejected {dataset.rejected:,}; the gate is {gate}"


def _print_share(dataset: Dataset, settings: DatasetSettings) -> None:
    """A stable split looks at each image for itself: in a small set its share is off, and nobody is told."""
    by_names = settings.split_attribute or settings.group_by or settings.group_attribute
    if settings.split != "stable" or by_names:
        return
    usable = sum(side.records for side in dataset.sides)
    shares = {"Validation": (dataset.validation.records, settings.validation)}
    if settings.test:
        shares["Test"] = dataset.test_records or 0, settings.test
    for side, (found, share) in shares.items():
        if found and abs(found - share * usable) >= max(1.0, _OFF * share * usable):
            print_line(
                f"{side} has {found} of {usable} records ({found / usable:.0%}),"
                f" where {share:.0%} was asked: a stable split, which keeps each image on its side"
                " as the set grows, is off in small sets. --split stratified comes closer."
            )


def _print_gate(dataset: Dataset, settings: Path | None) -> None:
    if not dataset.gate.open:
        whose = settings or "the default settings"
        print_line(f"The gate of {whose} is closed:")
        reasons = [*map(current_audience().worded, dataset.gate.reasons)]
        for reason in reasons[:_REASONS]:
            print_line(f"  - {shortened(reason, _LONGEST_REASON)}")
        if len(reasons) > _REASONS:
            print_line(f"  and {len(reasons) - _REASONS} more (--format json has them all)")
