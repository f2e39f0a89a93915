"""groundtrain report: a page to look at, with pictures, of a manifest or a dataset."""

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from groundtrain.cli.audience import current_audience
from groundtrain.cli.dataset_options import dataset_options, environment_of
from groundtrain.cli.file_options import (
    category_file_option,
    output_path,
    read_category_file,
    refuse_overwriting,
)
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.progress import watched
from groundtrain.cli.split_options import opened_split, sides_given, split_options
from groundtrain.output_files import replaced_file
from groundtrain.reporting.choice import SAMPLE
from groundtrain.reporting.contents import contents_of
from groundtrain.reporting.page_file import page_pieces
from groundtrain.reporting.pictures import Thumbnails
from groundtrain.reporting.subject import Subject, read_subject


@click.command(epilog=example("groundtrain report output.manifest --image-dir photos"))
@click.argument("manifest")
@click.option(
    "--output", type=output_path, metavar="FILE", default="report.html", show_default=True, help="The page."
)
@split_options
@image_dir_option("Directory that holds the images; without it the labels are drawn on blank ones.")
@click.option(
    "--sample",
    type=click.IntRange(min=1, max=1000),
    default=SAMPLE,
    show_default=True,
    metavar="N",
    help="Records that are shown.",
)
@dataset_options
@category_file_option
@format_option
def report(
    manifest: str,
    output: Path,
    validation_manifest: str | None,
    test_manifest: str | None,
    image_dir: Path | None,
    sample: int,
    settings: Path | None,
    category_file: Path | None,
    form: str,
    **options: Any,
) -> None:
    """Make a page to look at of MANIFEST (a file, - or s3://bucket/key): one HTML file, with pictures.

    It says whether it will train, what is wrong and what is left out, and shows records with their labels.
    The exit code is 0 when there is a page, whatever it says.
    """
    environment = environment_of(settings, **options)
    sides = sides_given([manifest], validation_manifest, test_manifest, options)
    refuse_overwriting([*(sides.values() or [manifest]), settings, category_file], {"--output": output})
    classes = read_category_file(category_file) if category_file else None
    with opened_split(manifest, sides) as found, watched(found) as source:
        subject = read_subject(source, environment, gated=settings is not None, classes=classes, most=sample)
    audience = current_audience()
    contents = contents_of(subject, audience, _thumbnails(image_dir))
    with replaced_file(output) as file:
        file.writelines(page_pieces(contents, f"{contents.title}: groundtrain report"))
    verdict = replace(subject.verdict, because=tuple(map(audience.worded, subject.verdict.because)))
    if form == "json":
        print_json(_document(subject, str(verdict), output, len(contents.pictures)))
    else:
        print_line(f"{contents.title}: {verdict}")
        print_line(f"Report: {output}")


def _document(subject: Subject, verdict: str, output: Path, pictures: int) -> dict[str, Any]:
    return {
        "report": str(output),
        "manifest": subject.title,
        "verdict": verdict,
        "records": subject.contents.source.records,
        "rejected": subject.contents.rejected,
        "findings": subject.counts,
        "pictures": pictures,
    }


def _thumbnails(directory: Path | None) -> Thumbnails | None:
    if directory is None:
        return None
    # Pillow takes a moment to load, which a report without pictures spares
    from groundtrain.images.directory_store import DirectoryStore
    from groundtrain.reporting.thumbnails import StoredThumbnails

    return StoredThumbnails(DirectoryStore(directory))
