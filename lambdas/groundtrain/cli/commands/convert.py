"""groundtrain convert: a manifest becomes a dataset in a directory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import UNSET

from groundtrain.cli.audience import current_audience
from groundtrain.cli.dataset_options import dataset_options, environment_of
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.file_options import (
    category_file_option,
    output_path,
    read_category_file,
    refuse_overwriting,
)
from groundtrain.cli.manifest_argument import workers_for, workers_option
from groundtrain.cli.printing import (
    example,
    format_option,
    print_findings,
    print_json,
    print_line,
    print_lines,
    print_table,
)
from groundtrain.cli.relabel_options import refuse_own_folder, relabel_options, relabel_request, told
from groundtrain.cli.split_options import (
    TEST_OPTION,
    VALIDATION_OPTION,
    opened_split,
    sides_given,
    split_options,
)
from groundtrain.dataset import convert as dataset_convert
from groundtrain.dataset.description import DESCRIPTION, REJECTED, Dataset, dataset_pieces
from groundtrain.dataset.directory import replaced_directory
from groundtrain.dataset.passes.line_reading import Workers
from groundtrain.dataset.split.sides import SIDES
from groundtrain.errors import GroundtrainError
from groundtrain.gate.decision import make_dataset
from groundtrain.manifest.classes.class_change_checks import proposed_renames
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.source import ManifestSource
from groundtrain.output.check_json import changes_document, renames_document
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import quantity, shortened
from groundtrain.record_keys import Keys
from groundtrain.relabeling.relabel import Relabeled, RelabelRequest, relabel
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from groundtrain.shell_commands import shell_command

_REASONS, _LONGEST_REASON = 10, 1000
_OFF = 0.25  # of the share that was asked for


@click.command(epilog=example("groundtrain convert output.manifest --output dataset --fix GT204"))
@click.argument("manifests", metavar="MANIFEST", nargs=-1, required=True)
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
    manifests: tuple[str, ...],
    validation_manifest: str | None,
    test_manifest: str | None,
    output: Path,
    settings: Path | None,
    category_file: Path | None,
    workers: int | None,
    form: str,
    **options: Any,
) -> None:
    """Turn MANIFEST (a file, - or s3://bucket/key) into a dataset to train on.

    It is split, or with --validation-manifest taken for training as it is.
    Writes train.manifest, validation.manifest, test.manifest if there is a test side, rejected.jsonl,
    report.json and dataset.json. Rejected lines are nothing unusual: the exit code is 0 when there is a
    dataset, 1 when there can be none.
    """
    request = relabel_request(options)
    environment = environment_of(settings, **options)
    sides = sides_given(manifests, validation_manifest, test_manifest, options)
    manifest = _only(manifests)
    for one in sides.values() or (manifest,):
        _refuse_own_input(one, output)
    if request is not None:
        refuse_own_folder(request, output, sides)
        refuse_overwriting([manifest, settings, category_file], {"--relabel": request.output})
    classes = read_category_file(category_file) if category_file else None
    with opened_split(manifest, sides) as source, replaced_directory(output) as directory:
        number = workers_for(source, workers)
        dataset, relabeled = _converted(source, environment, directory, classes, number, request)
    label_type = LABEL_TYPES[dataset.type]
    renames = proposed_renames(dataset.manifest_findings, environment.dataset.classes, label_type)
    if form == "json":
        to_label = {"relabel": msgspec.to_builtins(relabeled)} if relabeled else {}
        print_json({**_document(dataset, output), **renames_document(renames), **to_label})
    else:
        _print(dataset, output)
        print_lines(told(relabeled) if relabeled else ())
        print_lines(proposed_names_text(renames))
        if not sides:
            _print_share(dataset, environment.dataset)
        _print_gate(dataset, settings)
    _warn_of_empty_side(dataset)


def _converted(
    source: ManifestSource,
    environment: Environment,
    directory: Path,
    classes: Sequence[str] | None,
    workers: Workers,
    request: RelabelRequest | None,
) -> tuple[Dataset, Relabeled | None]:
    """Write a dataset, and what is to be labeled again, also where there is nothing else."""

    def relabeled(keys: Keys, type_name: str) -> Relabeled | None:
        rejected, settings = directory / REJECTED, environment.dataset
        return relabel(source, rejected, keys, type_name, settings, request) if request else None

    try:
        conversion = dataset_convert.convert(
            source, environment.dataset, directory, classes=classes, workers=workers
        )
    except dataset_convert.NoUsableRecordError as error:
        if written := relabeled(error.keys, error.type):
            print_lines(told(written), to_stderr=True)
        raise
    dataset = make_dataset(conversion, environment, directory)
    with (directory / DESCRIPTION).open("wb") as file:
        file.writelines(dataset_pieces(dataset))
    return dataset, relabeled(conversion.keys, dataset.type)


def _only(manifests: tuple[str, ...]) -> str:
    if len(manifests) > 1:
        merge = shell_command("groundtrain", "merge", *manifests, "--output", "FILE")
        raise GroundtrainError(
            f"convert makes a dataset of one manifest, and {len(manifests)} were named",
            fix=f"join them first: {merge}; if they are the sides of a split, name that for training, and"
            f" the others by {VALIDATION_OPTION} and {TEST_OPTION}",
        )
    return manifests[0]


def _refuse_own_input(manifest: str, output: Path) -> None:
    """The directory is replaced as a whole, with all that is in it."""
    if Path(manifest).exists() and Path(manifest).resolve().parent == output.resolve():
        raise GroundtrainError(
            f"--output {output} would overwrite {manifest}, which is read", fix="name another directory"
        )


def _warn_of_empty_side(dataset: Dataset) -> None:
    """Whatever the gate says: a dataset without one of its channels is hardly what was meant."""
    if dataset.train.records and dataset.validation.records:
        return
    empty = dataset.validation if dataset.train.records else dataset.train
    finding = next((one for one in dataset.manifest_findings if one.code == "GT402"), None)
    what = finding.told if finding else f"{empty.manifest} is empty"
    fix = finding.advice if finding else RULES["GT402"].fix
    tell_failure(f"warning: {what}; training needs both channels", current_audience().worded(fix))


def _document(dataset: Dataset, output: Path) -> dict[str, Any]:
    return {
        "output": str(output),
        "dataset_id": dataset.dataset_id,
        **({} if dataset.source.manifests is UNSET else {"manifests": dataset.source.manifests}),
        "records": dataset.source.records,
        "train": dataset.train.records,
        "validation": dataset.validation.records,
        **({} if dataset.test_records is None else {"test": dataset.test_records}),
        "rejected": dataset.rejected,
        "label": dataset.label,
        "type": dataset.type,
        "classes": dataset.classes,
        "reasons": dataset.reasons,
        "findings": dataset.findings,
        "fixed": dataset.fixed,
        **changes_document(dataset.class_changes),
        "statistics": dataset.statistics,
        "gate": {
            "open": dataset.gate.open,
            "reasons": [*map(current_audience().worded, dataset.gate.reasons)],
        },
    }


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
