"""The check before anything is uploaded: would the environment train on it, and were all labels carried?"""

from groundtrain.calls.manifests import workers_for
from groundtrain.cli.commands.publish.labels import ReadLabels
from groundtrain.cli.exchange_options import print_losses
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.printing import print_json, print_line, print_lines
from groundtrain.cli.progress import watched
from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import ManifestSource
from groundtrain.output.check_json import check_document
from groundtrain.output.check_text import check_text
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import quantity
from groundtrain.rules.advice import Audience
from groundtrain.settings.environment import Environment


def refuse_losses(found: ReadLabels, form: str, *, force: bool) -> None:
    """Say what is not carried, and end the command where labels are not; with `force` it goes on."""
    _print_import(found)
    if lost := found.losses.lost_labels:
        sentence = f"{quantity(lost, 'label')} would be left out or changed, which are named above"
        _end_unless(force, None, sentence, "correct them, or publish the rest: --force", form)


def refuse_untrainable(
    found: ReadLabels,
    environment: Environment,
    audience: Audience,
    form: str,
    manifest: ManifestSource,
    *,
    force: bool,
) -> Check:
    """Check the labels by the gate of the environment, and end the command where it is closed.

    With `force` the same is said, and the command goes on. The images must have the addresses that they will
    have: those decide who is on which side of the split.
    """
    labels = found.labels
    with watched(manifest) as source:
        check = check_manifest(
            source,
            environment,
            gated=True,
            classes=labels.classes or None,
            workers=workers_for(source, None),
        ).worded_for(audience)
    if check.verdict.because:
        print_lines(check_text(check, statistics=False), to_stderr=True)
        ended = "" if force else ", which is why nothing was uploaded"
        sentence = f"the environment would not train on it{ended}"
        fix = "correct what is named above, or publish it all the same: --force"
        _end_unless(force, check, sentence, fix, form)
    else:
        print_lines(proposed_names_text(check.proposed_renames), to_stderr=True)
    return check


def _print_import(found: ReadLabels) -> None:
    if found.imported is not None:
        print_losses(found.losses)


def _end_unless(force: bool, check: Check | None, message: str, fix: str, form: str) -> None:
    if force:
        print_line(f"--force: {message}", to_stderr=True)
        return
    if form == "json":
        checked = {"check": check_document(check, statistics=False)} if check else {}
        print_json({"error": {"message": message, "fix": fix}, **checked})
    else:
        tell_failure(message, fix)
    exit_with(FINDINGS)
