"""Options that name the manifests of a split that exists already, one a side."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import combinations
from typing import Any

import click

from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.file_options import is_same_file
from groundtrain.cli.manifest_argument import opened_manifest
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import IN_WORDS, TEST, TRAIN, VALIDATION, Side
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import ManifestSource
from groundtrain.shell_commands import shell_command

VALIDATION_OPTION, TEST_OPTION = "--validation-manifest", "--test-manifest"
_OF_ONE_MANIFEST = ("validation", "test", "split", "split_attribute")
_OPTIONS = (
    click.option(
        VALIDATION_OPTION,
        metavar="MANIFEST",
        help="The manifest for validation, where there is a split already: the other is for training then.",
    ),
    click.option(TEST_OPTION, metavar="MANIFEST", help="And the one for test."),
)


def split_options(command: Command) -> Command:
    """Add the options to a command, which passes their values to `sides_given`."""
    return add_options(command, _OPTIONS)


def sides_given(
    manifests: Sequence[str], validation: str | None, test: str | None, options: Mapping[str, Any] = {}
) -> dict[Side, str]:
    """The manifests of a split by side; none where no option names one.

    Raises:
        UsageError: an option does not go with them.
        GroundtrainError: one is named twice.
    """
    if validation is None:
        if test is not None:
            raise click.UsageError(f"{TEST_OPTION} is the third of a split: add {VALIDATION_OPTION}")
        return {}
    if len(manifests) > 1:
        merge = shell_command("groundtrain", "merge", *manifests, "--output", "FILE")
        raise click.UsageError(
            f"{VALIDATION_OPTION} goes with one manifest for training, and {len(manifests)} were named: join"
            f" them first: {merge}"
        )
    for name in _OF_ONE_MANIFEST:
        if options.get(name) is not None:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(
                f"{option} splits one manifest; with {VALIDATION_OPTION} the sides are given"
            )
    sides: dict[Side, str] = {TRAIN: manifests[0], VALIDATION: validation}
    sides |= {TEST: test} if test is not None else {}
    _refuse_twice(sides)
    return sides


@contextmanager
def opened_split(manifest: str, sides: Mapping[Side, str]) -> Iterator[ManifestSource]:
    """The manifest, or those of a split as one; see `opened_manifest`."""
    with ExitStack() as stack:
        if sides:
            opened = {side: stack.enter_context(opened_manifest(one)) for side, one in sides.items()}
            yield GivenManifests(opened)
        else:
            yield stack.enter_context(opened_manifest(manifest))


def _refuse_twice(sides: Mapping[Side, str]) -> None:
    for (one, name), (other, named) in combinations(sides.items(), 2):
        if name == named or (os.path.exists(name) and is_same_file(name, named)):  # noqa: PTH110
            raise GroundtrainError(
                f"{named} is named for {IN_WORDS[one]} and for {IN_WORDS[other]}",
                fix="name a manifest of its own for each side",
            )
