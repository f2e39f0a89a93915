"""Which lines of a manifest are worth a picture: with findings, of each class, the fullest, an empty one."""

from collections import Counter
from collections.abc import Iterator
from heapq import nlargest

from msgspec import Struct, field


class SeenLine(Struct, frozen=True, gc=False):
    """What a line shows.

    Attributes:
        classes: names.
        items: their number, such as boxes.
        codes: of its findings.
        left_out: whether one of them leaves it out of a dataset.
    """

    line: int
    classes: frozenset[str]
    items: int
    codes: frozenset[str] = frozenset()
    left_out: bool = False


class LineChoice(Struct):
    """Chooses among lines as they come; it keeps a few for each class and code, however many there are.

    Attributes:
        most: lines to choose.
    """

    most: int
    class_counts: Counter[str] = field(default_factory=Counter)
    by_code: dict[str, SeenLine] = field(default_factory=dict)
    by_class: dict[str, SeenLine] = field(default_factory=dict)
    empty: SeenLine | None = None
    fullest: list[SeenLine] = field(default_factory=list)
    first: list[SeenLine] = field(default_factory=list)

    def add(self, seen: SeenLine) -> None:
        """Look at a line."""
        self.class_counts.update(seen.classes)
        for code in seen.codes:
            known = self.by_code.get(code)
            if known is None or (len(known.codes) > 1 and len(seen.codes) == 1):
                self.by_code[code] = seen
        for name in seen.classes if not seen.left_out else ():
            known = self.by_class.get(name)
            if known is None or seen.items > known.items:
                self.by_class[name] = seen
        if self.empty is None and not seen.classes and not seen.codes:
            self.empty = seen
        if len(self.first) < self.most:
            self.first.append(seen)
        self.fullest.append(seen)
        if len(self.fullest) >= 4 * self.most + 100:
            self.fullest = nlargest(self.most, self.fullest, key=_fullness)

    def chosen(self) -> list[int]:
        """Numbers of the lines: with findings first, then by number."""
        found: dict[int, SeenLine] = {}
        for seen in self._worth_seeing():
            if len(found) >= self.most:
                break
            found.setdefault(seen.line, seen)
        return sorted(found, key=lambda line: (not found[line].left_out, not found[line].codes, line))

    def _worth_seeing(self) -> Iterator[SeenLine]:
        """Lines in the order of what they show, some of them more than once.

        At most a half is for findings, so that the labels themselves are seen as well.
        """
        faulty = [
            self.by_code[code]
            for code in sorted(self.by_code, key=lambda code: (not self.by_code[code].left_out, code))
        ]
        yield from faulty[: max(1, self.most // 2)]
        shown = set[str]()
        for name, _ in sorted(self.class_counts.items(), key=lambda pair: (pair[1], pair[0])):
            if name in self.by_class and name not in shown:
                shown |= self.by_class[name].classes
                yield self.by_class[name]
        if self.empty is not None:
            yield self.empty
        yield from nlargest(self.most, self.fullest, key=_fullness)
        yield from faulty
        yield from self.first


def _fullness(seen: SeenLine) -> tuple[int, int]:
    return seen.items, -seen.line
