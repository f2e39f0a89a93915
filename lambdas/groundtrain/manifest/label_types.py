"""The label types that are known: one line each."""

from groundtrain.manifest.bounding_box import BOUNDING_BOX

LABEL_TYPES = {label_type.name: label_type for label_type in (BOUNDING_BOX,)}
