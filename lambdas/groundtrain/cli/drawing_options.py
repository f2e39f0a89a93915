"""Options that say what of a manifest is drawn, and how it is drawn for them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from groundtrain.calls.image_files import image_store, refuse_overwriting_images
from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.file_options import input_path, output_path
from groundtrain.cli.image_options import former_images_option, image_dir_option
from groundtrain.cli.printing import print_line
from groundtrain.errors import GroundtrainError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import ImageStore
from groundtrain.manifest.source import ManifestSource
from groundtrain.output.pictures.named_image import NamedImage
from groundtrain.quantities import enumerated, quantity

if TYPE_CHECKING:
    from groundtrain.output.pictures.manifest_subjects import LabelsToDraw
    from groundtrain.output.pictures.shapes import Drawing
    from groundtrain.output.pictures.subject import Subject

_MOST = 100  # records on a sheet
_OPTIONS = (
    click.option(
        "--draw", type=output_path, metavar="OUT.png", help="Draw a record with its labels, as PNG or SVG."
    ),
    click.option("--image", type=input_path, help="The record's image."),
    image_dir_option("Directory of images and masks, laid out as in the bucket or flat."),
    former_images_option,
    click.option(
        "--line", type=click.IntRange(min=1), help="Line to draw; the first one with labels otherwise."
    ),
    click.option(
        "--sheet",
        type=click.IntRange(1, _MOST),
        metavar="N",
        help="Draw N records in one picture: findings, each class, the fullest.",
    ),
    click.option("--class", "class_name", metavar="NAME", help="Only records of this class on the sheet."),
    click.option("--rejected", is_flag=True, help="Only records on the sheet that a dataset leaves out."),
)


def drawing_options(command: Command) -> Command:
    """Add the options to a command, which makes a `Wish` of their values."""
    return add_options(command, _OPTIONS)


class Wish(Struct, frozen=True):
    """What is to be drawn: the values of the options."""

    draw: Path | None
    image: Path | None = None
    image_dir: Path | None = None
    line: int | None = None
    sheet: int | None = None
    class_name: str | None = None
    rejected: bool = False

    def refuse_what_does_not_fit(self) -> None:
        """Check that the options go together.

        Raises:
            UsageError
        """
        of_sheet, of_one = self.class_name is not None or self.rejected, self.line or self.image
        if self.draw is None and (self.image_dir or self.sheet or of_sheet or of_one):
            raise click.UsageError(
                "--image, --image-dir, --line, --sheet, --class and --rejected say what to draw:"
                " add --draw OUT.png"
            )
        if of_sheet and self.sheet is None:
            raise click.UsageError("--class and --rejected choose records of a sheet: add --sheet N")
        if self.sheet is not None and of_one:
            raise click.UsageError("--line and --image name one record: leave them out, or --sheet")


def draw_wish(wish: Wish, source: ManifestSource, label: str | None) -> None:
    """Draw what was asked for, and say on standard error what was drawn.

    Raises:
        ManifestError: there is no such record.
        GroundtrainError: the image that was named cannot be read, or the picture not be written.
    """
    # Pillow takes a moment to load, which looking without a picture spares
    from groundtrain.output.pictures.manifest_subjects import labels_to_draw

    labels = labels_to_draw(source, label)
    if wish.sheet is None:
        _draw_one(wish, labels)
    else:
        _draw_sheet(wish, labels)


def _draw_one(wish: Wish, labels: "LabelsToDraw") -> None:
    from groundtrain.output.pictures.manifest_subjects import subject_on, with_image_findings
    from groundtrain.output.pictures.record_picture import draw_subject
    from groundtrain.output.pictures.subject import Canvas

    subject = subject_on(labels, wish.line)
    store = NamedImage(wish.image, subject.source) if wish.image else _store(wish, labels.source)
    if wish.image:
        _refuse_what_is_no_image(wish.image, subject.source)
    (subject,) = with_image_findings([subject], labels, store)
    _refuse_own_images(wish, [subject], store)
    drawing = draw_subject(subject, Canvas(store))
    said = _write(wish, drawing)
    print_line(f"Line {subject.line} drawn{_on_what(wish, subject, store)}: {said}", to_stderr=True)


def _draw_sheet(wish: Wish, labels: "LabelsToDraw") -> None:
    from groundtrain.output.pictures.manifest_subjects import chosen_subjects, with_image_findings
    from groundtrain.output.pictures.sheet import draw_sheet
    from groundtrain.output.pictures.subject import Canvas

    assert wish.sheet is not None
    store = _store(wish, labels.source)
    subjects = chosen_subjects(labels, wish.sheet, class_name=wish.class_name, rejected=wish.rejected)
    subjects = with_image_findings(subjects, labels, store)
    _refuse_own_images(wish, subjects, store)
    title = f"{labels.source.name}: {labels.keys.label}"
    said = _write(wish, draw_sheet(subjects, Canvas(store), title, labels.on_file))
    lines = enumerated([f"{subject.line}" for subject in subjects])
    which = f"line{'s' if len(subjects) > 1 else ''} {lines}"
    print_line(f"{quantity(len(subjects), 'record')} drawn, of {which}: {said}", to_stderr=True)


def _store(wish: Wish, source: ManifestSource) -> ImageStore | None:
    """Where images are read: the folder that was named, or the bucket of a manifest in S3."""
    if wish.image_dir is None and not source.uri.startswith("s3://"):
        return None
    return image_store(wish.image_dir)


def _refuse_what_is_no_image(image: Path, source: str) -> None:
    from groundtrain.images.image_store import read_image
    from groundtrain.output.pictures.scaled_image import read_scaled

    try:
        read_scaled(read_image(NamedImage(image, source), source), 1)
    except ImageError as error:
        raise GroundtrainError(
            f"{image} is no image that can be read: {error.message}", fix="name another one"
        ) from error


def _refuse_own_images(wish: Wish, subjects: "list[Subject]", store: ImageStore | None) -> None:
    """Check that the picture replaces no image or mask that is drawn.

    Raises:
        GroundtrainError
    """
    if wish.image_dir is None or not isinstance(store, DirectoryStore):
        return
    addresses = [subject.source for subject in subjects]
    addresses += [
        subject.record.label
        for subject in subjects
        if subject.record is not None and subject.label_type.by_reference
    ]
    refuse_overwriting_images(wish.image_dir, addresses, {"--draw": wish.draw})


def _write(wish: Wish, drawing: "Drawing") -> Path:
    """The file that was written."""
    from groundtrain.output.pictures.written_picture import write_picture

    assert wish.draw is not None
    if letters := write_picture(drawing, wish.draw):
        print_line(
            f"No font here has the letters {' '.join(letters)}, which are written by their numbers:"
            " install one that has them, or draw an SVG",
            to_stderr=True,
        )
    return wish.draw


def _on_what(wish: Wish, subject: "Subject", store: ImageStore | None) -> str:
    """Such as " on photos/a.jpg"."""
    if not subject.label_type.of_images:
        return ""
    if wish.image is not None:
        return f" on {wish.image}"
    if store is None:
        return " on a blank image, for none was named (--image or --image-dir)"
    for _, stored in store.locate([subject.source]):
        if stored is None:
            return f" on a blank image, for {store.why_missing(subject.source)}"
    return f" on {store.path_of(subject.source) if isinstance(store, DirectoryStore) else subject.source}"
