"""Names that a new label attribute may have."""

import re

from groundtrain.errors import LabelAttributeError
from groundtrain.record_keys import METADATA, SOURCE, SOURCE_REF, is_fetched

_ALLOWED = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,126}")


def refuse_label_name(name: str, *, by_reference: bool) -> None:
    """Refuse a name that Ground Truth does not allow (SageMaker API reference, LabelAttributeName).

    Args:
        name: name of the label attribute.
        by_reference: whether its labels are addresses of files, which SageMaker fetches if the name ends in
            -ref.

    Raises:
        LabelAttributeError: the name is not allowed, or does not fit such labels.
    """
    if not _ALLOWED.fullmatch(name) or name in (SOURCE, SOURCE_REF) or name.endswith(METADATA):
        raise LabelAttributeError(
            f'"{name}" cannot be the name of a label attribute',
            fix=f"use letters, digits and hyphens; {SOURCE}, {SOURCE_REF} and …{METADATA} are taken",
        )
    if is_fetched(name) != by_reference:
        raise LabelAttributeError(
            f"labels of this type cannot be streamed as {name}: SageMaker fetches what is named …-ref",
            fix=f"choose a name that {'ends' if by_reference else 'does not end'} in -ref",
        )
