"""Distributions as plots: each a list of labeled numbers, or a grid, that the page draws and lists."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.printable_text import printable_start
from groundtrain.quantities import quantity
from groundtrain.reporting.distributions import CELLS, IMAGE_SHAPE, STEEPEST, Distributions

_MOST_BARS, _MOST_SIZES, _NAME = 40, 12, 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BY_DATE = ((10, "day"), (7, "month"), (4, "year"))


class Plot(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One plot.

    Attributes:
        title, note: what it shows, and what to know about it.
        of: what is counted, in the plural.
        along: what the bars are by.
        bars: label and number of each.
        columns: of a grid; 0 where it is none.
        cells: numbers of a grid, row by row.
        marked: bars that need attention.
    """

    title: str
    of: str
    along: str = ""
    note: str = ""
    bars: tuple[tuple[str, float], ...] = ()
    columns: int = 0
    cells: tuple[int, ...] = ()
    marked: tuple[int, ...] = ()


def plots(counted: Distributions, label_type: LabelType) -> Iterator[Plot]:
    """The plots of which there is something to show."""
    noun = label_type.noun
    if counted.items:
        yield Plot(f"{noun.capitalize()} on a record", "records", noun, bars=_ranges(counted.items))
    if counted.on_network:
        yield _network_sizes(counted.on_network)
        yield _aspects(counted.aspects)
        yield _positions(counted.positions)
    if counted.sizes:
        yield _image_sizes(counted.sizes)
    if counted.lengths:
        bars = _doubling(counted.lengths)
        yield Plot("Lengths of texts", "records", "characters", bars=bars)
    if counted.days:
        yield from _dates(counted.days)


def _network_sizes(counts: Counter[int]) -> Plot:
    bars = _doubling(counts)
    return Plot(
        "Sizes of boxes as the network sees them",
        "boxes",
        "pixels of the shorter side",
        f"Each image is scaled to {IMAGE_SHAPE} x {IMAGE_SHAPE} pixels (image_shape, unless you set it);"
        " below 2 pixels there is nothing left to learn from.",
        bars,
        marked=tuple(i for i, (label, count) in enumerate(bars) if count and label in ("below 1", "1")),
    )


def _doubling(counts: Counter[int]) -> tuple[tuple[str, float], ...]:
    """Bars whose widths double, of numbers that are counted by their bit length."""
    lengths = range(min(counts), max(counts) + 1)
    return tuple((_doubled(length), counts[length]) for length in lengths)


def _doubled(length: int) -> str:
    if length < 2:
        return ("below 1", "1")[length]
    return f"{1 << (length - 1)} to {(1 << length) - 1}"


def _aspects(counts: Counter[int]) -> Plot:
    halves = range(-STEEPEST, STEEPEST + 1)
    bars = tuple((_aspect(half), counts[half]) for half in halves)
    return Plot(
        "Shapes of boxes", "boxes", "width : height", "Tall boxes to the left, wide ones to the right.", bars
    )


def _aspect(half: int) -> str:
    ratio = f"{2 ** (abs(half) / 2):.2g}"
    end = "+" if abs(half) == STEEPEST else ""
    return f"1 : {ratio}{end}" if half < 0 else f"{ratio}{end} : 1"


def _positions(counts: Counter[int]) -> Plot:
    cells = tuple(counts[cell] for cell in range(CELLS * CELLS))
    return Plot(
        "Where boxes are",
        "boxes",
        note="Centres of boxes; each image is stretched to the same square.",
        columns=CELLS,
        cells=cells,
    )


def _image_sizes(counts: Mapping[tuple[int, int], int]) -> Plot:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    bars = [(f"{width} x {height}", float(count)) for (width, height), count in ranked[:_MOST_SIZES]]
    if others := ranked[_MOST_SIZES:]:
        bars.append((f"{len(others):,} others", sum(count for _, count in others)))
    return Plot("Sizes of images", "records", "pixels, as the labels state them", bars=tuple(bars))


def _dates(days: Counter[str]) -> Iterator[Plot]:
    dated = Counter({day: count for day, count in days.items() if _DAY.fullmatch(day)})
    others = days.total() - dated.total()
    length, unit = next(
        (one for one in _BY_DATE if len({day[: one[0]] for day in dated}) <= _MOST_BARS), _BY_DATE[-1]
    )
    counts = Counter[str]()
    for day, count in dated.items():
        counts[day[:length]] += count
    shown = tuple(sorted(counts.items()))[-_MOST_BARS:]
    note = f"{quantity(others, 'record')} with a date of another form are not shown." if others else ""
    if shown:
        yield Plot("Dates of labels", "records", unit, note, shown)


def _ranges(counts: Counter[int]) -> tuple[tuple[str, float], ...]:
    """One bar for each number, or for equally wide ranges of numbers where there are many."""
    width = -(-(max(counts) + 1) // _MOST_BARS)
    grouped = Counter[int]()
    for number, count in counts.items():
        grouped[number // width] += count
    names = ((i, i * width, (i + 1) * width - 1) for i in range(max(grouped) + 1))
    return tuple((f"{first}" if width == 1 else f"{first} to {last}", grouped[i]) for i, first, last in names)


def mask_shares(shares: Mapping[str, Sequence[float]]) -> Iterator[Plot]:
    """The mean share of the pixels that each class has in the masks that were read."""
    if shares:
        means = {name: sum(found) / len(found) for name, found in shares.items()}
        ranked = sorted(means.items(), key=lambda one: (-one[1], one[0]))[:_MOST_BARS]
        yield Plot(
            "Shares of pixels",
            "percent",
            "class",
            f"The mean of {quantity(max(map(len, shares.values())), 'mask')}, those of the pictures shown.",
            tuple((printable_start(name, _NAME), round(100 * share, 1)) for name, share in ranked),
        )
