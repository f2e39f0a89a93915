"""What people said of a label in a verification job: an attribute of its own on the same line.

Which of its classes accept a label is for whoever made the job to know. Developer Guide, "Label verification
job output".
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct

from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.classification.label_verification import LABEL_VERIFICATION
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import METADATA


class _Metadata(Struct, rename="kebab", gc=False):
    type: Annotated[str, Meta(pattern=f"(?i)^{LABEL_VERIFICATION.name}$")]
    class_name: str
    failure_reason: Any = UNSET


class Verification:
    """Reads the attribute of this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        line = msgspec.defstruct(
            "VerifiedLine",
            [("answer", Any), ("metadata", _Metadata)],
            rename={"answer": name, "metadata": name + METADATA},
            gc=False,
        )
        self._decode: Any = msgspec.json.Decoder(line).decode

    def class_on(self, line: bytes) -> str | None:
        """Name of the class that the line's label was given; None where it was not verified."""
        try:
            read = self._decode(line)
        except DECODE_ERRORS:
            return None
        was_verified = read.answer is not None and read.metadata.failure_reason is UNSET
        return read.metadata.class_name if was_verified else None


def verifications_beside(chosen: LabelAttribute, labels: Mapping[str, LabelAttribute]) -> tuple[str, ...]:
    """Names of the attributes that verify others, where the chosen one is none itself."""
    names = (name for name, attribute in labels.items() if _verifies(attribute))
    return () if _verifies(chosen) else tuple(names)


def _verifies(attribute: LabelAttribute) -> bool:
    return attribute.type.lower() == LABEL_VERIFICATION.name
