"""Our own events: a dataset is ready, or its gate is closed."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from groundtrain.events.event import Event

GROUNDTRAIN = "groundtrain"
DATASET_READY = "Dataset Ready"
DATASET_REJECTED = "Dataset Rejected"
LAST_ATTEMPT = 999


class DatasetAnnouncement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Detail of "Dataset Ready" and "Dataset Rejected"; a person may send one by hand.

    Fields at their default are omitted, so that functions of the previous version can read it.

    Attributes:
        environment: name of the environment that made the dataset; only its own functions react.
        dataset: `s3://bucket/datasets/<labeling job>/<dataset_id>/`, with the final slash.
        attempt: 0; a higher number starts the same training again under a new name.
        override_gate: True trains although the gate is closed.
        on_demand: True asks for machines on demand where the settings say spot.
        go_on_from: the attempt whose checkpoints training goes on from; None for none.
        after_instance_type: "" tries every instance type of the settings; a name tries only those after it.
    """

    environment: str
    labeling_job: str
    dataset_id: str
    dataset: str
    attempt: Annotated[int, Meta(ge=0, le=LAST_ATTEMPT)] = 0
    override_gate: bool = False
    after_instance_type: str = ""
    on_demand: bool = False
    go_on_from: Annotated[int, Meta(ge=0, le=LAST_ATTEMPT)] | None = None

    def on_machines_after(self, instance_type: str) -> "DatasetAnnouncement":
        """The next attempt, without the instance types up to this one."""
        return replace(self, attempt=self.attempt + 1, after_instance_type=instance_type)

    def on_machines_on_demand(self) -> "DatasetAnnouncement":
        """The next attempt, with every instance type again, on demand."""
        return replace(self, attempt=self.attempt + 1, after_instance_type="", on_demand=True)


def parse_announcement(event: Event) -> DatasetAnnouncement:
    """Read the detail of one of our own events.

    Raises:
        msgspec.ValidationError: a field is missing, unknown or of the wrong type.
    """
    return msgspec.convert(event.detail, DatasetAnnouncement)
