"""Class ids as label values: numbers, or numbers as text.

Real output has numbers; the Developer Guide's samples of classification also show "0", and video frames have
text throughout.
"""

from typing import Annotated

from msgspec import Meta

WholeId = Annotated[int, Meta(ge=0, lt=1 << 31)]
ClassId = WholeId | Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,8})$")]
