"""The first screen: what people ask of a dataset first, each answered in a sentence."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from msgspec import UNSET, Struct

from groundtrain.dataset.split.sides import IN_WORDS, SIDES, TEST, VALIDATION
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.printable_text import printable_start
from groundtrain.quantities import enumerated, quantity
from groundtrain.record_keys import is_fetched
from groundtrain.reporting.distributions import largest_series
from groundtrain.reporting.subject import Subject
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

State = Literal["good", "look", "bad", "none"]
_LEAKS = ("GT404", "GT431", "GT432")
_LONGEST, _FEW, _REASONS = 120, 3, 5
_OFF, _POOR = 2, 10
_ONE_GROUP = (
    "It is the only series, so group_by on its name would put every record on one side:"
    " take other images for validation, or name the side of each line in an attribute (split_attribute)."
)


class Answer(Struct, frozen=True):
    """A question and its answer; `at` is the part of the page that says more."""

    question: str
    answer: str
    state: State
    at: str


def answers(subject: Subject) -> Iterator[Answer]:
    """What is asked of every dataset."""
    yield _left_out(subject)
    background = LABEL_TYPES[subject.contents.type].background
    if any(not background or name != background for name in subject.contents.classes):
        yield _rarest(subject)
    if subject.distributions.records:
        yield _sides(subject)
        yield _leaks(subject)


def _left_out(subject: Subject) -> Answer:
    contents = subject.contents
    if not contents.rejected:
        return Answer("What is left out?", "Nothing: every record is used.", "good", "left-out")
    ranked = sorted(contents.reasons.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{count:,} for {_rule_name(code)}" for code, count in ranked[:_REASONS]]
    if more := sum(count for _, count in ranked[_REASONS:]):
        named.append(f"{more:,} for others")
    said = f"{contents.rejected:,} of {quantity(contents.source.records, 'record')}: {enumerated(named)}."
    return Answer("What is left out?", said, "look", "left-out")


def _rule_name(code: str) -> str:
    return f"{RULES[code].name} ({code})" if code in RULES else code


def _rarest(subject: Subject) -> Answer:
    contents = subject.contents
    background = LABEL_TYPES[contents.type].background
    of = [side.records_by_class for side in contents.sides]

    def counts() -> Iterator[tuple[int, str]]:
        for name in contents.classes:
            if not background or name != background:
                yield sum(side.get(name, 0) for side in of), name

    fewest = min(count for count, _ in counts())
    number = sum(count == fewest for count, _ in counts())
    names = [*islice((name for count, name in counts() if count == fewest), _FEW)]
    shown = enumerated([f"“{printable_start(name, _LONGEST)}”" for name in names])
    more = f" and {number - _FEW:,} more" if number > _FEW else ""
    usable = sum(side.records for side in contents.sides)
    share = f" ({fewest / usable:.1%})" if usable else ""
    what = f"{shown}{more}: on {fewest:,} of {quantity(usable, 'record')} that are used{share}."
    lacking = _lacking(subject)
    state: State = "look" if lacking or not fewest else "good"
    return Answer("Which class is rarest?", f"{what}{lacking}", state, "classes")


def _lacking(subject: Subject) -> str:
    """The classes that a side has none of, however frequent they are."""
    found = [each for each in subject.contents.manifest_findings if each.code == "GT403"]
    return "".join(f" Lacking on a side: {each.told}." for each in found[:_FEW])


def _sides(subject: Subject) -> Answer:
    sides = zip(SIDES, subject.contents.sides, strict=False)
    said = enumerated([f"{side.records:,} for {IN_WORDS[name]}" for name, side in sides])
    odd = [*_unlike_asked(subject), *_poor_validation(subject)]
    one_sided = next(
        (each for each in subject.contents.manifest_findings if each.code in ("GT402", "GT403")), None
    )
    if one_sided is not None:
        odd.append(one_sided.message)
    at = one_sided.code if one_sided is not None else "classes"
    return Answer("How is it split?", f"{'; '.join([said, *odd])}.", "look" if odd else "good", at)


def _unlike_asked(subject: Subject) -> Iterator[str]:
    """Where a side came to less than half or more than twice its share, as it can of few groups."""
    settings, described = subject.environment.dataset, subject.contents
    if subject.is_made or described.source.manifests is not UNSET or settings.split_attribute:
        return
    asked = {VALIDATION: float(settings.validation), TEST: float(settings.test or 0)}
    used = sum(side.records for side in described.sides)
    for name, side in zip(SIDES, described.sides, strict=False):
        share = asked.get(name, 0)
        if share and used and not share / _OFF <= side.records / used <= share * _OFF:
            has = f"{IN_WORDS[name]} has {side.records / used:.1%} of what is used"
            yield f"{has}, where {share:.0%} was asked"


def _poor_validation(subject: Subject) -> Iterator[str]:
    """Where so little is there to measure by that one record more or less changes the measure."""
    records, items = subject.distributions.filled[VALIDATION], sum(subject.items[1].values())
    whole = sum(sum(side.values()) for side in subject.items)
    sampled = subject.distributions.step > 1
    if sampled or not whole or not subject.contents.sides[1].records or records >= _POOR:
        return
    noun = LABEL_TYPES[subject.contents.type].noun
    on = quantity(records, "record")
    yield f"measures would rest on {items:,} of the {whole:,} {noun}, which are on {on} for validation"


def _leaks(subject: Subject) -> Answer:
    question = "Do related records leak between the sides?"
    leak = next((each for each in subject.examples if each.code in _LEAKS), None)
    if leak is not None:
        return Answer(question, f"Yes: {_counted(subject, leak)}.", "bad", leak.code)
    settings = subject.environment.dataset
    by = settings.group_by or settings.group_attribute
    if by and subject.contents.source.manifests is UNSET:
        kept = f"No: what is alike in {printable_start(by, _LONGEST)} stays on one side."
        return Answer(question, kept, "good", "origin")
    if not is_fetched(subject.contents.attributes[0]):
        alike = "No text is on two sides; whether some are related is not looked for."
        return Answer(question, alike, "good", "origin")
    series = largest_series(subject.distributions, _FEW)
    parted = [one for one in series if len(one[1]) > 1]
    if not parted:
        return Answer(question, "Not by their names: no numbered series is on two sides.", "good", "origin")
    stem, counts = parted[0]
    parts = enumerated([f"{counts[side]:,} for {IN_WORDS[side]}" for side in SIDES if counts[side]])
    alone = len(series) == 1
    useless = f" {_ONE_GROUP}" if alone and counts.total() == subject.distributions.records else ""
    said = (
        f"They do if these are frames of one video: the numbered images {printable_start(stem, _LONGEST)}…"
        f" are on several sides ({parts}). If they are single photos, no image is on two sides.{useless}"
    )
    return Answer(question, said, "look", "series")


def _counted(subject: Subject, finding: Finding) -> str:
    count = subject.counts.get(finding.code, 1)
    return finding.told if count == 1 else f"{finding.told} (and {count - 1:,} more)"
