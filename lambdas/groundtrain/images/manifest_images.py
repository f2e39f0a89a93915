"""List the images and masks that a manifest names."""

from collections.abc import Iterator

import msgspec

from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import SOURCE_REF, is_fetched


def read_sources(manifest: ManifestSource, label: str | None = None) -> Iterator[str]:
    """The source-ref of each line, in order, with repetitions; lines without one are skipped.

    If the labels are addresses as well (masks, sequences), each follows its source-ref.

    Args:
        manifest: the manifest.
        label: name of the label attribute, if known.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile.
    """
    keys = (SOURCE_REF, label) if label and is_fetched(label) else (SOURCE_REF,)
    fields = [f"address_{i}" for i in range(len(keys))]
    line_type = msgspec.defstruct(
        "Line", [(field, str, "") for field in fields], rename=dict(zip(fields, keys, strict=True))
    )
    decode = msgspec.json.Decoder(line_type).decode
    for _, line in Lines(manifest.open()):
        try:
            addresses = msgspec.structs.astuple(decode(line))
        except DECODE_ERRORS:
            continue
        yield from filter(None, addresses)
