"""Check a manifest as a call says."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.images import Announce, ImageDepth, image_checks_from, unannounced
from groundtrain.calls.manifests import Watch, workers_for
from groundtrain.calls.settings import environment_of
from groundtrain.calls.sides import opened_split, sides_given
from groundtrain.errors import WrongCallError
from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest


def prepared_check(
    manifests: Sequence[str],
    *,
    validation_manifest: str | None = None,
    test_manifest: str | None = None,
    purpose: str | None = None,
    settings: Path | None = None,
    category_file: Path | None = None,
    images: ImageDepth = "none",
    image_dir: Path | None = None,
    sample: int | None = None,
    workers: int | None = None,
    output: Path | None = None,
    announce: Announce = unannounced,
    watch: Watch = nullcontext,
    **options: Any,
) -> Callable[[str], Check]:
    """Checks any of the manifests, once the options are known to go together.

    The options are those of the command line; those of the dataset are read by `environment_of`, those of
    images by `image_checks_from`. `announce` and `watch` tell how far it is.

    Raises:
        WrongCallError, SettingsError, GroundtrainError
    """
    environment = environment_of(settings, **options)
    sides = sides_given(manifests, validation_manifest, test_manifest)
    _refuse_half_fix(bool(options.get("fix")), output, [*sides.values()] or manifests)
    refuse_overwriting([*(sides.values() or manifests), settings, category_file], {"--output": output})
    classes = None if category_file is None else read_category_file(category_file)
    image_checks = image_checks_from(images, image_dir, sample, announce, workers)

    def check(manifest: str) -> Check:
        with opened_split(manifest, sides) as found, watch(found) as source:
            return check_manifest(
                source,
                environment,
                purpose=purpose,
                gated=settings is not None,
                classes=classes,
                image_checks=image_checks,
                fix_into=output,
                workers=workers_for(source, workers),
            )

    return check


def _refuse_half_fix(fix: bool, output: Path | None, manifests: Sequence[str]) -> None:
    if fix and output is None:
        raise WrongCallError("`--fix` needs a file for the fixed manifest", fix="add `--output FILE`")
    if output is not None and not fix:
        raise WrongCallError("`--output` is where `--fix` writes the fixed manifest", fix="add `--fix`")
    if fix and len(manifests) > 1:
        raise WrongCallError(
            "`--fix` fixes one manifest at a time", fix="fix each by itself, then check them together"
        )
