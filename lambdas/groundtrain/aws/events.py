"""Our own events, on the account's default bus."""

from typing import TYPE_CHECKING

import msgspec

from groundtrain.events import DATASET_READY, DATASET_REJECTED, GROUNDTRAIN, DatasetAnnouncement

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class EventRefusedError(Exception):
    """EventBridge took the call but not the event; asking again is safe."""


def announce(events: "EventBridgeClient", announcement: DatasetAnnouncement, *, ready: bool) -> None:
    """Say that a dataset is there, ready to train or not. Repeating it is harmless: who listens knows it.

    Raises:
        EventRefusedError: the bus did not take it.
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
