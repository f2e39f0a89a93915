"""All that the page tells, as one JSON document: a bounded number of short texts, harmless to look at."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.printable_text import printable_start
from groundtrain.quantities import quantity
from groundtrain.reporting.answers import Answer, answers
from groundtrain.reporting.class_rows import ClassRow, class_rows
from groundtrain.reporting.distributions import largest_series
from groundtrain.reporting.findings_told import (
    Blocking,
    Reason,
    RuleFound,
    blocking_told,
    reasons_told,
    rules_found,
)
from groundtrain.reporting.origin import Origin, origin
from groundtrain.reporting.page_budget import left_for_images, left_for_labels, within
from groundtrain.reporting.picture_images import illustrated
from groundtrain.reporting.pictures import Names, Picture, Thumbnails, pictures_of
from groundtrain.reporting.plots import Plot, mask_shares, plots
from groundtrain.reporting.shown_lengths import ADDRESS, NAME, TEXT
from groundtrain.reporting.subject import Subject
from groundtrain.rules.advice import Audience

_EXAMPLES, _SERIES = 20, 12


Compare = Callable[[Names, Thumbnails | None], Struct]
"""Makes the part on predictions; it adds the names of classes to those of the pictures."""


class Contents(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The document.

    Attributes:
        step: of how many records one is counted in the plots.
        verdict: kind, the sentence, and the reasons.
        sides: name and records of each; `classes` count by them.
        others: how many further classes there are, with their items on each side.
        rules: with findings, the gravest first.
        blocking: what stands in the way of training, which comes first.
        reasons: for which lines were left out.
        series: numbered images that may be frames of one video, with their records by side.
        compared: what was found beside what is labeled, see `Comparison`; None without predictions.
        names: of classes on pictures; those of `classes` come first, in their order.
    """

    title: str
    type: str
    label: str
    noun: str
    step: int
    verdict: tuple[str, str, tuple[str, ...]]
    records: int
    rejected: int
    total_classes: int
    items: float
    sides: tuple[tuple[str, int], ...]
    answers: tuple[Answer, ...]
    classes: tuple[ClassRow, ...]
    others: tuple[int, ...]
    rules: tuple[RuleFound, ...]
    reasons: tuple[Reason, ...]
    plots: tuple[Plot, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    origin: tuple[Origin, ...]
    names: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    pictures_note: str = ""
    compared: Any = None
    blocking: tuple[Blocking, ...] = ()


def contents_of(
    subject: Subject,
    audience: Audience,
    thumbnails: Thumbnails | None = None,
    *,
    compare: Compare | None = None,
) -> Contents:
    """What the page tells.

    Args:
        subject: what it is about.
        audience: who reads it.
        thumbnails: makes images small; None where there are none to show.
        compare: what is told of predictions; None where there are none.
    """
    described, label_type = subject.contents, LABEL_TYPES[subject.contents.type]
    sides = tuple((name, side.records) for name, side in zip(SIDES, described.sides, strict=False))
    classes, others, names = class_rows(subject)
    worded = audience.worded
    told = Contents(
        title=printable_start(subject.title, ADDRESS),
        type=_type_in_words(label_type.name),
        label=printable_start(described.label, NAME),
        noun=label_type.noun,
        step=subject.distributions.step,
        verdict=(subject.verdict.kind, _verdict(subject), tuple(_because(subject, audience))),
        records=described.source.records,
        rejected=described.rejected,
        total_classes=len(described.classes),
        items=described.statistics.get(label_type.noun, 0),
        sides=sides,
        answers=tuple(
            Answer(one.question, printable_start(worded(one.answer), TEXT), one.state, one.at)
            for one in answers(subject)
        ),
        classes=classes,
        others=others,
        rules=tuple(rules_found(subject, audience, subject.chosen)),
        reasons=tuple(reasons_told(subject, audience)),
        plots=tuple(plots(subject.distributions, label_type)),
        series=tuple(_series(subject, len(sides))),
        origin=tuple(origin(subject)),
        blocking=tuple(blocking_told(subject))[:_EXAMPLES],
    )
    told = _with_pictures(told, subject, names, thumbnails, compare)
    return replace(told, pictures_note=worded(_note(subject, told.pictures, thumbnails)))


def _with_pictures(
    told: Contents,
    subject: Subject,
    names: Names,
    thumbnails: Thumbnails | None,
    compare: Compare | None,
) -> Contents:
    """Labels are counted before images, of which those of the comparison come first."""
    label_type = LABEL_TYPES[subject.contents.type]
    drawn = tuple(pictures_of(subject.chosen, label_type, names))
    pictures = within(drawn, names, left_for_labels(told))
    if thumbnails is not None:
        labeled = replace(told, pictures=pictures, names=names.shown())
        thumbnails.leave(left_for_images(labeled, len(pictures), is_compared=compare is not None))
    comparison = compare(names, thumbnails) if compare is not None else None
    shares = dict[str, list[float]]()
    return replace(
        told,
        compared=comparison,
        pictures=tuple(illustrated(pictures, subject.chosen, label_type, thumbnails, shares)),
        plots=(*told.plots, *mask_shares(shares)),
        names=names.shown(),
    )


def _type_in_words(name: str) -> str:
    return re.sub(r"[-_]", " ", name.partition("/")[2])


def _note(subject: Subject, pictures: Sequence[Picture], thumbnails: Thumbnails | None) -> str:
    """What the pictures are of."""
    of = subject.contents.source.records
    all_of_them = of == len(pictures)
    shown = f"All {of:,} records" if all_of_them else f"{len(pictures):,} of {of:,} records"
    chosen = (
        "" if all_of_them else ", chosen to show findings first, then each class, extremes, and both sides"
    )
    blank = sum(not one.image for one in pictures if one.pieces is None)
    without = _not_drawn(pictures)
    if blank and thumbnails is None:
        without += (
            " Labels are drawn on blank images: name a folder of images with `--image-dir` to see them."
        )
    elif blank:
        without += f" {quantity(blank, 'image')} could not be shown; the labels are drawn all the same."
    return f"{shown}{chosen}.{without}"


def _not_drawn(pictures: Sequence[Picture]) -> str:
    cut = sum(bool(one.more) for one in pictures)
    further = quantity(sum(one.more for one in pictures), "label")
    return (
        f" Of {quantity(cut, 'record')} not all is drawn: {further} more than the page has room for."
        if cut
        else ""
    )


def _verdict(subject: Subject) -> str:
    """The verdict without its reasons, which are listed."""
    text = str(subject.verdict)
    return text.partition(", because:")[0].partition(" is closed:")[0] + (
        " is closed" if " is closed:" in text else ""
    )


def _because(subject: Subject, audience: Audience) -> Iterator[str]:
    for reason in subject.verdict.because[:_EXAMPLES]:
        yield printable_start(audience.worded(reason), TEXT)
    if (further := len(subject.verdict.because) - _EXAMPLES) > 0:
        yield f"and {further:,} more"


def _series(subject: Subject, sides: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for stem, counts in largest_series(subject.distributions, _SERIES):
        yield printable_start(stem, ADDRESS), tuple(counts[side] for side in SIDES[:sides])
