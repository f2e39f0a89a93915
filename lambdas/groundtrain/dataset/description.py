"""dataset.json: the description of a dataset, and the mark that it is complete.

It is written last, with `If-None-Match: *`: when it exists, all other files of the dataset exist too.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from groundtrain.json_pieces import json_pieces
from groundtrain.json_text import decode_json
from groundtrain.manifest.classes.class_change_checks import ClassChange
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

FORMAT = 2
_NAMES_IN_FORMAT_1 = {
    "remarks": "manifest_findings",
    "fullest": "largest_record",
    "found_on": "records_with_findings",
}
TRAIN_MANIFEST = "train.manifest"
VALIDATION_MANIFEST = "validation.manifest"
TEST_MANIFEST = "test.manifest"
REJECTED = "rejected.jsonl"
REPORT = "report.json"
REPORT_PAGE = "report.html"
DESCRIPTION = "dataset.json"


class Source(Struct, frozen=True):
    """The manifest that the dataset was made from, and the version that was read.

    Attributes:
        manifests: addresses by side, where the split is given by several; `uri` is that of training.
    """

    uri: str
    etag: str
    records: int
    bytes: int
    manifests: dict[str, str] | UnsetType = UNSET


class Split(Struct, frozen=True):
    """One side of the split; `records` of the train side is the hyperparameter `num_training_samples`.

    Attributes:
        records_by_class: by name, of the classes that a record shows; the others are written with 0.
    """

    manifest: str
    records: int
    bytes: int
    sha256: str
    records_by_class: Mapping[str, int]


class LargestRecord(Struct, frozen=True):
    """The first record with the largest number of items: its line in the manifest, and its source.

    `manifest` is the name of that manifest, where the split is given by several.
    """

    line: int
    source: str
    manifest: str | UnsetType = UNSET


class GateDecision(Struct, frozen=True):
    """Whether the dataset may be trained on, and if not, why: one sentence for each reason."""

    open: bool
    reasons: tuple[str, ...] = ()


class FormatError(msgspec.DecodeError):
    """A dataset.json of a format that this version does not know."""


class DatasetContents(Struct, frozen=True, kw_only=True):
    """What a manifest was converted to. Whether it may be trained on is for the gate to decide.

    Attributes:
        labeling_job: name of the labeling job as typed, or of the upload; "" for a manifest without a name.
            The key is older than uploads, and functions of the previous version read it.
        labeling_job_arn: "" where it was no labeling job.
        type: of the label, as Ground Truth spells it, such as "groundtruth/object-detection".
        attributes: keys to stream, in stream order: what `AttributeNames` wants.
        classes: class names; the position is the class id in the manifests.
        test: the side that training never sees; unset where the settings ask for none and no line states it.
        rejected: lines left out; `source.records` are these and those of all sides.
        reasons: rejected lines by the code of the first rule that rejected them; sums to `rejected`.
        findings: all findings by code, those that reject nothing included, without those that were fixed.
        records_with_findings: records with findings, by code.
        fixed: findings on records of the dataset that were fixed, by code.
        class_changes: what became of classes that the settings change; unset where they change none.
        manifest_findings: findings on the manifest as a whole.
        statistics: counts and sizes of the label type, over all sides: how many items there are under the
            type's noun (`boxes`, `labels`, `entities`, `cuboids`), `most_boxes` (and so on) of one record,
            `without_objects` (records); bounding boxes: `smallest_width`, `smallest_height`, more (pixels);
            `adjusted` and `unadjusted` records, where an adjustment job made them.
        largest_record: the record that `most_boxes` (and so on) is of; None where none has any.
        image_buckets: buckets the sources (and masks) lie in.
        page: name of the page to look at beside it; unset where none was made.
    """

    format: int = FORMAT
    dataset_id: str
    labeling_job: str
    labeling_job_arn: str
    source: Source
    label: str
    type: str
    attributes: tuple[str, ...]
    classes: tuple[str, ...]
    train: Split
    validation: Split
    rejected: int
    reasons: dict[str, int]
    findings: dict[str, int]
    statistics: dict[str, float]
    image_buckets: tuple[str, ...]
    manifest_findings: tuple[Finding, ...] = ()
    largest_record: LargestRecord | None = None
    records_with_findings: dict[str, int] = {}
    fixed: dict[str, int] = {}
    class_changes: tuple[ClassChange, ...] | UnsetType = UNSET
    test: Split | UnsetType = UNSET
    page: str | UnsetType = UNSET

    @property
    def sides(self) -> tuple[Split, ...]:
        """Training, validation, and test where there is one."""
        return (self.train, self.validation, *((self.test,) if self.test is not UNSET else ()))

    @property
    def test_records(self) -> int | None:
        """Number of records on the test side; None where there is no such side."""
        return None if self.test is UNSET else self.test.records

    @property
    def is_of_upload(self) -> bool:
        """Whether a manifest that was put into S3 started the pipeline, and no labeling job."""
        return bool(self.labeling_job) and not self.labeling_job_arn

    def decided(self, gate: GateDecision) -> "Dataset":
        """The dataset whose gate is decided so, or decided again."""
        return Dataset(**{**structs.asdict(self), "gate": gate})


class Dataset(DatasetContents, frozen=True, kw_only=True):
    """A dataset: contents, and the decision whether they may be trained on."""

    gate: GateDecision


def dump_dataset(dataset: Dataset) -> bytes:
    """Write dataset.json: indented, one final newline, the same bytes for the same dataset."""
    return b"".join(dataset_pieces(dataset))


def dataset_pieces(dataset: Dataset) -> Iterator[bytes]:
    """The same in pieces."""
    yield from json_pieces(
        _with_sides(dataset, partial(_CountsByName, dataset.classes)), order="deterministic"
    )
    yield b"\n"


class _CountsByName(Mapping[str, int]):
    """Counts of all these names, 0 where there is none."""

    def __init__(self, names: Sequence[str], counts: Mapping[str, int]) -> None:
        self._names, self._counts = names, counts

    def __getitem__(self, name: str) -> int:
        return self._counts.get(name, 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def parse_dataset(text: bytes) -> Dataset:
    """Read dataset.json, of this version's format or the one before it.

    Raises:
        FormatError: it is of another format.
        msgspec.DecodeError: it is no dataset.json.
    """
    found = decode_json(text, _Versioned).format
    if found == 1:
        return _without_zeros(decode_json(_from_format_1(text), Dataset))
    if found != FORMAT:
        raise FormatError(f"it is of format {found}, and this version reads formats 1 and {FORMAT} only")
    return _without_zeros(decode_json(text, Dataset))


def _without_zeros(dataset: Dataset) -> Dataset:
    return _with_sides(dataset, lambda records: {name: count for name, count in records.items() if count})


def _with_sides(dataset: Dataset, counted: Callable[[Mapping[str, int]], Mapping[str, int]]) -> Dataset:
    train, validation, *test = (
        structs.replace(side, records_by_class=counted(side.records_by_class)) for side in dataset.sides
    )
    return structs.replace(dataset, train=train, validation=validation, test=test[0] if test else UNSET)


def _from_format_1(text: bytes) -> bytes:
    keys = decode_json(text, dict[str, msgspec.Raw])
    renamed = {_NAMES_IN_FORMAT_1.get(name, name): value for name, value in keys.items()}
    return msgspec.json.encode({**renamed, "format": FORMAT})


class _Versioned(Struct, frozen=True):
    """The one field that every format has."""

    format: int = FORMAT


def dataset_id(identity: str, etag: str, settings: DatasetSettings, classes: Sequence[str] = ()) -> str:
    """Identity of the dataset made from this output with these settings: 16 hex digits.

    `identity` is the ARN of the labeling job, the address of the upload, or "". `classes` are those of a
    label category file; a labeling job or an upload has one such file, so that its own identity is enough.
    """
    parts = [identity, etag, msgspec.json.encode(settings, order="sorted").decode()]
    if classes and not identity:
        parts.append(msgspec.json.encode(classes).decode())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def dataset_prefix(labeling_job: str, identity: str) -> str:
    """Key prefix of a dataset, with the final slash."""
    return f"datasets/{labeling_job}/{identity}/"
