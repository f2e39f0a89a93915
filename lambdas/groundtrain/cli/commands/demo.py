"""groundtrain demo: follow labels to their registered model, on the embedded AWS."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from groundtrain.cli.commands.local import need_checkout, program_option
from groundtrain.cli.exit_codes import CLEAN, FINDINGS, exit_with
from groundtrain.cli.image_options import former_images_option, image_dir_option
from groundtrain.cli.links import open_page, print_file
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.progress import reporter_for
from groundtrain.cli.termination import sigterm_as_ctrl_c
from groundtrain.errors import GroundtrainError

if TYPE_CHECKING:
    from local.demo.run import Ending


class NotTrainedError(GroundtrainError):
    """The demonstration worked, but the labels were not fit to train on."""

    exit_code = 1


@click.command(epilog=example("groundtrain demo --manifest output.manifest --image-dir photos"))
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="Your own output.manifest, in place of street scenes."
)
@image_dir_option("Directory with its images; grey ones stand in for those not found.")
@former_images_option
@click.option("--label", help="Label attribute; needed when the manifest has several.")
@click.option(
    "--trigger",
    type=click.Choice(["labeling-job", "upload"]),
    help="What starts the pipeline: a labeling job that ends, or a manifest put into S3."
    "  [default: labeling-job, with --from upload]",
)
@click.option(
    "--from",
    "from_format",
    type=click.Choice(["coco", "yolo", "voc", "label-studio"]),
    help="Label the street scenes as another tool does, and bring them there by groundtrain publish.",
)
@click.option(
    "--algorithm",
    type=click.Choice(["own-image", "object-detection"]),
    help="own-image really trains, by a small program for drawn scenes; a built-in algorithm is emulated."
    "  [default: own-image, with --manifest the built-in one for its labels]",
)
@program_option("Train with this image of your own, which COMMAND stands for.")
@click.option("--open", "opens", is_flag=True, help="Open the report in a browser at the end.")
@click.option("--keep", is_flag=True, help="Keep the embedded AWS running at the end, until Ctrl-C.")
@format_option
def demo(
    manifest: Path | None,
    image_dir: Path | None,
    images: Path | None,
    label: str | None,
    trigger: "Literal['labeling-job', 'upload'] | None",
    from_format: str | None,
    algorithm: "Literal['own-image', 'object-detection'] | None",
    program: tuple[str, ...],
    opens: bool,
    keep: bool,
    form: str,
) -> None:
    """Deploy into the embedded AWS, finish a labeling job, and watch it become a registered model.

    With --trigger upload no labeling job is needed: the manifest is put into S3, as anybody can put one. With
    --from the labels are in the format of another tool, and groundtrain publish makes the manifest of them.

    Everything that was made is left in ./demo, with a report to look at. The exit code is 0 when a model was
    registered, and 1, with the reasons, when the labels were not fit to train on. Nothing leaves this
    machine.
    """
    image_dir = image_dir or images
    if manifest is None and (image_dir or label):
        raise click.UsageError("--image-dir and --label say something about --manifest, which is missing")
    if len(program) > 1 or (program and algorithm):
        raise click.UsageError("--program says what is trained: give it once, and no --algorithm beside it")
    if from_format:
        _refuse_beside_from(manifest, trigger)
    need_checkout()
    # a package of the checkout, which is not installed with the library
    from local.demo.choice import Choice
    from local.demo.run import run_demo
    from local.sagemaker.programs import parse_programs

    choice = Choice(
        Path("demo"),
        manifest=manifest,
        images=image_dir,
        label=label,
        trigger=trigger or ("upload" if from_format else "labeling-job"),
        from_format=from_format or "",
        algorithm=algorithm,
        programs=parse_programs(program),
        keep=keep,
    )
    with sigterm_as_ctrl_c(), reporter_for(form) as reporter:
        ending = run_demo(choice, reporter)
    _conclude(ending, form, opens=opens)


def _refuse_beside_from(manifest: Path | None, trigger: str | None) -> None:
    """Check that nothing else says where the labels are from.

    Raises:
        UsageError
    """
    if manifest is not None:
        raise click.UsageError(
            "--from labels street scenes, and --manifest brings your own labels: leave one of them out"
            " (groundtrain import makes a manifest of labels in another format)"
        )
    if trigger == "labeling-job":
        raise click.UsageError(
            "--from brings labels that no labeling job made: leave --trigger labeling-job out, or --from"
        )


def _conclude(ending: "Ending", form: str, *, opens: bool) -> None:
    if form == "json":
        print_json(ending)
        exit_with(CLEAN if ending.model_package else FINDINGS)
    print_line()
    print_line(f"Everything is in {ending.directory}/:")
    for name, what in _LEFT_BEHIND:
        if (Path(ending.directory) / name).exists():
            print_line(f"  {name:<22}{what}")
    if ending.report:
        print_line()
        print_file("Look at it:", Path(ending.report))
        if opens:
            open_page(Path(ending.report))
    if not ending.model_package:
        raise NotTrainedError(
            f"no model was registered: {' '.join(ending.reasons)}".rstrip("."),
            fix=f"see {ending.directory}/messages, then groundtrain check MANIFEST",
        )
    print_line()
    print_line(f"A model was registered after {ending.seconds:.0f} s: {ending.model_package}")


_LEFT_BEHIND = (
    ("labels", "the labels as the other tool has them, and their images"),
    ("output.manifest", "the labels, as they were uploaded"),
    ("report.html", "the labels, with pictures, what was found by rules and model, what was left out"),
    ("sample.png", "some of its records, drawn, what is wrong with them marked"),
    ("detections.png", "the validation images: what was labeled, and what the model found"),
    ("predictions.manifest", "the same, as groundtrain predict writes it"),
    ("dataset", "what the pipeline made of it: manifests, rejected lines, report"),
    ("request.json", "the CreateTrainingJob request"),
    ("events.jsonl", "every event, in order"),
    ("messages", "what people would have got by e-mail"),
    ("logs", "of the functions, CDK and the embedded AWS"),
    ("environments", "the settings that were deployed"),
)
