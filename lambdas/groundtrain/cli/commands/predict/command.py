"""groundtrain predict: what a trained detector finds on images, and how good it is beside labels."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from groundtrain.calls.files import identity_of_file, refuse_overwriting
from groundtrain.cli.commands.predict.detector_model import load_model, refuse_no_model
from groundtrain.cli.commands.predict.inputs import Inputs, image_files, read_inputs
from groundtrain.cli.commands.predict.result import Predictions, predictions_document, print_predictions
from groundtrain.cli.completion import files
from groundtrain.cli.dataset_options import Share
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.file_options import FilePath, output_path
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.printing import example, format_option, print_json
from groundtrain.cli.progress import counted
from groundtrain.errors import WrongCallError
from groundtrain.evaluation import LEAST_SCORE
from groundtrain.formats.image_addresses import ImageAddresses, folder_address
from groundtrain.formats.labeled_items import LabeledItem
from groundtrain.manifest.label_attributes.attribute_names import refuse_label_name
from groundtrain.manifest.source import shown_name
from groundtrain.predictions.predict import Prediction
from groundtrain.predictions.predict import predict as look_at
from groundtrain.predictions.prediction_file import written_predictions
from groundtrain.predictions.prediction_line import Predictor
from groundtrain.rules.advice import option_words


@click.command(
    epilog=example(
        "groundtrain predict model.tar.gz photos --draw drawn",
        "groundtrain predict model.tar.gz dataset/validation.manifest --image-dir photos",
    )
)
@click.argument("model", type=FilePath(refuse_no_model))
@click.argument("images", metavar="IMAGES...", nargs=-1, required=True, shell_complete=files)
@click.option("--label", help="Label attribute of boxes to compare with; needed when there are several.")
@image_dir_option("Directory that holds the images of manifests, instead of S3.")
@click.option(
    "--min-score",
    type=Share(0, 1),
    default=LEAST_SCORE,
    show_default=True,
    help="Least score of boxes that are shown, drawn, written, and counted in precision and recall.",
)
@click.option("--output", type=output_path, metavar="FILE", help="Manifest of predictions to write.")
@click.option(
    "--attribute", default="predicted", show_default=True, metavar="NAME", help="Its label attribute."
)
@click.option(
    "--image-prefix",
    metavar="S3_FOLDER",
    help="Where in S3 image files are, such as s3://bucket/photos/, for --output.",
)
@click.option(
    "--draw",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIRECTORY",
    help="Folder for a picture of each image with what was found.",
)
@format_option
def predict(
    model: Path,
    images: tuple[str, ...],
    label: str | None,
    image_dir: Path | None,
    min_score: float,
    output: Path | None,
    attribute: str,
    image_prefix: str | None,
    draw: Path | None,
    form: str,
) -> None:
    """Let MODEL (a model.tar.gz of groundtrain-detector, or its folder) look at IMAGES.

    IMAGES are files or folders of images, or manifests (files, - or s3://bucket/key). What is found is
    compared with the boxes that a manifest has: precision, recall and average precision by class, and the
    worst images first. It runs on the CPU, in an environment that has torch and torchvision. The exit code
    is 1 when images could not be read, 2 when the call is wrong or torch is missing.
    """
    refuse_label_name(attribute, by_reference=False)
    refuse_overwriting([model, *images], {"--output": output})
    _refuse_within_model(model, output)
    inputs = read_inputs(images, image_dir, label)
    if output is not None and output.exists():
        refuse_overwriting(image_files(inputs, image_dir), {"--output": output})
    if not inputs.manifests and (image_dir is not None or label is not None):
        raise WrongCallError(
            "`--image-dir` and `--label` are about manifests, and none is named", fix="leave them out"
        )
    if image_prefix is not None and output is None:
        raise WrongCallError(
            "`--image-prefix` is put before the names that are written", fix="add `--output FILE`"
        )
    _refuse_drawing_over(draw, inputs, image_dir)
    addresses = _addresses(inputs, image_prefix) if output is not None else {}
    read = load_model(model)
    found = Predictions(read.name, tuple(read.classes), min_score, keeps_all=form == "json")
    predictor = Predictor(attribute, read.name, read.classes, min_score, datetime.now(UTC))
    writing = written_predictions(output, predictor, addresses, inputs.given.losses)
    with writing as write, counted("images", len(inputs.given.images)) as tell:
        for number, one in enumerate(look_at(read, inputs.given.images, tell), 1):
            found.add(one, is_labeled=one.image.name in inputs.labeled)
            write(one)
            _draw(draw, number, one, found, inputs)
    _end(inputs, found, form)


def _refuse_within_model(model: Path, output: Path | None) -> None:
    """Refuse to write into the model's folder.

    Raises:
        WrongCallError
    """
    if output is None or not model.is_dir():
        return
    if Path(os.path.realpath(output)).is_relative_to(os.path.realpath(model)):
        raise WrongCallError(
            f"{option_words(('--output', output))} lies in {shown_name(model)}, the folder of the model",
            fix="name a file elsewhere",
        )


def _refuse_drawing_over(folder: Path | None, inputs: Inputs, image_dir: Path | None) -> None:
    """Refuse to draw a picture in place of an image that is read, as in a folder of earlier pictures.

    Raises:
        WrongCallError
    """
    if folder is None or not folder.is_dir():
        return
    from groundtrain.output.drawn_detections import picture_name  # Pillow loads slowly

    images = {identity_of_file(file) for file in image_files(inputs, image_dir)}
    for number, name in enumerate(inputs.given.images, 1):
        picture = folder / picture_name(number, name)
        if identity_of_file(picture) in images:
            raise WrongCallError(
                f"{option_words(('--draw', folder))} would overwrite {picture}, which is read",
                fix="name another folder",
            )


def _addresses(inputs: Inputs, prefix: str | None) -> Mapping[str, str]:
    """Addresses in S3 of all images, by their names.

    Raises:
        WrongCallError, SettingsError, ManifestError: they are not known, or cannot be such.
    """
    images = inputs.given.images.values()
    if prefix is None and (files := [image for image in images if image.path]):
        raise WrongCallError(
            f"{files[0].name} has no address in S3, by which the lines of `--output` name images",
            fix="add `--image-prefix s3://bucket/folder/`, which is put before its name",
        )
    below = ImageAddresses(folder_address(prefix) if prefix is not None else "", inputs.given.losses)
    return {
        image.name: below.address(LabeledItem(place=image.name, name=image.path))
        if image.path
        else image.name
        for image in images
    }


def _draw(folder: Path | None, number: int, one: Prediction, found: Predictions, inputs: Inputs) -> None:
    if folder is None or one.error is not None:
        return
    from groundtrain.output.drawn_detections import draw_detections, picture_name  # Pillow loads slowly

    boxes = [box for box in one.boxes if box.score >= found.least_score]
    line = inputs.labeled.get(one.image.name)
    labeled = [(box.left, box.top, box.right, box.bottom) for box in line.boxes] if line else []
    out = folder / picture_name(number, one.image.name)
    draw_detections(one.picture, boxes, found.classes, out, labeled)


def _end(inputs: Inputs, found: Predictions, form: str) -> None:
    evaluated = found.evaluated(inputs)
    if form == "json":
        print_json(predictions_document(inputs, found, evaluated))
    else:
        print_predictions(inputs, found, evaluated)
    given = inputs.given
    if found.unreadable.count or given.without_image.count or given.losses.lost_labels:
        exit_with(FINDINGS)
