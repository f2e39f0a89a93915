"""groundtrain convert: a manifest becomes a dataset in a directory."""

from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace

from groundtrain.checking.gate import decide_gate
from groundtrain.cli.manifests import manifest_argument, opened_manifest
from groundtrain.cli.options import dataset_options, environment_of
from groundtrain.cli.printing import format_option, print_json, print_table, printable
from groundtrain.dataset import convert as dataset_convert
from groundtrain.dataset.description import DESCRIPTION, Dataset, dump_dataset
from groundtrain.dataset.directory import replaced_directory
from groundtrain.manifest.rules import RULES
from groundtrain.quantities import quantity
from groundtrain.settings.environment import Environment


@click.command()
@manifest_argument
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Directory: new, empty, or an earlier dataset.",
)
@dataset_options
@format_option
def convert(manifest: str, output: Path, form: str, **options: Any) -> None:
    """Turn MANIFEST (a file, - or s3://bucket/key) into a dataset to train on.

    Writes train.manifest, validation.manifest, rejected.jsonl, report.json and dataset.json. Rejected lines
    are nothing unusual: the exit code is 0 when there is a dataset, 1 when there can be none.
    """
    environment = environment_of(**options)
    with opened_manifest(manifest) as source, replaced_directory(output) as directory:
        dataset = dataset_convert.convert(source, environment.dataset, directory)
        dataset = _decided(dataset, environment)
        (directory / DESCRIPTION).write_bytes(dump_dataset(dataset))
    if form == "json":
        print_json(_document(dataset, output))
    else:
        _print(dataset, output)


def _decided(dataset: Dataset, environment: Environment) -> Dataset:
    return replace(dataset, gate=decide_gate(dataset, environment))


def _document(dataset: Dataset, output: Path) -> dict[str, Any]:
    return {
        "output": str(output),
        "dataset_id": dataset.dataset_id,
        "records": dataset.source.records,
        "train": dataset.train.records,
        "validation": dataset.validation.records,
        "rejected": dataset.rejected,
        "label": dataset.label,
        "type": dataset.type,
        "classes": dataset.classes,
        "reasons": dataset.reasons,
        "findings": dataset.findings,
        "statistics": dataset.statistics,
        "gate": msgspec.to_builtins(dataset.gate),
    }


def _print(dataset: Dataset, output: Path) -> None:
    classes = quantity(len(dataset.classes), "class", "classes")
    click.echo(f"{printable(dataset.label)} ({dataset.type}), {classes}")
    print_table(
        [
            ("records", dataset.source.records, ""),
            ("train", dataset.train.records, str(output / dataset.train.manifest)),
            ("validation", dataset.validation.records, str(output / dataset.validation.manifest)),
            ("rejected", dataset.rejected, str(output / "rejected.jsonl") if dataset.rejected else ""),
        ]
    )
    print_findings(dataset.findings)
    if not dataset.gate.open:
        click.echo("Training would be refused:")
        for reason in dataset.gate.reasons:
            click.echo(f"  - {printable(reason)}")


def print_findings(findings: dict[str, int]) -> None:
    """Print how often each rule was met, and what to do."""
    if findings:
        click.echo("Findings:")
        print_table((code, RULES[code].name, count, RULES[code].fix) for code, count in findings.items())
