"""`groundtrain.check`."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from groundtrain.api.call import AnyPath, Names, called
from groundtrain.api.result import ClassChange, Finding, Gate, Result, Table, findings_table, rules_table
from groundtrain.calls.check import prepared_check
from groundtrain.gate.verdict import Verdict
from groundtrain.images.request_cost import Depth
from groundtrain.output.check_json import check_document
from groundtrain.rules import RULES

Purpose = Literal["object-detection", "image-classification", "semantic-segmentation", "text-classification"]
VerdictKind = Literal["will-train", "will-train-without-lines", "gate-closed", "will-not-train"]


class ClassCount(Struct, frozen=True):
    """A class: the number of records that show it, and of its items there, such as boxes."""

    name: str
    records: int
    items: int


class Check(Result, frozen=True, kw_only=True):
    """What was found in a manifest, and whether it will train.

    Attributes:
        manifest: its name; of several that give a split, that of the one for training.
        manifests: names by side, where a split is given by several.
        verdict: "gate-closed" where a job could be trained, and the gate would not start one.
        because: why it will not train, or why the gate is closed.
        without: number of faulty lines that are left out.
        gate: of the settings, or of the default ones.
        records, train, validation, test, rejected: numbers of records; None where there is no test side.
        label, type: "" when the manifest is unusable as a whole.
        counts: number of findings by code, without those that were fixed.
        fixed: findings that were fixed, by code.
        class_changes: what became of classes that the settings change.
        proposed_renames: one name for each class that is spelled in several ways.
        findings_found, findings_listed: numbers; of each rule the first 1,000 findings are listed.
        statistics: of the label type.
        classes: in the order of their ids.
    """

    manifest: str
    verdict: VerdictKind
    because: tuple[str, ...]
    without: int
    gate: Gate
    records: int
    train: int
    validation: int
    test: int | None = None
    rejected: int
    label: str
    type: str
    counts: dict[str, int]
    fixed: dict[str, int]
    findings_found: int
    findings_listed: int
    findings: tuple[Finding, ...]
    statistics: dict[str, float]
    classes: tuple[ClassCount, ...]
    manifests: dict[str, str] = field(default_factory=dict)
    class_changes: tuple[ClassChange, ...] = ()
    proposed_renames: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether it will train, the gate is open, and no finding is an error: exit code 0 of the command."""
        return not self.because and not any(RULES[code].is_error for code in self.counts)

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        return f"{self.manifest}: {Verdict(self.verdict, self.without, self.because)}"

    def tables(self) -> dict[str, Table]:
        """Findings, the number of them by rule, and classes."""
        columns = ClassCount.__struct_fields__
        return {
            "findings": findings_table(self.findings),
            "rules": rules_table(found=self.counts, fixed=self.fixed),
            "classes": Table(columns, [[each.name, each.records, each.items] for each in self.classes]),
        }


def check(
    manifest: AnyPath,
    *,
    validation_manifest: AnyPath | None = None,
    test_manifest: AnyPath | None = None,
    label: str | None = None,
    purpose: Purpose | None = None,
    settings: AnyPath | None = None,
    category_file: AnyPath | None = None,
    images: Literal["none"] | Depth = "none",
    image_dir: AnyPath | None = None,
    sample: int | None = None,
    workers: int | None = None,
    rename_class: Mapping[str, str] | None = None,
    drop_class: Names | None = None,
    emptied_records: Literal["drop", "keep"] | None = None,
    record_key: Names | None = None,
    select: Names | None = None,
    ignore: Names | None = None,
    fix: bool | Names = False,
    output: AnyPath | None = None,
) -> Check:
    """Check whether a manifest will train, as `groundtrain check` does; `purpose` is its option --for.

    Nothing is read but what is named: a `groundtrain.toml` is for the command alone.

    Args:
        manifest: a file, or an address such as "s3://bucket/key".
        validation_manifest: the one for validation, where there is a split already.
        test_manifest: and the one for test.
        label: label attribute; needed when there are several.
        purpose: what it is to train.
        settings: settings file; the other arguments override it.
        category_file: label category file: all classes, in order.
        images: how closely to look at images: are they there, their headers, all pixels.
        image_dir: folder that holds the images, instead of S3.
        sample: look at the images of so many lines only.
        workers: processes that read the manifest; one a core for a file of 16 MiB or more by default, or of
            64 MiB on macOS or where the script has threads. A script that is to read one has its calls below
            `if __name__ == "__main__":`.
        rename_class: new names by the old ones.
        drop_class: classes whose labels are left out.
        emptied_records: whether a record that loses all its labels so is left out.
        record_key: attributes that make a record together with its source.
        select: codes or names of rules that count.
        ignore: those that do not.
        fix: True for all safe fixes, or codes of rules; the fixed manifest goes to `output`.
        output: a file.

    Raises:
        GroundtrainError: the manifest is not there, or the call or the settings are wrong.
    """
    with called(check, locals()) as call:
        arguments = call.arguments
        name = arguments.pop("manifest")
        found = prepared_check((name,), **arguments)(name)
        return Check.of(check_document(found.worded_for(call.words), statistics=True))
