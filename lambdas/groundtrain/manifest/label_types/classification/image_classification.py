"""Image classification: label types groundtruth/image-classification and …-multilabel."""

from typing import Literal

from groundtrain.manifest.label_types.classification.multi_label import MultiLabelMetadata, multi_label_type
from groundtrain.manifest.label_types.classification.single_label import (
    SingleLabelMetadata,
    single_label_type,
)


class ImageClassMetadata(SingleLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/image-classification"]


class ImageClassesMetadata(MultiLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/image-classification-multilabel"]


IMAGE_CLASSIFICATION = single_label_type("groundtruth/image-classification", ImageClassMetadata)
IMAGE_CLASSIFICATION_MULTILABEL = multi_label_type(
    "groundtruth/image-classification-multilabel", ImageClassesMetadata
)
