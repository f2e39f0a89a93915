"""`groundtrain.convert`."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from groundtrain.api.call import AnyPath, Names, called
from groundtrain.api.result import ClassChange, Gate, Result, Table, rules_table
from groundtrain.calls.convert import convert as convert_manifest
from groundtrain.output.convert_json import dataset_document
from groundtrain.quantities import quantity
from groundtrain.relabeling.relabel import RelabelFormat


class Relabel(Struct, frozen=True):
    """What was written to be labeled again, and what was not.

    Attributes:
        reasons: records written by the rule that rejected them; `others` those that were not asked for.
    """

    output: str
    format: RelabelFormat
    records: int
    reasons: dict[str, int]
    labeled_elsewhere: int
    labeled_under_another_name: int
    repeated: int
    without_source: int
    attributes_not_carried: int
    others: dict[str, int]


class Conversion(Result, frozen=True, kw_only=True):
    """A dataset that was written.

    Attributes:
        output: its directory.
        manifests: addresses by side, where the split was given by several.
        records: of the manifest; each is on one side, or rejected.
        test: None where there is no test side.
        classes: the position is the class id in the manifests.
        reasons: rejected lines by the first rule that rejected them.
        findings: all findings by code; `fixed` those that were fixed.
        gate: whether training may be started on it.
        relabel: what is to be labeled again; None where that was not asked for.
    """

    output: str
    dataset_id: str
    records: int
    train: int
    validation: int
    test: int | None = None
    rejected: int
    label: str
    type: str
    classes: tuple[str, ...]
    reasons: dict[str, int]
    findings: dict[str, int]
    fixed: dict[str, int]
    statistics: dict[str, float]
    gate: Gate
    manifests: dict[str, str] = field(default_factory=dict)
    class_changes: tuple[ClassChange, ...] = ()
    proposed_renames: dict[str, str] = field(default_factory=dict)
    relabel: Relabel | None = None

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        sides = {"train": self.train, "validation": self.validation, "test": self.test}
        counts = [f"{side} {count:,}" for side, count in sides.items() if count is not None]
        gate = "open" if self.gate.open else f"closed: {' '.join(self.gate.reasons)}"
        return (
            f"{self.output}: {quantity(self.records, 'record')} of {self.label} ({self.type}):"
            f" {', '.join(counts)}, rejected {self.rejected:,}; the gate is {gate}"
        )

    def tables(self) -> dict[str, Table]:
        """What was found, by rule."""
        counts = {"found": self.findings, "rejected": self.reasons, "fixed": self.fixed}
        return {"rules": rules_table(**counts)}


def convert(
    manifest: AnyPath,
    *,
    output: AnyPath,
    validation_manifest: AnyPath | None = None,
    test_manifest: AnyPath | None = None,
    label: str | None = None,
    validation: float | None = None,
    test: float | None = None,
    split: Literal["stable", "stratified"] | None = None,
    split_attribute: str | None = None,
    record_key: Names | None = None,
    verified_by: str | None = None,
    accepted: Names | None = None,
    group_by: str | None = None,
    group_attribute: str | None = None,
    unused_classes: Literal["keep", "drop"] | None = None,
    rename_class: Mapping[str, str] | None = None,
    drop_class: Names | None = None,
    emptied_records: Literal["drop", "keep"] | None = None,
    fix: bool | Names = False,
    ignore: Names | None = None,
    settings: AnyPath | None = None,
    category_file: AnyPath | None = None,
    relabel: AnyPath | None = None,
    relabel_rules: Names | None = None,
    relabel_format: RelabelFormat | None = None,
    relabel_keep_labels: bool = False,
    workers: int | None = None,
) -> Conversion:
    """Turn a manifest into a dataset to train on, as `groundtrain convert` does.

    Args:
        manifest: a file, or an address such as "s3://bucket/key".
        output: a directory: new, empty, or an earlier dataset, which is replaced as a whole.
        validation_manifest: the one for validation, where there is a split already.
        test_manifest: and the one for test.
        label: label attribute; needed when there are several.
        validation: share of the records held back for validation, 0.1 by default.
        test: share of the records that training never sees, 0 by default.
        split: keep every image on its side when the dataset grows, or have every class on all sides.
        split_attribute: attribute of the lines whose "train", "validation" or "test" overrides all else.
        record_key: attributes that make a record together with its source.
        verified_by: label attribute that verifies the labels.
        accepted: its classes that keep a record.
        group_by: records whose source matches this regular expression alike stay on one side.
        group_attribute: records in which this attribute is equal stay on one side.
        unused_classes: whether classes that no record shows get an id.
        rename_class: new names by the old ones.
        drop_class: classes whose labels are left out.
        emptied_records: whether a record that loses all its labels so is left out.
        fix: True for all safe fixes, or codes or names of rules.
        ignore: codes or names of rules that do not count.
        settings: settings file; the other arguments override it.
        category_file: label category file: all classes, in order.
        relabel: file to write what is to be labeled again into.
        relabel_rules: further rules whose rejected lines are written there.
        relabel_format: what to write there, whatever the file's name ends in.
        relabel_keep_labels: leave labels on those lines.
        workers: processes that read the manifest, see `check`.

    Raises:
        ManifestError: no dataset can be made of it.
        GroundtrainError: the manifest is not there, or the call or the settings are wrong.
    """
    with called(convert, locals()) as call:
        arguments = call.arguments
        manifests, directory = (arguments.pop("manifest"),), arguments.pop("output")
        made = convert_manifest(manifests, directory, **arguments)
        return Conversion.of(
            dataset_document(made.dataset, str(directory), made.renames, made.relabeled, call.words.worded)
        )
