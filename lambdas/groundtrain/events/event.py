"""An event as EventBridge delivers it, which may be more than once, or, rarely, never.

The EventBridge rules in `stacks/` and the functions take the names of events from this folder.
"""

from typing import Any

from msgspec import Struct

from groundtrain.json_text import decode_json


class Event(Struct, frozen=True, rename={"detail_type": "detail-type"}):
    """The parts of an EventBridge event that are used; everything else in it is ignored."""

    source: str
    detail_type: str
    detail: dict[str, Any]
    resources: tuple[str, ...] = ()


def parse_event(body: str | bytes) -> Event:
    """Read an event from a queue message's body.

    Raises:
        msgspec.DecodeError: the body is not an EventBridge event.
    """
    return decode_json(body, Event)
