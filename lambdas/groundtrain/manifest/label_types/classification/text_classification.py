"""Text classification: label types groundtruth/text-classification and …-multilabel.

The text is on the line itself (`source`) as a rule; it can be an object in S3 (`source-ref`) as well.
"""

from typing import Literal

from groundtrain.manifest.label_types.classification.multi_label import MultiLabelMetadata, multi_label_type
from groundtrain.manifest.label_types.classification.single_label import (
    SingleLabelMetadata,
    single_label_type,
)
from groundtrain.record_keys import SOURCE, SOURCE_REF


class TextClassMetadata(SingleLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/text-classification"]


class TextClassesMetadata(MultiLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/text-classification-multilabel"]


TEXT_CLASSIFICATION = single_label_type(
    "groundtruth/text-classification",
    TextClassMetadata,
    source_keys=(SOURCE, SOURCE_REF),
    of_images=False,
)
TEXT_CLASSIFICATION_MULTILABEL = multi_label_type(
    "groundtruth/text-classification-multilabel",
    TextClassesMetadata,
    source_keys=(SOURCE, SOURCE_REF),
    of_images=False,
)
