"""One record as the report sees it: of a manifest that is read, or of a dataset that was made."""

from msgspec import Struct

from groundtrain.dataset.passes.decisions import Decision, Kept
from groundtrain.dataset.split.given_files import GivenFiles
from groundtrain.dataset.split.sides import Side
from groundtrain.manifest.label_types.label_type import Record, RecordSummary
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.rules.findings import Finding


class SeenRecord(Struct, gc=False):
    """A line that was decided.

    Attributes:
        side: None where it was left out.
        mark: digest of its source, by which records are chosen without preference.
        record, summary: None where the line could not be read.
        manifest: name of the one that it is in, where there are several.
    """

    line: int
    source: str
    side: Side | None
    mark: bytes
    record: Record | None
    summary: RecordSummary | None
    findings: tuple[Finding, ...] = ()
    manifest: str = ""


def seen(decision: Decision, files: GivenFiles | None) -> SeenRecord:
    """A decided line of a manifest, or of several that give a split."""
    manifest, line = ("", decision.number) if files is None else files.place_of(decision.number)
    if isinstance(decision, Kept):
        record, source = decision.record, decision.record.source
        of = decision.side, decision.fingerprint, record, decision.summary, decision.logged
        return SeenRecord(line, source, *of, manifest)
    read, summary = decision.as_read or (None, None)
    source = decision.source or (decision.findings[0].source if decision.findings else "")
    found = tuple(dict.fromkeys((*decision.findings, *decision.logged)))
    return SeenRecord(line, source, None, fingerprint(source), read, summary, found, manifest)
