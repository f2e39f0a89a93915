"""groundtrain check: will it train, and if not, which line is wrong?"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from groundtrain.calls.check import prepared_check
from groundtrain.calls.images import ImageDepth
from groundtrain.calls.sides import VALIDATION_OPTION
from groundtrain.cli.audience import current_audience
from groundtrain.cli.class_options import class_options
from groundtrain.cli.completion import files
from groundtrain.cli.dataset_options import (
    fix_option,
    ignore_option,
    label_option,
    record_key_option,
    select_option,
    settings_option,
)
from groundtrain.cli.exit_codes import CLEAN, code_of, exit_with
from groundtrain.cli.file_options import category_file_option, output_path
from groundtrain.cli.image_options import image_options, shown_progress
from groundtrain.cli.manifest_argument import workers_option
from groundtrain.cli.printing import example, print_json, print_line, print_lines, print_workflow_commands
from groundtrain.cli.progress import watched
from groundtrain.cli.project_settings import (
    found_project_file,
    no_settings_option,
    with_places,
    with_project_file,
)
from groundtrain.cli.split_options import split_options
from groundtrain.errors import GroundtrainError
from groundtrain.images.decoding_memory import give_back_large_memory
from groundtrain.linting.check import Check, unchecked
from groundtrain.manifest.source import shown_name
from groundtrain.output.check_json import check_document, checks_document
from groundtrain.output.check_text import check_text, checks_text
from groundtrain.output.github_annotations import github_annotations
from groundtrain.output.sarif import sarif_log
from groundtrain.settings.project_file import ProjectFile
from groundtrain.shell_commands import shell_command
from groundtrain.training.algorithms.registry import PURPOSES

_NAMED = 10


@click.command(epilog=example("groundtrain check output.manifest --for object-detection"))
@click.argument("manifests", metavar="MANIFEST...", nargs=-1, required=True, shell_complete=files)
@split_options
@label_option
@click.option("--for", "purpose", type=click.Choice(list(PURPOSES)), help="What it is to train.")
@settings_option
@no_settings_option
@category_file_option
@image_options
@workers_option
@class_options
@record_key_option
@select_option
@ignore_option
@fix_option
@click.option("--output", type=output_path, metavar="FILE", help="Where the fixed manifest goes.")
@click.option("--statistics", is_flag=True, help="Count classes and items as well.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="SARIF 2.1.0 is for code scanning, github for annotations in GitHub Actions.",
)
def check(
    manifests: tuple[str, ...],
    images: ImageDepth,
    image_dir: Path | None,
    output: Path | None,
    statistics: bool,
    form: str,
    no_settings: bool,
    **options: Any,
) -> None:
    """Check whether each MANIFEST (a file, - or s3://bucket/key) will train.

    With --validation-manifest it is the one for training, and they are checked as one dataset.
    The exit code is 0 when it will, the gate is open and no rule of severity error is met, 1 otherwise, 2
    when the call is wrong. The gate is that of --settings, or of the default settings. Without --settings,
    groundtrain.toml or pyproject.toml, here or above, may say label, select, ignore and split.
    """
    project = found_project_file(options["settings"], no_settings=no_settings)
    if images == "full":
        give_back_large_memory()
    check_one = prepared_check(
        manifests,
        images=images,
        image_dir=image_dir,
        output=output,
        announce=shown_progress(images, image_dir),
        watch=watched,
        **with_project_file(options, project),
    )
    checks, code = _check_each(manifests, check_one)
    audience = with_places(current_audience(), project)
    if output is not None and checks[0].label:
        said = "Fixed manifest" if checks[0].fixed else "Nothing to fix; the manifest as it was"
        print_line(f"{said}: {output}", to_stderr=True)
    if len(manifests) > 1:
        _say_what_was_not_compared(manifests)
    _print([one.worded_for(audience) for one in checks], form, statistics, project)
    exit_with(code)


def _say_what_was_not_compared(manifests: Sequence[str]) -> None:
    more = f" (and {len(manifests) - _NAMED} more)" if len(manifests) > _NAMED else ""
    print_line(
        f"Each of the {len(manifests)} manifests was checked by itself: images that are in several, and"
        " classes whose ids or names differ between them, were not looked for. To see them, join them:"
        f" groundtrain merge {shell_command(*manifests[:_NAMED])}{more} --output FILE. The sides of a split"
        f" are compared by {VALIDATION_OPTION}.",
        to_stderr=True,
    )


def _check_each(manifests: Sequence[str], check_one: Callable[[str], Check]) -> tuple[tuple[Check, ...], int]:
    """The checks and the exit code; of several manifests, one that is not there does not hide the others."""
    checks, code = [], CLEAN
    for manifest in manifests:
        try:
            checks.append(check_one(manifest))
            code = max(code, code_of(checks[-1]))
        except GroundtrainError as error:
            if len(manifests) == 1:
                raise
            checks.append(unchecked(shown_name(manifest), error))
            code = max(code, error.exit_code)
    return tuple(checks), code


def _print(checks: Sequence[Check], form: str, statistics: bool, project: ProjectFile | None) -> None:
    named = {"settings": str(project.path)} if project else {}
    if project and form != "json":
        print_line(f"Settings: {project.path}", to_stderr=form != "text")
    if form == "sarif":
        print_json(sarif_log(checks))
    elif form == "json" and len(checks) == 1:
        print_json({**named, **check_document(checks[0], statistics=statistics)})
    elif form == "json":
        print_json({**named, **checks_document(checks, statistics=statistics)})
    elif form == "github":
        print_workflow_commands(github_annotations(checks))
    else:
        for i, checked in enumerate(checks):
            print_lines(("",) * bool(i))
            print_lines(check_text(checked, statistics=statistics, can_fix=True))
        if len(checks) > 1:
            print_lines(("", checks_text(checks)))
