"""Class ids in labels: numbers, or numbers as text.

Real output has numbers; the Developer Guide's samples of classification also show "0", and video frames have
text throughout.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

WholeId = Annotated[int, Meta(ge=0, lt=1 << 31)]
ClassId = WholeId | Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,8})$")]


def renumbered_map(values: Mapping[str, Any], ids: Mapping[int, int]) -> dict[str, Any]:
    """A map by class id (as text), with the new ids and sorted by them; ids not in `ids` are left out."""
    return {
        str(new): values[str(old)]
        for old, new in sorted(ids.items(), key=lambda pair: pair[1])
        if str(old) in values
    }
