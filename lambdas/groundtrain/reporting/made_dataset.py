"""What a report on a dataset is about: its files are read, and nothing is decided anew but the gate."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from groundtrain.dataset.description import REJECTED, REPORT, Dataset
from groundtrain.dataset.rejected_lines import RejectedLine
from groundtrain.dataset.report import Report
from groundtrain.dataset.split.sides import SIDES, Side
from groundtrain.errors import ManifestError
from groundtrain.gate.decision import check_settings
from groundtrain.gate.verdict import verdict_on
from groundtrain.json_text import decode_json
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import keys_of
from groundtrain.reporting.choice import SAMPLE
from groundtrain.reporting.gathering import Gathered
from groundtrain.reporting.seen_record import SeenRecord
from groundtrain.reporting.subject import Subject, errors_of
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment

OpenFile = Callable[[str], ManifestSource]
"""Opens a file of the dataset by its name."""


def dataset_subject(
    dataset: Dataset,
    open_file: OpenFile,
    environment: Environment,
    *,
    title: str,
    gate: str = "the gate",
    most: int = SAMPLE,
) -> Subject:
    """Read a dataset for a report on it; findings have the line numbers of the manifest that it came from.

    Raises:
        ManifestError: it is that of an unusable manifest, or one of its files is not what it was.
    """
    if not dataset.type:
        reason = dataset.gate.reasons[0] if dataset.gate.reasons else "it holds no record"
        raise ManifestError(
            f"{title} is no dataset to look at: {reason}", fix="look at the manifest it names"
        )
    report = _report(open_file(REPORT))
    label_type = LABEL_TYPES[dataset.type]
    keys = keys_of(dataset.label, dataset.attributes[0])
    gathered = Gathered(label_type, keys.source, most)
    reader = RecordReader(keys, label_type, frozenset())
    by_source: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.line:
            by_source.setdefault(finding.source, []).append(finding)
    left_out = [*_left_out(open_file(REJECTED), reader, by_source)]
    for one in left_out:
        gathered.add(one)
    lines = {(one.manifest, one.line) for one in left_out}
    for side, split in zip(SIDES, dataset.sides, strict=False):
        for one in _used(open_file(split.manifest), reader, side, split.manifest):
            here = [each for each in by_source.get(one.source, ()) if each.place("") not in lines]
            one.findings = tuple(here)
            gathered.add(one)
    of_settings = tuple(check_settings(dataset, environment))
    return Subject(
        title=title,
        contents=dataset,
        verdict=verdict_on(dataset, at_gate=of_settings, gate=gate),
        counts=dataset.findings,
        examples=report.findings,
        items=_items(report),
        distributions=gathered.distributions,
        chosen=gathered.choice.chosen(),
        environment=environment,
        blocking=errors_of(dataset, of_settings),
        is_made=True,
    )


def _report(source: ManifestSource) -> Report:
    try:
        return decode_json(b"".join(source.open()), Report)
    except msgspec.DecodeError as error:
        raise ManifestError(
            f"{source.name} is not of this version ({error})", fix="convert the manifest again"
        ) from error


def _used(source: ManifestSource, reader: RecordReader, side: Side, manifest: str) -> Iterator[SeenRecord]:
    for number, line in Lines(source.open()):
        reading = reader.read(number, line)
        if reading.record is not None and reading.summary is not None:
            text = reading.record.source
            of = side, fingerprint(text), reading.record, reading.summary
            yield SeenRecord(number, text, *of, manifest=manifest)


def _left_out(
    source: ManifestSource, reader: RecordReader, found: Mapping[str, Sequence[Finding]]
) -> Iterator[SeenRecord]:
    decode = msgspec.json.Decoder(RejectedLine).decode
    for number, line in Lines(source.open()):
        try:
            rejected = decode(line)
        except msgspec.DecodeError as error:
            raise ManifestError(
                f"{source.name}, line {number}, is not of this version ({error})",
                fix="convert the manifest again",
            ) from error
        reading = reader.read(rejected.line, rejected.text)
        findings = [each for each in found.get(rejected.source, ()) if each.line == rejected.line]
        reason = Finding(rejected.code, rejected.line, "$", rejected.reason, rejected.source)
        yield SeenRecord(
            rejected.line,
            rejected.source,
            None,
            fingerprint(rejected.source),
            reading.record,
            reading.summary,
            tuple(findings) or (reason,),
            rejected.manifest,
        )


def _items(report: Report) -> list[dict[int, int]]:
    """Items by class id of each side."""
    sides: list[dict[int, int]] = [{}, {}, {}]
    for i, one in enumerate(report.classes):
        of_test = 0 if isinstance(one.test_items, msgspec.UnsetType) else one.test_items
        for side, count in zip(sides, (one.train_items, one.validation_items, of_test), strict=True):
            if count:
                side[i] = count
    return sides
