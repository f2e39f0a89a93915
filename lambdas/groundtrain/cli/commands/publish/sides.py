"""A split that exists, as publish takes it; and sides that the environment does not follow."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import replace

from groundtrain.calls.sides import VALIDATION_OPTION, opened_split
from groundtrain.cli.commands.publish.labels import ReadLabels, Wanted
from groundtrain.cli.printing import print_line, print_lines
from groundtrain.dataset.passes.label_choice import find_labels_of
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import SPLIT_ATTRIBUTE, Side
from groundtrain.errors import SettingsError
from groundtrain.formats.losses import Losses
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.output.check_text import check_text
from groundtrain.publishing.joined_sides import join_sides
from groundtrain.publishing.publish import Labels
from groundtrain.settings.environment import Environment

_BETWEEN = ("GT431", "GT432", "GT434")


@contextmanager
def opened_sides(
    sides: Mapping[Side, str], environment: Environment, wanted: Wanted, workplace: Path
) -> Iterator[ReadLabels]:
    """The manifests of a split as one, with what is between them told on standard error.

    Raises:
        SettingsError: the environment would split them anew.
        ManifestError: one is no manifest, or they have no label attribute in common.
        GroundtrainError: one does not exist, or cannot be read.
    """
    attribute = environment.dataset.split_attribute
    if attribute is None:
        raise SettingsError(
            f"{VALIDATION_OPTION}: the environment splits what is published anew, for its settings name no"
            " attribute that says the side",
            fix=f'set split_attribute = "{SPLIT_ATTRIBUTE}" in [dataset] of its settings, deploy, and publish'
            " again",
        )
    if wanted.format:
        raise click.UsageError(f"--from: {VALIDATION_OPTION} goes with manifests; import each of them first")
    with opened_split("", sides) as given:
        assert isinstance(given, GivenManifests)
        find_labels_of(given, environment.dataset)
        _tell_what_is_between(given, environment, wanted)
        output = workplace / "joined.manifest"
        join_sides(given, attribute, output)
        manifest = FileManifest(output, name=f"{given.name}, joined,")
        yield ReadLabels(Labels(manifest, wanted.classes, keep=wanted.keep), (), None, Losses())


def _tell_what_is_between(given: GivenManifests, environment: Environment, wanted: Wanted) -> None:
    check = check_manifest(given, environment, classes=wanted.classes or None)
    findings = tuple(each for each in check.findings if each.code in _BETWEEN)
    if findings:
        counts = {code: check.counts[code] for code in _BETWEEN if code in check.counts}
        between = replace(check, findings=findings, counts=counts, fixed={})
        print_lines(check_text(between, statistics=False), to_stderr=True)


def tell_sides_not_kept(found: ReadLabels, environment: Environment) -> None:
    """Say where labels of another tool have sides, and the environment splits them anew."""
    if found.imported is None or not found.imported.splits:
        return
    if environment.dataset.split_attribute != SPLIT_ATTRIBUTE:
        sides = ", ".join(f"{side} {records:,}" for side, records in found.imported.splits.items())
        print_line(
            f"Its own sides ({sides}) are not kept: the environment splits anew. To keep them, set"
            f' split_attribute = "{SPLIT_ATTRIBUTE}" in [dataset] of its settings, and deploy.',
            to_stderr=True,
        )
