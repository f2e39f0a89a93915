"""What merge says as one JSON document."""

from typing import Any

import msgspec

from groundtrain.manifest.classes.class_spellings import renames_among, similar_names
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.merging.merge_result import Merged
from groundtrain.output.check_json import placed_finding, renames_document


def merge_document(merged: Merged, output: str) -> dict[str, Any]:
    """The document on a merged manifest, the file `output`."""
    left_out = [{"manifest": one.manifest, "finding": placed_finding(one.finding)} for one in merged.left_out]
    document = {"output": output, **msgspec.to_builtins(merged), "left_out": left_out}
    return {**document, **renames_document(renames_in(merged))}


def renames_in(merged: Merged) -> dict[str, str]:
    """One name for each class that is spelled in several ways; ids inside files stay two classes."""
    if LABEL_TYPES[merged.type].by_reference:
        return {}
    return renames_among(similar_names(merged.classes))
