"""The label types that are known: one line each."""

from groundtrain.manifest.attributes import LabelAttribute
from groundtrain.manifest.bounding_box import BOUNDING_BOX
from groundtrain.manifest.keys import Keys
from groundtrain.manifest.label_type import LabelType

LABEL_TYPES = {label_type.name: label_type for label_type in (BOUNDING_BOX,)}


def find_type(attribute: LabelAttribute) -> LabelType | None:
    """The attribute's type, whatever case it is spelled in; None when it is unknown."""
    return LABEL_TYPES.get(attribute.type.lower())


def keys_to_read(attribute: LabelAttribute, label_type: LabelType) -> Keys:
    """The attribute's keys; where its first line has no source of the right kind, the type's usual one."""
    keys = attribute.keys
    return keys if keys.source in label_type.source_keys else keys._replace(source=label_type.source_keys[0])
