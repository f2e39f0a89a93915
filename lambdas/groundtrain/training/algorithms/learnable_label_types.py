"""The label types that each kind of training learns from.

Source: Developer Guide, input formats of the built-in algorithms.
"""

READS = {
    "object-detection": ("groundtruth/object-detection",),
    "image-classification": (
        "groundtruth/image-classification",
        "groundtruth/image-classification-multilabel",
    ),
    "semantic-segmentation": ("groundtruth/semantic-segmentation",),
    "text-classification": (
        "groundtruth/text-classification",
        "groundtruth/text-classification-multilabel",
    ),
}
"""Label types by purpose."""
