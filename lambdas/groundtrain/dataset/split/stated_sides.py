"""What the lines of a manifest say of their sides, in the attribute that import writes."""

from collections.abc import Iterable, Iterator

from groundtrain.dataset.split.sides import SIDES, SPLIT_ATTRIBUTE, Side, side_named
from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.settings.dataset_settings import DatasetSettings

_KEY = f'"{SPLIT_ATTRIBUTE}"'.encode()


class StatedSides:
    """Counts the sides that lines state, as they pass.

    Attributes:
        counts: lines by the side that they state.
    """

    def __init__(self) -> None:
        self._rule = SplitRule(DatasetSettings(split_attribute=SPLIT_ATTRIBUTE))
        self.counts: dict[Side, int] = {}

    def watch(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """The same lines; once all have passed, the counts are complete."""
        for number, line in lines:
            if _KEY in line and (side := self._side_of(line)):
                self.counts[side] = self.counts.get(side, 0) + 1
            yield number, line

    def in_order(self) -> dict[Side, int]:
        """The counts in the order of sides; none where no line states one."""
        return {side: self.counts[side] for side in SIDES if side in self.counts}

    def _side_of(self, line: bytes) -> Side | None:
        try:
            return side_named(self._rule.stated(line))
        except DECODE_ERRORS:
            return None
