"""Options for checking the images of a manifest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import get_args

import click

from groundtrain.calls.images import Announce, ImageDepth
from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.printing import print_line
from groundtrain.cli.progress import counted
from groundtrain.images.request_cost import Depth, plan_requests
from groundtrain.quantities import quantity


def image_dir_option(help_text: str) -> Callable[[Command], Command]:
    """The --image-dir of a command: a folder of images, laid out as in the bucket or flat."""
    return click.option(
        "--image-dir",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="DIRECTORY",
        help=help_text,
    )


former_images_option = click.option(
    "--images", type=click.Path(path_type=Path, file_okay=False, exists=True), hidden=True
)
"""What --image-dir was called in some commands; --images says how closely to look at images."""

_OPTIONS = (
    click.option(
        "--images",
        type=click.Choice(["none", *get_args(Depth)]),
        default="none",
        show_default=True,
        help="Look at the images: are they there, what do their headers say, does every pixel decode.",
    ),
    image_dir_option("Directory that holds the images, instead of S3."),
    click.option(
        "--sample", type=click.IntRange(min=1), metavar="N", help="Look at the images of N lines only."
    ),
)


def image_options(command: Command) -> Command:
    """Add the options to a command, which passes their values on to `image_checks_from`."""
    return add_options(command, _OPTIONS)


def shown_progress(images: ImageDepth, directory: Path | None) -> Announce:
    """Shows how far image checks are, and before those in S3 what they cost."""
    return partial(counted, "images") if directory or images == "none" else partial(_priced, images)


@contextmanager
def _priced(depth: Depth, files: int) -> Iterator[Callable[[int], object]]:
    print_line(f"Checking {quantity(files, 'image file')}: {plan_requests(files, depth)}", to_stderr=True)
    with counted("images", files) as tell:
        yield tell
