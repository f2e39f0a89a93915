"""Join manifests as a call says."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import chain
from pathlib import Path

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.errors import WrongCallError
from groundtrain.manifest.source import ManifestSource
from groundtrain.merging import merge as merging
from groundtrain.merging.merge_result import Merged

WatchEach = Callable[[Sequence[ManifestSource]], AbstractContextManager[Sequence[ManifestSource]]]
"""Shows how far manifests have been read while they are read, one after the other."""


def merge(
    manifests: Sequence[str],
    output: Path,
    *,
    label: str | None = None,
    take: tuple[str, ...] = (),
    record_key: tuple[str, ...] = (),
    overlap: merging.Overlap | None = None,
    iou_threshold: float | None = None,
    drop_class: tuple[str, ...] = (),
    category_file: tuple[Path, ...] = (),
    watch_each: WatchEach = nullcontext,
) -> Merged:
    """Join the manifests into the file `output`; the options are those of `merging.merge`.

    `watch_each` tells how far it is.

    Raises:
        WrongCallError, and what `merging.merge` raises
    """
    if not manifests:
        raise WrongCallError("no manifest is named", fix="name at least one")
    if iou_threshold is not None and not 0 < iou_threshold <= 1:
        raise WrongCallError(
            f"`--iou-threshold`: expected a number above 0 and at most 1, got {iou_threshold}",
            fix="write another value for `--iou-threshold`",
        )
    if iou_threshold is not None and overlap != "unite":
        raise WrongCallError(
            "`--iou-threshold` says which boxes are put together, and none are", fix="add `--overlap unite`"
        )
    refuse_overwriting([*manifests, *category_file], {"--output": output})
    categories = tuple(chain.from_iterable(map(read_category_file, category_file)))
    with ExitStack() as stack:
        sources = [stack.enter_context(opened_manifest(manifest)) for manifest in manifests]
        return merging.merge(
            stack.enter_context(watch_each(sources)),
            output,
            label=label,
            take=take,
            categories=categories,
            drop=drop_class,
            record_key=record_key,
            overlap=overlap,
            iou_threshold=iou_threshold,
        )
