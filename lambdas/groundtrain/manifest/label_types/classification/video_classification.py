"""Video classification: label type groundtruth/video-classification, one class for a whole clip.

The Developer Guide refers to the output of classification jobs; the type's spelling is not confirmed (C20).
"""

from typing import Literal

from groundtrain.manifest.label_types.classification.single_label import (
    SingleLabelMetadata,
    single_label_type,
)
from groundtrain.manifest.label_types.label_type import Alternative


class VideoClassMetadata(SingleLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/video-classification"]


VIDEO_CLASSIFICATION = single_label_type(
    "groundtruth/video-classification",
    VideoClassMetadata,
    of_images=False,
    alternative=Alternative(
        "no built-in algorithm reads clips",
        "extract frames, write a line with the clip's class for each, and train image classification",
    ),
)
