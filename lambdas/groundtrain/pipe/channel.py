"""A channel of a training job that streams a manifest, as its request describes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct


class Channel(Struct, frozen=True):
    """What is streamed, and how.

    Attributes:
        name: its pipes are NAME_0, NAME_1 and so on.
        manifest: the augmented manifest, on this machine.
        attributes: AttributeNames: which values of a line are sent, in this order.
        seed: of ShuffleConfig; None sends the lines in their order.
        framed: whether RecordWrapperType is RecordIO; else records follow one another without a mark.
    """

    name: str
    manifest: Path
    attributes: tuple[str, ...]
    seed: int | None = None
    framed: bool = True


def is_streamed(channel: Mapping[str, Any], job_mode: str = "File") -> bool:
    """Whether an entry of InputDataConfig streams a manifest; `job_mode` is TrainingInputMode of the job."""
    source = channel["DataSource"].get("S3DataSource", {})
    mode = channel.get("InputMode") or job_mode
    return bool(mode == "Pipe" and source.get("S3DataType") == "AugmentedManifestFile")


def streamed_channel(channel: Mapping[str, Any], manifest: Path) -> Channel:
    """The channel of an entry of InputDataConfig whose manifest was fetched to this path."""
    source = channel["DataSource"]["S3DataSource"]
    return Channel(
        name=channel["ChannelName"],
        manifest=manifest,
        attributes=tuple(source["AttributeNames"]),
        seed=channel["ShuffleConfig"]["Seed"] if "ShuffleConfig" in channel else None,
        framed=channel.get("RecordWrapperType") == "RecordIO",
    )
