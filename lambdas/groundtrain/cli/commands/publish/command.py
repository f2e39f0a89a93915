"""groundtrain publish: bring labels and images to where they start the pipeline."""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from groundtrain.calls.files import read_category_file
from groundtrain.calls.sides import sides_given
from groundtrain.cli.audience import audience_of
from groundtrain.cli.command_options import add_options
from groundtrain.cli.commands.publish.check_first import refuse_losses, refuse_untrainable
from groundtrain.cli.commands.publish.labels import READABLE, Wanted, format_options, opened_labels
from groundtrain.cli.commands.publish.sides import opened_sides, tell_sides_not_kept
from groundtrain.cli.completion import files
from groundtrain.cli.environment_option import ENVIRONMENT_OPTIONS, settings_of
from groundtrain.cli.exchange_options import read_date, with_options
from groundtrain.cli.file_options import category_file_option
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.printing import example, format_option
from groundtrain.cli.progress_bar import working
from groundtrain.cli.split_options import split_options
from groundtrain.durations import Duration, parse_duration
from groundtrain.publishing.destination import NAME, refuse_without_uploads, usual_name
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes

_LABELS = "labels"


def _read_name(_: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    if name is not None and not NAME.fullmatch(name):
        raise click.BadParameter(
            "1 to 80 letters, digits, hyphens and underscores, the first no hyphen or underscore",
            param=parameter,
        )
    return name


def _read_timeout(_: click.Context, parameter: click.Parameter, text: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param=parameter) from error


def _read_created(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    return read_date(context, parameter, text) if text else None


_OPTIONS = (
    click.argument("source", shell_complete=files),
    *ENVIRONMENT_OPTIONS,
    image_dir_option(
        "Folder of the images, laid out as SOURCE names them, or flat."
        "  [default: that of SOURCE, or images in it]"
    ),
    click.option(
        "--name",
        metavar="NAME",
        callback=_read_name,
        help="What to call the labels: the same name goes on with what was published before."
        "  [default: that of the file]",
    ),
    click.option(
        "--from", "format_name", type=click.Choice([*READABLE]), help="What SOURCE is, if that is not clear."
    ),
    click.option("--attribute", metavar="NAME", help="Label attribute for labels that are imported."),
    click.option("--label", metavar="NAME", help="Label attribute of a manifest that has several."),
    category_file_option,
    click.option(
        "--created",
        metavar="DATE",
        callback=_read_created,
        help="When imported labels were made; now otherwise.",
    ),
    click.option(
        "--force", is_flag=True, help="Publish what the check refuses, or what lacks labels or images."
    ),
    click.option("--wait", is_flag=True, help="Wait until a model is registered, or none will be."),
    click.option(
        "--timeout",
        metavar="DURATION",
        default="12h",
        show_default=True,
        callback=_read_timeout,
        help="How long to wait at most.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what would be uploaded, and upload nothing."),
    format_option,
)


def publish_command() -> click.Command:
    """The command, with the own options of all formats at its end."""

    def command(**given: Any) -> None:
        _publish(**given)

    command = split_options(with_options(command, format_options()))
    command = add_options(command, _OPTIONS)
    command.__doc__ = (
        "Publish SOURCE, a manifest or labels of another tool, with its images.\n\n"
        "They are checked, uploaded, and become a dataset, a training job and a registered model of an"
        " environment. Nothing is uploaded twice: run it again after an interruption, or when there are more"
        " labels or images. The exit code is 1 when the labels cannot train, images are missing, or, with"
        " --wait, no model comes of it."
    )
    return click.command(
        name="publish",
        epilog=example("groundtrain publish yard.coco.json --env dev --image-dir photos --wait"),
    )(command)


publish = publish_command()


def _publish(source: str, env: str | None, settings: Path | None, form: str, **given: Any) -> None:
    path = settings_of(env, settings)
    environment = load_environment(path, training_mistakes)
    refuse_without_uploads(environment)
    environment, wanted = _wanted(environment, given)
    name = given["name"] or usual_name(Path(source).absolute().name)
    sides = sides_given((source,), given["validation_manifest"], given["test_manifest"])
    with ExitStack() as stack:
        workplace = stack.enter_context(tempfile.TemporaryDirectory(prefix="groundtrain-"))
        with working(f"Reading {source}"):
            found = stack.enter_context(
                opened_sides(sides, environment, wanted, Path(workplace))
                if sides
                else opened_labels(source, wanted, Path(workplace))
            )
        audience = audience_of(click.get_current_context().command, path)
        tell_sides_not_kept(found, environment)
        refuse_losses(found, form, force=given["force"])
        check = partial(refuse_untrainable, found, environment, audience, form, force=given["force"])
        is_moving = found.labels.is_imported or wanted.folder is not None
        early = None if is_moving else check(found.labels.manifest)
        # boto3 takes a second to load, which a refusal spares
        from groundtrain.cli.commands.publish.upload import Order, upload_and_print

        order = Order(
            name=name,
            folders=(wanted.folder,) if wanted.folder else found.folders,
            is_chosen=wanted.folder is not None,
            force=given["force"],
            dry_run=given["dry_run"],
            timeout=given["timeout"] if given["wait"] else None,
            workplace=Path(workplace),
        )
        upload_and_print(found, lambda placed: early or check(placed), environment, order, form)


def _wanted(environment: Environment, given: dict[str, Any]) -> tuple[Environment, Wanted]:
    """What to publish, and the environment with the label attribute that is chosen for it."""
    of_settings, label = environment.dataset.label, given["label"]
    if label and of_settings and label != of_settings:
        raise click.UsageError(
            f'--label {label}: the environment trains on "{of_settings}" ([dataset] label)'
        )
    dataset = environment.dataset
    go_with = (dataset.verified_by, dataset.split_attribute, dataset.group_attribute, *dataset.record_key)
    wanted = Wanted(
        given["format_name"] or "",
        given["image_dir"],
        given["attribute"] or of_settings or _LABELS,
        read_category_file(given["category_file"]) if given["category_file"] else (),
        given["created"],
        (label, *filter(None, go_with)) if label else (),
        {option.key: given[option.key] for option in format_options()},
    )
    if label:
        environment = replace(environment, dataset=replace(dataset, label=label))
    return environment, wanted
