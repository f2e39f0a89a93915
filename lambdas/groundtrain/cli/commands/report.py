"""groundtrain report: a page to look at, with pictures, of a manifest or a dataset."""

from pathlib import Path
from typing import Any

import click

from groundtrain.calls.report import report as make_report
from groundtrain.calls.report import report_document
from groundtrain.cli.audience import current_audience
from groundtrain.cli.dataset_options import dataset_options
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.manifest_argument import manifest_argument
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.progress import watched
from groundtrain.cli.split_options import split_options
from groundtrain.reporting.choice import MOST_SHOWN, SAMPLE


@click.command(epilog=example("groundtrain report output.manifest --image-dir photos"))
@manifest_argument
@click.option(
    "--output", type=output_path, metavar="FILE", default="report.html", show_default=True, help="The page."
)
@split_options
@image_dir_option("Directory that holds the images; without it the labels are drawn on blank ones.")
@click.option(
    "--predictions",
    metavar="MANIFEST",
    help="What a model found, as predict writes it: it is shown beside what is labeled.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1, max=MOST_SHOWN),
    default=SAMPLE,
    show_default=True,
    metavar="N",
    help="Records that are shown.",
)
@dataset_options
@category_file_option
@format_option
def report(manifest: str, output: Path, form: str, **options: Any) -> None:
    """Make a page to look at of MANIFEST (a file, -, s3://bucket/key, or a dataset): one HTML file.

    It says whether it will train, what is wrong and what is left out, and shows records with their labels.
    The exit code is 0 when there is a page, whatever it says.
    """
    reported = make_report(manifest, output, audience=current_audience(), watch=watched, **options)
    if form == "json":
        print_json(report_document(reported))
    else:
        print_line(f"{reported.subject.title}: {reported.verdict}")
        print_line(f"Report: {output}")
