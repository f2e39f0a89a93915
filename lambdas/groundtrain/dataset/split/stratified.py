"""Choose groups for validation and test so that every class is on all sides wherever possible.

Iterative stratification (Sechidis, Tsoumakas, Vlahavas, "On the Stratification of Multi-Label Data", 2011):
the rarest class is assigned first. Ties are broken by the groups' fingerprints, so that the same lines in any
order give the same split, and a larger manifest mostly the same. The test side is chosen of what validation
leaves, in the same way.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from groundtrain.dataset.split.sides import TEST, VALIDATION, Side

MOST_GROUPS = 200_000
"""With more groups every class is on both sides anyway; a digest then decides, which bounds the memory."""


STAYS, IS_TAKEN = 0, 1


class Group(Struct, gc=False):
    """Records that stay together: the fingerprint of their name, and the names of classes they show."""

    fingerprint: bytes
    classes: set[str]


class Groups:
    """Collects the groups of a manifest, and chooses their sides.

    Attributes:
        by_fingerprint: the groups.
        ids: lowest id of each class.
    """

    def __init__(self) -> None:
        self.by_fingerprint: dict[bytes, Group] = {}
        self.ids: dict[str, int] = {}

    def add(self, fingerprint: bytes, classes: Mapping[str, int]) -> None:
        """Add a record of the group with this fingerprint; ids of its classes only say which comes first."""
        for name, i in classes.items():
            if i < self.ids.get(name, i + 1):
                self.ids[name] = i
        self._add_classes(fingerprint, classes)

    def add_all(self, other: "Groups") -> None:
        """Add those of another part of the manifest."""
        for name, i in other.ids.items():
            self.ids[name] = min(i, self.ids.get(name, i))
        for group in other.by_fingerprint.values():
            self._add_classes(group.fingerprint, group.classes)

    def _add_classes(self, fingerprint: bytes, classes: Iterable[str]) -> None:
        group = self.by_fingerprint.get(fingerprint)
        if group is None and len(self.by_fingerprint) <= MOST_GROUPS:
            group = self.by_fingerprint.setdefault(fingerprint, Group(fingerprint, set()))
        if group is not None:
            group.classes.update(classes)

    def sides(
        self, validation: float, test: float = 0.0, spellings: Mapping[str, str] = {}
    ) -> Mapping[bytes, Side] | None:
        """Sides of the groups that do not train, by fingerprint; None for too many groups.

        Those that validate do not depend on the share for test.
        """
        validating = self.validating(validation, spellings)
        if validating is None:
            return None
        sides: dict[bytes, Side] = dict.fromkeys(validating, VALIDATION)
        if test:
            left = [group for group in self.by_fingerprint.values() if group.fingerprint not in validating]
            sides |= dict.fromkeys(self._taken(left, test / (1 - validation)), TEST)
        return sides

    def validating(self, share: float, spellings: Mapping[str, str] = {}) -> frozenset[bytes] | None:
        """Fingerprints of the validation groups, a share of each class; None for too many groups.

        `spellings` are names that mean the class of another name, with that.
        """
        if len(self.by_fingerprint) > MOST_GROUPS:
            return None
        for group in self.by_fingerprint.values() if spellings else ():
            group.classes = {spellings.get(name, name) for name in group.classes}
        return self._taken(self.by_fingerprint.values(), share)

    def _taken(self, groups: Collection[Group], share: float) -> frozenset[bytes]:
        """Fingerprints of a share of these groups."""
        assignment = _Assignment(share)
        by_class = sorted(_by_class(groups).items(), key=self._rarest_first)
        for _, showing in by_class:
            assignment.assign(showing)
        assignment.assign([group for group in groups if not group.classes])
        while any(assignment.complete(name, showing) for name, showing in by_class):
            pass  # each move may make others possible
        return frozenset(assignment.sides[IS_TAKEN])

    def _rarest_first(self, item: tuple[str, list[Group]]) -> tuple[int, int, str]:
        name, groups = item
        return len(groups), self.ids.get(name, 0), name


class _Assignment:
    """The groups assigned to each side so far.

    Attributes:
        sides: fingerprints of the groups that stay, and of those that are taken for the other side.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self.sides: tuple[set[bytes], set[bytes]] = set(), set()
        self._groups_by_class: tuple[Counter[str], Counter[str]] = Counter(), Counter()

    def assign(self, groups: Collection[Group]) -> None:
        """Assign the unassigned ones of these groups, so that the share of all of them is taken."""
        staying, taken = (sum(group.fingerprint in side for group in groups) for side in self.sides)
        free = [group for group in groups if not any(group.fingerprint in side for side in self.sides)]
        free.sort(key=self._fitness)
        wanted = min(max(round(self._share * len(groups)), 1), len(groups) - 1) - taken
        most = len(free) - (not staying)
        for place, group in enumerate(free):
            self._put(group, IS_TAKEN if place < min(wanted, most) else STAYS)

    def complete(self, name: str, groups: Collection[Group]) -> bool:
        """Move a group of the class to the side that lacks it, if no other class then lacks a side.

        Rarer classes may have taken all groups of a class to one side. True if a group was moved.
        """
        for side, other in ((STAYS, IS_TAKEN), (IS_TAKEN, STAYS)):
            if self._groups_by_class[side][name]:
                continue
            movable = [group for group in groups if self._can_leave(group, other)]
            if movable:
                self._move(min(movable, key=_fewest_classes_first), other, side)
                return True
        return False

    def _fitness(self, group: Group) -> tuple[int, bytes]:
        """Sort key: first groups whose classes the side to take for lacks, last those that this one lacks."""
        lacks = [sum(not on_side[each] for each in group.classes) for on_side in self._groups_by_class]
        return lacks[STAYS] - lacks[IS_TAKEN], group.fingerprint

    def _can_leave(self, group: Group, side: int) -> bool:
        return group.fingerprint in self.sides[side] and all(
            self._groups_by_class[side][each] > 1 for each in group.classes
        )

    def _put(self, group: Group, side: int) -> None:
        self.sides[side].add(group.fingerprint)
        self._groups_by_class[side].update(group.classes)

    def _move(self, group: Group, origin: int, target: int) -> None:
        self.sides[origin].remove(group.fingerprint)
        self._groups_by_class[origin].subtract(group.classes)
        self._put(group, target)


def _by_class(groups: Iterable[Group]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        for name in group.classes:
            found.setdefault(name, []).append(group)
    return found


def _fewest_classes_first(group: Group) -> tuple[int, bytes]:
    return len(group.classes), group.fingerprint
