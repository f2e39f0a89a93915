"""The known label types: one line each."""

import json
import re
from collections.abc import Iterator

from groundtrain.errors import LabelAttributeError
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.classification.image_classification import (
    IMAGE_CLASSIFICATION,
    IMAGE_CLASSIFICATION_MULTILABEL,
)
from groundtrain.manifest.label_types.classification.label_verification import LABEL_VERIFICATION
from groundtrain.manifest.label_types.classification.text_classification import (
    TEXT_CLASSIFICATION,
    TEXT_CLASSIFICATION_MULTILABEL,
)
from groundtrain.manifest.label_types.classification.video_classification import VIDEO_CLASSIFICATION
from groundtrain.manifest.label_types.custom import CUSTOM
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.semantic_segmentation import SEMANTIC_SEGMENTATION
from groundtrain.manifest.label_types.sequences.point_cloud import (
    POINT_CLOUD_OBJECT_DETECTION,
    POINT_CLOUD_OBJECT_TRACKING,
    POINT_CLOUD_SEMANTIC_SEGMENTATION,
)
from groundtrain.manifest.label_types.sequences.video_frames import (
    VIDEO_OBJECT_DETECTION,
    VIDEO_OBJECT_TRACKING,
)
from groundtrain.manifest.label_types.text_span import TEXT_SPAN
from groundtrain.record_keys import FETCHED, SOURCE_REF, Keys, is_fetched
from groundtrain.rules.findings import Finding

_ALL = (
    BOUNDING_BOX,
    IMAGE_CLASSIFICATION,
    IMAGE_CLASSIFICATION_MULTILABEL,
    SEMANTIC_SEGMENTATION,
    TEXT_CLASSIFICATION,
    TEXT_CLASSIFICATION_MULTILABEL,
    TEXT_SPAN,
    LABEL_VERIFICATION,
    VIDEO_CLASSIFICATION,
    VIDEO_OBJECT_DETECTION,
    VIDEO_OBJECT_TRACKING,
    POINT_CLOUD_OBJECT_DETECTION,
    POINT_CLOUD_OBJECT_TRACKING,
    POINT_CLOUD_SEMANTIC_SEGMENTATION,
    CUSTOM,
)
_STREAMABLE = re.compile(r'[^"\\\x00-\x1f\x7f]{1,256}')  # AttributeNames: any text of 1 to 256 characters
LABEL_TYPES = {label_type.name: label_type for label_type in _ALL}


def find_type(attribute: LabelAttribute) -> LabelType | None:
    """The attribute's type, ignoring case, as the guide writes groundTruth/custom; None if it is unknown."""
    return LABEL_TYPES.get(attribute.type.lower())


def keys_to_read(attribute: LabelAttribute, label_type: LabelType) -> Keys:
    """The attribute's keys; with the type's usual source key if its first line has no suitable source.

    Raises:
        LabelAttributeError: a training job's AttributeNames cannot have the name.
    """
    keys = attribute.keys
    if not _STREAMABLE.fullmatch(keys.label):
        raise LabelAttributeError(
            f"{json.dumps(keys.label[:80])} cannot be streamed: the name of a label attribute has 1 to 256"
            " characters, and here no quotation marks, backslashes or control characters",
            fix="rename the label attribute and its metadata",
        )
    is_possible = keys.source in label_type.source_keys
    is_object = is_fetched(keys.source) and SOURCE_REF in label_type.source_keys
    return keys if is_possible or is_object else keys._replace(source=label_type.source_keys[0])


def find_type_problems(keys: Keys, label_type: LabelType) -> Iterator[Finding]:
    """GT236 and GT237: names that SageMaker misinterprets, and types that no algorithm reads."""
    label = f"the label attribute {keys.label}"
    if is_fetched(keys.label) and not label_type.by_reference:
        yield Finding.on_file("GT236", f"{label} ends in {FETCHED}, and its labels are no addresses")
    if label_type.by_reference and not is_fetched(keys.label):
        yield Finding.on_file("GT236", f"{label} holds addresses, and does not end in {FETCHED}")
    if label_type.alternative:
        why, advice = label_type.alternative
        fix = f"{advice}; or ignore this rule, if your own container reads them"
        yield Finding.on_file("GT237", f"{label} is of type {label_type.name}; {why}", fix=fix)
