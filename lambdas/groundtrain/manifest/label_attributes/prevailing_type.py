"""Which type most labels of a manifest have by their shape, whatever their metadata says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_types.shapes import contradicts, shape_of, type_by_shape
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import Keys

_NEAR_THE_TOP = 1000


def prevailing_type(lines: Iterable[bytes], keys: Keys, claimed: str) -> str:
    """Name of the type that most labels on the first lines have; the one claimed where it fits."""
    types = Counter(_types(islice(lines, _NEAR_THE_TOP), keys, claimed))
    return types.most_common(1)[0][0] if types else claimed


def _types(lines: Iterable[bytes], keys: Keys, claimed: str) -> Iterator[str]:
    for line in lines:
        try:
            pieces = decode_pieces(line)
            label, metadata = (msgspec.json.decode(pieces[key]) for key in (keys.label, keys.metadata))
        except (KeyError, *DECODE_ERRORS):
            continue
        if isinstance(metadata, dict) and shape_of(label) is not None:
            yield type_by_shape(label, keys.source, metadata) if contradicts(label, claimed) else claimed
