"""What fails a rule, and the same repaired: shown to people, and held to by a test."""

from typing import Literal

from msgspec import Struct

LONG = "…"


class Example(Struct, frozen=True):
    """One rule.

    Attributes:
        failing, repaired: what is shown; in a manifest, … stands for `length` characters, and a lone
            surrogate for a byte that is not UTF-8.
        shows: what they are: a manifest's lines, a sequence's label file, a settings file, the manifest's
            address, an image in words, or a fault of ours.
        label: attribute to choose, None for the only one.
        settings: further settings, where a manifest is shown.
        manifest: lines, where something else is shown.
        categories: names in the label category file.
        counters: LabelCounters of the labeling job.
    """

    code: str
    failing: str
    repaired: str
    shows: Literal["manifest", "sequence", "settings", "address", "image"] = "manifest"
    length: int = 1
    label: str | None = None
    settings: str = ""
    manifest: str = ""
    categories: tuple[str, ...] = ()
    counters: dict[str, int] = {}
