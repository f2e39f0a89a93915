"""groundtrain, as `groundtrain convert` runs it."""

from collections import Counter
from pathlib import Path

import msgspec

from benchmarks.contenders.outcome import Outcome, SideOutcome, main
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import REPORT, Split
from groundtrain.dataset.report import Report
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings


def run(manifest: Path, into: Path) -> Outcome:
    """Convert the manifest into a directory."""
    dataset = convert(FileManifest(manifest), DatasetSettings(), into)
    report = msgspec.json.decode((into / REPORT).read_bytes(), type=Report)
    in_all = Counter(finding.code for finding in dataset.remarks)
    return Outcome(
        source=dataset.source.etag,
        records=dataset.source.records,
        classes=dataset.classes,
        train=_side(dataset.train, {each.name: each.train_items for each in report.classes}),
        validation=_side(dataset.validation, {each.name: each.validation_items for each in report.classes}),
        reasons=dataset.reasons,
        findings=dict(sorted((Counter(dataset.findings) - in_all).items())),
        buckets=dataset.image_buckets,
        leakage=tuple(finding for finding in dataset.remarks if finding.code in ("GT404", "GT407")),
        statistics=dataset.statistics,
    )


def _side(split: Split, boxes: dict[str, int]) -> SideOutcome:
    return SideOutcome(split.records, split.bytes, split.sha256, split.records_by_class, boxes)


if __name__ == "__main__":
    main(run)
