"""A rehearsal as one JSON document, and as text with the verdict at the end."""

from collections.abc import Iterator, Sequence
from typing import Any

from groundtrain.output.finding_json import finding_document
from groundtrain.pipe.sending import Epoch
from groundtrain.quantities import first_few, quantity, shortened
from groundtrain.rehearsal.findings import verdict_of
from groundtrain.rehearsal.run import Rehearsal
from groundtrain.rules.findings import Finding

_SHOWN = 5
_LISTED = 1_000  # files of a model
_VERDICTS = {
    "rehearsed": "went through its job",
    "rehearsed-with-warnings": "went through its job, with warnings",
    "failed": "would not train, because",
}


def rehearsal_document(rehearsal: Rehearsal, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """The document; `exit_code` is the program's, null when it had to be killed."""
    return {
        "verdict": verdict_of(findings),
        "exit_code": rehearsal.attempt.exit_code,
        "ended_by": rehearsal.attempt.ended_by,
        "folders": "/opt/ml" if rehearsal.mounted else "SAGEMAKER_BASE_DIR",
        "channels": {name: _totals(epochs) for name, epochs in rehearsal.epochs.items()},
        "metrics": {
            name: {"found": metric.found, "last": metric.last} for name, metric in rehearsal.metrics.items()
        },
        "model_files": dict(sorted(rehearsal.model_files.items())[:_LISTED]),
        "failure": rehearsal.failure_text,
        "seconds": round(rehearsal.seconds, 3),
        "seconds_to_first_record": rehearsal.first_record and round(rehearsal.first_record, 3),
        "findings": [finding_document(finding) for finding in findings],
    }


def rehearsal_text(rehearsal: Rehearsal, findings: tuple[Finding, ...], program: str) -> Iterator[str]:
    """The lines; `program` is the command as people see it."""
    for name, epochs in rehearsal.epochs.items():
        yield f"channel {name}: {channel_text(epochs)}"
    for name, metric in rehearsal.metrics.items():
        yield f"metric {name}: {f'{metric.last:g}, found {metric.found:,} times' if metric.found else 'none'}"
    yield f"model: {_model(rehearsal.model_files)}"
    for finding in findings:
        yield ""
        yield f"{finding.code} {finding.rule.name}: {finding.rule.severity}"
        yield f"  {finding.code} {finding.message}: {finding.advice}"
    yield ""
    verdict = verdict_of(findings)
    reasons = [finding.message for finding in findings if finding.is_error]
    because = f": {'; '.join(map(shortened, reasons))}" if reasons else ""
    yield f"{program}: {_VERDICTS[verdict]}{because}"


def channel_text(epochs: Sequence[Epoch]) -> str:
    """How a channel was read, and who waited for whom."""
    if not epochs:
        return "never opened"
    totals = _totals(epochs)
    seconds = sum(epoch.seconds for epoch in epochs)
    text = f"{quantity(len(epochs), 'epoch')}, {quantity(totals['records'], 'record')}"
    if totals["unread"]:
        text += f", {totals['unread']:,} left"
    if seconds:
        waited = sum(epoch.waited for epoch in epochs) / seconds
        text += f", {totals['bytes'] / 1e6 / seconds:,.1f} MB/s; the pipe waited for the program {waited:.0%}"
    return text


def _totals(epochs: Sequence[Epoch]) -> dict[str, int]:
    return {
        "epochs": len(epochs),
        "records": sum(epoch.read for epoch in epochs),
        "bytes": sum(epoch.bytes for epoch in epochs),
        "unread": sum(epoch.unread for epoch in epochs if epoch.ended),
    }


def _model(files: dict[str, int]) -> str:
    if not files:
        return "no file"
    size = sum(files.values())
    names = first_few(sorted(files), _SHOWN)
    return f"{quantity(len(files), 'file')}, {size:,} bytes: {names}"
