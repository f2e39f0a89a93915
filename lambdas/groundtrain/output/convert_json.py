"""What convert says as one JSON document."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from groundtrain.dataset.description import Dataset
from groundtrain.output.check_json import changes_document, renames_document
from groundtrain.relabeling.relabel import Relabeled


def dataset_document(
    dataset: Dataset,
    output: str,
    renames: Mapping[str, str],
    relabeled: Relabeled | None,
    worded: Callable[[str], str],
) -> dict[str, Any]:
    """The document on a dataset in the directory `output`; `worded` puts advice in the reader's words."""
    return {
        "output": output,
        "dataset_id": dataset.dataset_id,
        **({} if dataset.source.manifests is UNSET else {"manifests": dataset.source.manifests}),
        "records": dataset.source.records,
        "train": dataset.train.records,
        "validation": dataset.validation.records,
        **({} if dataset.test_records is None else {"test": dataset.test_records}),
        "rejected": dataset.rejected,
        "label": dataset.label,
        "type": dataset.type,
        "classes": dataset.classes,
        "reasons": dataset.reasons,
        "findings": dataset.findings,
        "fixed": dataset.fixed,
        **changes_document(dataset.class_changes),
        "statistics": dataset.statistics,
        "gate": {"open": dataset.gate.open, "reasons": [*map(worded, dataset.gate.reasons)]},
        **renames_document(renames),
        **({"relabel": msgspec.to_builtins(relabeled)} if relabeled else {}),
    }
