"""Which group goes to a side that would be empty: the one whose digest is nearest to it."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from groundtrain.dataset.split.sides import TEST, TRAIN, VALIDATION, Side

Ends = tuple[bytes, bytes]


class OutermostGroups(Struct):
    """Of each side, the groups whose digests are the lowest and the highest.

    Attributes:
        ends: their fingerprints, of groups whose side no line states; no entry where there is none.
        stated: sides that lines of records state.
    """

    ends: dict[Side, Ends] = {}
    stated: set[Side] = set()

    def add(self, side: Side, groups: Iterable[bytes]) -> None:
        """Add groups of this side by their fingerprints."""
        found = [*groups, *self.ends.get(side, ())]
        if found:
            self.ends[side] = min(found), max(found)

    def add_all(self, other: "OutermostGroups") -> None:
        """Add those of another part of the manifest."""
        self.stated |= other.stated
        for side, ends in other.ends.items():
            self.add(side, ends)

    def to_move(self) -> Mapping[bytes, Side]:
        """The group to move where training or validation is empty and the other can spare it, to its side.

        The test side counts as training, which it is taken from: so validation is the same with and without.
        """
        train, validation = self._ends_of(TRAIN, TEST), self._ends_of(VALIDATION)
        trains, validates = (
            bool(ends) or side in self.stated for ends, side in ((train, TRAIN), (validation, VALIDATION))
        )
        if trains and not validates and self._can_spare(train, TRAIN):
            return {train[0]: VALIDATION}
        if validates and not trains and self._can_spare(validation, VALIDATION):
            return {validation[1]: TRAIN}
        return {}

    def to_move_for_test(self) -> Mapping[bytes, Side]:
        """The same for training and test, of which training is not to be empty before all."""
        train, test = self._ends_of(TRAIN), self._ends_of(TEST)
        if test and not train and TRAIN not in self.stated:
            return {test[0]: TRAIN}
        if not test and TEST not in self.stated and self._can_spare(train, TRAIN):
            return {train[1]: TEST}
        return {}

    def _ends_of(self, *sides: Side) -> tuple[bytes, ...]:
        found = [end for side in sides for end in self.ends.get(side, ())]
        return (min(found), max(found)) if found else ()

    def _can_spare(self, ends: tuple[bytes, ...], side: Side) -> bool:
        return bool(ends) and (side in self.stated or ends[0] != ends[1])
