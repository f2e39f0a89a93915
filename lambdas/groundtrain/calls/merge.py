"""Join manifests as a call says."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.manifests import opened_manifest
from groundtrain.errors import WrongCallError
from groundtrain.merging import merge as merging
from groundtrain.merging.merge_result import Merged


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
) -> Merged:
    """Join the manifests into the file `output`; the options are those of `merging.merge`.

    Raises:
        WrongCallError, and what `merging.merge` raises
    """
    if iou_threshold is not None and overlap != "unite":
        raise WrongCallError(
            "`--iou-threshold` says which boxes are put together, and none are", fix="add `--overlap unite`"
        )
    refuse_overwriting([*manifests, *category_file], {"--output": output})
    categories = tuple(chain.from_iterable(map(read_category_file, category_file)))
    with ExitStack() as stack:
        return merging.merge(
            [stack.enter_context(opened_manifest(manifest)) for manifest in manifests],
            output,
            label=label,
            take=take,
            categories=categories,
            drop=drop_class,
            record_key=record_key,
            overlap=overlap,
            iou_threshold=iou_threshold,
        )
