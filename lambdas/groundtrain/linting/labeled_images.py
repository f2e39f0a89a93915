"""What the lines of a manifest say of their images and masks."""

from collections.abc import Iterator
from typing import Any

from groundtrain.images.labeled_image import LabeledImage
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.s3_addresses import find_s3_address

_WITHOUT_LABEL = frozenset({"GT201", "GT202"})


def read_labeled_images(source: ManifestSource, keys: Keys, label_type: LabelType) -> Iterator[LabeledImage]:
    """One for each line that can be read and whose source is the address of an object.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile.
    """
    if not is_fetched(keys.source):
        return
    reader = RecordReader(keys, label_type, frozenset())
    for number, line in Lines(source.open()):
        record = reader.read(number, line).record
        if record is not None and find_s3_address(record.source):
            yield labeled_image(number, record, label_type)


def count_labeled_lines(source: ManifestSource, keys: Keys, label_type: LabelType) -> int:
    """Lines that have a label, whether or not it can be read; the same as a dataset counts.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile.
    """
    reader = RecordReader(keys, label_type, _WITHOUT_LABEL)
    found = (reader.read(number, line).findings for number, line in Lines(source.open()))
    return sum(_WITHOUT_LABEL.isdisjoint(finding.code for finding in findings) for findings in found)


def labeled_image(number: int, record: Any, label_type: LabelType) -> LabeledImage:
    """What the record of a line says of its image."""
    size = label_type.image_size(record)
    if label_type.mask_colours is None:
        return LabeledImage(number, record.source, size, has_boxes=label_type is BOUNDING_BOX)
    return LabeledImage(number, record.source, size, record.label, label_type.mask_colours(record))
