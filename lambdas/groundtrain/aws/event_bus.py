"""Send groundtrain's own events to the account's default event bus."""

from typing import TYPE_CHECKING

import msgspec

from groundtrain.events.dataset_announcement import (
    DATASET_READY,
    DATASET_REJECTED,
    GROUNDTRAIN,
    DatasetAnnouncement,
)

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class EventRefusedError(Exception):
    """EventBridge accepted the call but not the event; repeating it is safe."""


def announce(events: "EventBridgeClient", announcement: DatasetAnnouncement, *, ready: bool) -> None:
    """Announce a dataset as ready or rejected; sending the same event again has no further effect.

    Raises:
        EventRefusedError: the bus did not accept it.
    """
    answer = events.put_events(
        Entries=[
            {
                "Source": GROUNDTRAIN,
                "DetailType": DATASET_READY if ready else DATASET_REJECTED,
                "Detail": msgspec.json.encode(announcement).decode(),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        refused = answer["Entries"][0]
        raise EventRefusedError(f"{refused.get('ErrorCode')}: {refused.get('ErrorMessage')}")
