"""Statistics of labels as text, for inspect and check."""

from collections.abc import Iterator, Mapping, Sequence

from groundtrain.dataset.overview import ClassCount
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.output.text_table import table
from groundtrain.quantities import quantity, shortened

_CLASSES, _NAME = 100, 80


def statistics_text(
    type_name: str, noun: str, usable: int, figures: Mapping[str, float], classes: Sequence[ClassCount]
) -> Iterator[str]:
    """The lines; text from the manifest is not escaped.

    Args:
        type_name: type of the labels, as the manifest spells it.
        noun: what the labels consist of, such as "boxes".
        usable: number of records that are counted; there is no text for 0.
        figures: the statistics of the label type.
        classes: classes by id.
    """
    if not usable:
        return
    rows = [
        (
            noun,
            f"{figures[noun]:,}; {figures[noun] / usable:.1f} a record, at most {figures[f'most_{noun}']}",
        ),
        ("without any", quantity(int(figures["without_objects"]), "record")),
        *LABEL_TYPES[type_name.lower()].in_words(figures),
        *_adjustment(figures),
    ]
    yield from table(rows)
    if classes:
        yield "Classes:"
        shown = enumerate(classes[:_CLASSES])
        counts = ((i, shortened(one.name, _NAME), one.records, one.items) for i, one in shown)
        yield from table([("id", "name", "records", noun), *counts])
        if len(classes) > _CLASSES:
            yield f"  and {len(classes) - _CLASSES:,} more (--format json has them all)"


def _adjustment(figures: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """What became of labels in an adjustment job."""
    if "adjusted" in figures:
        changed = quantity(int(figures["adjusted"]), "record")
        yield "adjusted", f"{changed}, {figures['unadjusted']} left as they were"
