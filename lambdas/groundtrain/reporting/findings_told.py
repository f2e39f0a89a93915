"""Findings by rule, as the page tells them, and the reasons for which lines were left out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.printable_text import printable_start
from groundtrain.reporting.choice import EMPTY, Chosen
from groundtrain.reporting.shown_lengths import ADDRESS, TEXT
from groundtrain.reporting.subject import Subject
from groundtrain.rules import LEFT_OUT_BY_SETTINGS, RULES
from groundtrain.rules.advice import Audience
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import SEVERITIES

_EXAMPLES = 20
_WITHOUT_OBJECTS = "GT415"


class Place(Struct, frozen=True, omit_defaults=True):
    """One finding: where it is, and what was seen.

    Attributes:
        line: 0 for the whole file.
        picture: the one that shows it, from 0; None for none.
        pictures: those that a finding on the whole file is about, as far as they are known.
        fix: where it is another than the rule's.
    """

    line: int
    saw: str
    path: str = ""
    source: str = ""
    manifest: str = ""
    picture: int | None = None
    pictures: tuple[int, ...] = ()
    fix: str = ""


class RuleFound(Struct, frozen=True, omit_defaults=True):
    """A rule, and what was found by it."""

    code: str
    name: str
    severity: str
    why: str
    fix: str
    count: int
    places: tuple[Place, ...]
    fixed: int = 0


class Reason(Struct, frozen=True):
    """Why lines were left out, and what to do; `asked` where the settings say so."""

    code: str
    name: str
    count: int
    fix: str
    asked: bool


def rules_found(subject: Subject, audience: Audience, chosen: Sequence[Chosen]) -> Iterator[RuleFound]:
    """Each rule with findings, the gravest first; `chosen` are the records on pictures, in their order."""
    pictures = {(one.seen.manifest, one.seen.line): i for i, one in enumerate(chosen)}
    if subject.is_made:  # whose findings have the lines of the manifest that it was made from
        pictures = {each.place(""): i for i, one in enumerate(chosen) for each in one.seen.findings}
    by_code: dict[str, list[Finding]] = {}
    for finding in subject.examples:
        by_code.setdefault(finding.code, []).append(finding)
    fixed = subject.contents.fixed
    known = [code for code in {**subject.counts, **fixed} if code in RULES]
    for code in sorted(known, key=lambda code: _rank(code, subject.counts.get(code, 0))):
        rule = RULES[code]
        places = tuple(
            replace(_place(each, pictures, audience), pictures=_concerned(each, subject, chosen))
            for each in by_code.get(code, [])[:_EXAMPLES]
        )
        worded = audience.worded(rule.fix)
        yield RuleFound(
            code,
            rule.name,
            rule.severity,
            rule.why,
            worded,
            subject.counts.get(code, 0),
            places,
            fixed.get(code, 0),
        )


def _rank(code: str, count: int) -> tuple[int, bool, int, str]:
    """What prevents training as a whole comes first, then what is found most."""
    rule = RULES[code]
    return SEVERITIES.index(rule.severity), not rule.whole_file, -count, code


def _place(finding: Finding, pictures: Mapping[tuple[str, int], int], audience: Audience) -> Place:
    manifest, line = finding.place("")
    return Place(
        line,
        printable_start(finding.message, TEXT),
        printable_start(finding.path, ADDRESS) if line else "",
        printable_start(finding.source, ADDRESS),
        printable_start(manifest, ADDRESS),
        pictures.get((manifest, line)) if line else None,
        fix="" if finding.fix == finding.rule.fix else printable_start(audience.worded(finding.fix), TEXT),
    )


def _concerned(finding: Finding, subject: Subject, chosen: Sequence[Chosen]) -> tuple[int, ...]:
    """The pictures of a finding on the whole file: those without objects, or of the classes it names."""
    if finding.line:
        return ()
    if finding.code == _WITHOUT_OBJECTS:
        return tuple(i for i, one in enumerate(chosen) if EMPTY in one.reasons)
    of = {i for i, name in enumerate(subject.contents.classes) if name in finding.names}
    used = (
        (i, one.seen.summary)
        for i, one in enumerate(chosen)
        if one.seen.side is not None and one.seen.summary
    )
    return tuple(i for i, summary in used if not of.isdisjoint(summary.classes))


class Blocking(Struct, frozen=True):
    """What stands in the way of training; `code` is a rule of the page where one tells of the same."""

    code: str
    name: str
    saw: str


def blocking_told(subject: Subject) -> Iterator[Blocking]:
    """Each once; the gate's rules name what it asks for, others what was found."""
    for finding in {each.code: each for each in reversed(subject.blocking)}.values():
        same = (each for each in subject.examples if finding.names and each.names == finding.names)
        told = finding if finding.code in subject.counts else next(same, finding)
        name = RULES[told.code].name if told.code in RULES else ""
        yield Blocking(told.code, name, printable_start(finding.told, TEXT))


def reasons_told(subject: Subject, audience: Audience) -> Iterator[Reason]:
    """The reasons, that of most lines first."""
    for code, count in Counter(subject.contents.reasons).most_common():
        rule = RULES.get(code)
        name, fix = (rule.name, audience.worded(rule.fix)) if rule else ("a rule of another version", "")
        yield Reason(code, name, count, fix, code in LEFT_OUT_BY_SETTINGS)
