"""Manifests of a split that exists already, one a side, as a call names them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import combinations
from typing import Any

from groundtrain.calls.files import is_same_file
from groundtrain.calls.manifests import opened_manifest
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import IN_WORDS, TEST, TRAIN, VALIDATION, Side
from groundtrain.errors import GroundtrainError, WrongCallError
from groundtrain.manifest.source import ManifestSource
from groundtrain.shell_commands import shell_command

VALIDATION_OPTION, TEST_OPTION = "--validation-manifest", "--test-manifest"
_OF_ONE_MANIFEST = ("validation", "test", "split", "split_attribute")


def sides_given(
    manifests: Sequence[str], validation: str | None, test: str | None, options: Mapping[str, Any] = {}
) -> dict[Side, str]:
    """The manifests of a split by side; none where no option names one.

    Raises:
        WrongCallError: an option does not go with them.
        GroundtrainError: one is named twice.
    """
    if validation is None:
        if test is not None:
            raise WrongCallError(
                f"`{TEST_OPTION}` is the third of a split, and the second is not named",
                fix=f"add `{VALIDATION_OPTION}`",
            )
        return {}
    if len(manifests) > 1:
        merge = shell_command("groundtrain", "merge", *manifests, "--output", "FILE")
        raise WrongCallError(
            f"`{VALIDATION_OPTION}` goes with one manifest for training, and {len(manifests)} were named",
            fix=f"join them first: {merge}",
        )
    for name in _OF_ONE_MANIFEST:
        if options.get(name) is not None:
            option = f"`--{name.replace('_', '-')}`"
            raise WrongCallError(
                f"{option} splits one manifest; with `{VALIDATION_OPTION}` the sides are given",
                fix=f"leave out {option}, or name one manifest",
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
