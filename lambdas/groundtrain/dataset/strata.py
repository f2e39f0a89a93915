"""Choose validation groups so that every class is on both sides, if it has enough groups.

Iterative stratification (Sechidis, Tsoumakas, Vlahavas, "On the Stratification of Multi-Label Data", 2011):
the rarest class is assigned first. Ties are broken by the groups' fingerprints, so that the same lines in any
order give the same split, and a larger manifest mostly the same.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct

MOST_GROUPS = 200_000
"""With more groups every class is on both sides anyway; a digest then decides, which bounds the memory."""


class Group(Struct, gc=False):
    """Records that stay together: the fingerprint of their name, and the classes they show."""

    mark: bytes
    classes: set[int]


class Strata:
    """Collects the groups of a manifest, and chooses those for validation."""

    def __init__(self) -> None:
        self._groups: dict[bytes, Group] = {}

    def add(self, mark: bytes, classes: Iterable[int]) -> None:
        """Add a record of the group with this fingerprint."""
        group = self._groups.get(mark)
        if group is None and len(self._groups) <= MOST_GROUPS:
            group = self._groups.setdefault(mark, Group(mark, set()))
        if group is not None:
            group.classes.update(classes)

    def validating(self, share: float) -> frozenset[bytes] | None:
        """Fingerprints of the validation groups, a share of each class; None for too many groups."""
        if len(self._groups) > MOST_GROUPS:
            return None
        assignment = _Assignment(share)
        for _, groups in sorted(_by_class(self._groups.values()).items(), key=_rarest_first):
            assignment.assign(groups)
        assignment.assign([group for group in self._groups.values() if not group.classes])
        return frozenset(assignment.validating)


class _Assignment:
    """The groups assigned to each side so far."""

    def __init__(self, share: float) -> None:
        self._share = share
        self.training: set[bytes] = set()
        self.validating: set[bytes] = set()
        self._shown: tuple[set[int], set[int]] = set(), set()

    def assign(self, groups: Collection[Group]) -> None:
        """Assign the unassigned ones of these groups, so that the share of all of them validates."""
        validating = sum(group.mark in self.validating for group in groups)
        training = sum(group.mark in self.training for group in groups)
        free = [g for g in groups if g.mark not in self.validating and g.mark not in self.training]
        free.sort(key=self._fitness)
        wanted = min(max(round(self._share * len(groups)), 1), len(groups) - 1) - validating
        most = len(free) - (not training)
        for place, group in enumerate(free):
            self._put(group, validates=place < min(wanted, most))

    def _fitness(self, group: Group) -> tuple[int, bytes]:
        """Sort key: first groups whose classes validation lacks, last those whose classes training lacks."""
        in_training, in_validation = self._shown
        return len(group.classes - in_training) - len(group.classes - in_validation), group.mark

    def _put(self, group: Group, *, validates: bool) -> None:
        (self.validating if validates else self.training).add(group.mark)
        self._shown[validates].update(group.classes)


def _by_class(groups: Iterable[Group]) -> dict[int, list[Group]]:
    found: dict[int, list[Group]] = {}
    for group in groups:
        for class_id in group.classes:
            found.setdefault(class_id, []).append(group)
    return found


def _rarest_first(item: tuple[int, list[Group]]) -> tuple[int, int]:
    class_id, groups = item
    return len(groups), class_id
