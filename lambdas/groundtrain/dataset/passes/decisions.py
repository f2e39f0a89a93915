"""What can become of one line: a record of the dataset, or a rejected line."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Raw, Struct

from groundtrain.dataset.misplaced_labels import MisplacedLabels
from groundtrain.dataset.split.sides import Side
from groundtrain.manifest.classes.class_changes import ClassChangeCounts
from groundtrain.manifest.label_types.label_type import Record, RecordSummary
from groundtrain.rules.findings import Finding


class Kept(Struct, gc=False):
    """A record of the dataset, unless an earlier line has the same source.

    Attributes:
        line: as it was read.
        output: as it is written.
        summary: with the class ids of the dataset.
        fingerprint: of the source.
        key: fingerprint of what makes it a record of its own; b"" where repetitions count.
        side: the one that it is on.
        group: fingerprint of its group; b"" where the line states its side.
        as_read: record and summary before anything was fixed or renumbered; None where nothing was read.
        logged, fixed: findings on the line, and how many were fixed, by code.
        own: attributes of its own, which make it another record of its source.
        shown: ids of the classes that it shows, by name, where groups are to be chosen by them.
        spellings: names on the line for which another spelling is taken, with that.
        answers: what verifications say of its label, by their attribute.
        changed: what became of its classes, where the settings change some.
    """

    number: int
    line: bytes
    output: bytes
    record: Record
    summary: RecordSummary
    fingerprint: bytes
    key: bytes
    side: Side
    group: bytes
    as_read: tuple[Record, RecordSummary] | None
    logged: tuple[Finding, ...] = ()
    fixed: Counter[str] | None = None
    is_stated: bool = False
    is_grouped: bool = False
    own: Mapping[str, Raw] | None = None
    shown: Mapping[str, int] | None = None
    spellings: Mapping[str, str] | None = None
    answers: tuple[tuple[str, str], ...] = ()
    changed: ClassChangeCounts | None = None


class Rejected(Struct, gc=False):
    """A line that is left out; the attributes that `Kept` has too mean the same.

    Attributes:
        findings: those for which it is left out, or that were seen on the way.
        lacks_metadata: whether it could be used if the metadata that it lacks were added.
        misplaced: labels that it has under other attributes.
        key: the line is told as a repetition where an earlier one has this key.
    """

    number: int
    line: bytes
    source: str
    findings: tuple[Finding, ...]
    as_read: tuple[Record, RecordSummary] | None
    logged: tuple[Finding, ...] = ()
    fixed: Counter[str] | None = None
    is_stated: bool = False
    lacks_metadata: bool = False
    misplaced: MisplacedLabels | None = None
    key: bytes = b""
    changed: ClassChangeCounts | None = None

    @property
    def reason(self) -> Finding:
        """The finding of the first rule that rejects it."""
        if len(self.findings) == 1:
            return self.findings[0]
        return next((finding for finding in self.findings if finding.is_error), self.findings[0])

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its findings, those that reject it first."""
        if len(self.findings) == 1:
            return (self.findings[0].code,)
        rejecting = [finding for finding in self.findings if finding.is_error]
        return tuple(dict.fromkeys(finding.code for finding in (*rejecting, *self.findings)))


Decision = Kept | Rejected


def as_repetition(decision: Decision, first: str, source_key: str) -> Rejected:
    """The decision on a line whose record an earlier one has already, that of these words."""
    source = decision.record.source if isinstance(decision, Kept) else decision.source
    further = "".join(f" and {name}" for name in (decision.own or ())) if isinstance(decision, Kept) else ""
    message = f"{first} has the same source{further}"
    finding = Finding("GT401", decision.number, f"$.{source_key}", message, source)
    logged = decision.logged if isinstance(decision, Kept) else decision.logged[:-1]
    return Rejected(
        decision.number,
        decision.line,
        source,
        (finding,),
        decision.as_read,
        (*logged, finding),
        decision.fixed,
        decision.is_stated,
    )
