"""Which records are shown: those with findings first, then each class, extremes, a sample of each side."""

from collections.abc import Collection, Iterable, Iterator
from heapq import heappush, heapreplace
from itertools import chain, zip_longest

from msgspec import Struct

from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.reporting.seen_record import SeenRecord
from groundtrain.rules import RULES
from groundtrain.rules.rule import SEVERITIES

SAMPLE = 100
"""Records that are shown unless another number is asked for."""
MOST_SHOWN = 1000
"""Records that a page can show."""

EMPTY = "empty"
"""The reason of a record that is used and shows nothing; it holds of every one that does."""

_OF_A_RULE, _OF_A_CLASS, _EXTREMES, _MOST_CLASSES = 3, 2, 6, 2000


class Chosen(Struct, frozen=True):
    """A record that is shown, and for what."""

    seen: SeenRecord
    reasons: tuple[str, ...]


class _Best:
    """The records of highest rank; of equal ones those that came first."""

    def __init__(self, most: int) -> None:
        self._most, self._heap = most, list[tuple[float | int, int, SeenRecord]]()
        self._number = 0

    def add(self, rank: float, seen: SeenRecord) -> None:
        """Keep the record if it is among the best; later ones are of lower rank."""
        self._number -= 1
        if len(self._heap) < self._most:
            heappush(self._heap, (rank, self._number, seen))
        elif self._heap and rank > self._heap[0][0]:
            heapreplace(self._heap, (rank, self._number, seen))

    def in_order(self) -> list[SeenRecord]:
        """The best first."""
        return [seen for *_, seen in sorted(self._heap, key=lambda one: one[:2], reverse=True)]


class RecordChoice:
    """Looks at records one by one, and remembers few of them.

    Args:
        label_type: of the labels.
        most: records that are chosen.
    """

    def __init__(self, label_type: LabelType, most: int = SAMPLE) -> None:
        self._type, self._most = label_type, most
        self._by_rule = dict[str, list[SeenRecord]]()
        self._by_class = dict[int, _Best]()
        self._fullest, self._smallest, self._empty = (_Best(_EXTREMES) for _ in range(3))
        self._sample = {side: _Best(most) for side in SIDES}

    def add(self, seen: SeenRecord) -> None:
        """Look at a record."""
        for finding in seen.findings:
            of_rule = self._by_rule.setdefault(finding.code, [])
            if len(of_rule) < _OF_A_RULE and (not of_rule or of_rule[-1] is not seen):
                of_rule.append(seen)
        if seen.side is None or seen.record is None or seen.summary is None:
            return
        lot = -int.from_bytes(seen.mark[:6], "big")
        self._sample[seen.side].add(lot, seen)
        for class_id in seen.summary.classes:
            best = self._by_class.get(class_id)
            if best is None and len(self._by_class) < _MOST_CLASSES:
                best = self._by_class[class_id] = _Best(_OF_A_CLASS)
            if best is not None:
                best.add(lot, seen)
        if len(seen.summary.items) > 1:
            self._fullest.add(len(seen.summary.items), seen)
        if seen.summary.sizes:
            self._smallest.add(-min(seen.summary.sizes), seen)
        if self._shows_nothing(seen):
            self._empty.add(lot, seen)

    def chosen(self) -> list[Chosen]:
        """The records to show, those with findings first."""
        reasons, records = dict[tuple[str, int], list[str]](), dict[tuple[str, int], SeenRecord]()
        for reason, seen in chain(self._with_findings(), self._others()):
            key = seen.manifest, seen.line
            if key in records or len(records) < self._most:
                records[key] = seen
                listed = reasons.setdefault(key, [])
                if reason and reason not in listed:
                    listed.append(reason)
        return [
            Chosen(seen, (*reasons[key], *self._facts(seen, reasons[key]))) for key, seen in records.items()
        ]

    def _facts(self, seen: SeenRecord, listed: Collection[str]) -> Iterator[str]:
        """What holds of a record however it was chosen, beside what is listed."""
        if EMPTY not in listed and seen.side is not None and self._shows_nothing(seen):
            yield EMPTY

    def _shows_nothing(self, seen: SeenRecord) -> bool:
        return seen.record is not None and not self._type.has_objects(seen.record)

    def _with_findings(self) -> Iterator[tuple[str, SeenRecord]]:
        """The first of each rule, the second of each, and so on; errors before warnings."""
        ranked = sorted(self._by_rule.items(), key=lambda one: (_rank(one[0]), one[0]))
        for code, records in ranked:
            yield from ((code, seen) for seen in records[:1])
        yield from _in_turns((code, records[1:]) for code, records in ranked)

    def _others(self) -> Iterator[tuple[str, SeenRecord]]:
        of_classes = [("class", best.in_order()) for _, best in sorted(self._by_class.items())]
        yield from (("class", records[0]) for _, records in of_classes)
        yield from _in_turns(
            (
                ("fullest", self._fullest.in_order()),
                ("smallest", self._smallest.in_order()),
                (EMPTY, self._empty.in_order()),
            )
        )
        yield from _in_turns(of_classes)
        yield from _in_turns(("", best.in_order()) for best in self._sample.values())


def _in_turns(named: Iterable[tuple[str, list[SeenRecord]]]) -> Iterator[tuple[str, SeenRecord]]:
    """One record of each, then the next of each, with the reason for it."""
    rows = ([(reason, seen) for seen in records] for reason, records in named)
    for turn in zip_longest(*rows):
        yield from (one for one in turn if one is not None)


def _rank(code: str) -> int:
    return SEVERITIES.index(RULES[code].severity) if code in RULES else len(SEVERITIES)
