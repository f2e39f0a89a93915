"""`groundtrain.merge`."""

from collections.abc import Iterable

from msgspec import Struct, field

from groundtrain.api.call import AnyPath, Names, called
from groundtrain.api.result import Finding, Result, Table
from groundtrain.calls.merge import merge as merge_manifests
from groundtrain.merging.merge import Overlap
from groundtrain.merging.merge_result import MergedInput, RecordsApart
from groundtrain.output.merge_json import merge_document
from groundtrain.quantities import quantity


class Conflict(Struct, frozen=True):
    """What manifests said differently: its kind, the source or class, and what was done, in words."""

    kind: str
    subject: str
    message: str


class LeftOut(Struct, frozen=True):
    """A line that cannot be merged."""

    manifest: str
    finding: Finding


class Merge(Result, frozen=True, kw_only=True):
    """A merged manifest.

    Attributes:
        output: the file.
        united: number of records that have labels of several jobs.
        classes: class names; the position is the class id.
        manifests: what became of the records and labels of each.
        conflicts: number of conflicts by kind; `examples` are the first ones.
        left_out: the first lines that were left out, for each rule.
        records_apart: records of one source that differ in attributes of their own; all are kept.
    """

    output: str
    label: str
    type: str
    records: int
    united: int
    classes: tuple[str, ...]
    manifests: tuple[MergedInput, ...]
    conflicts: dict[str, int]
    examples: tuple[Conflict, ...]
    left_out: tuple[LeftOut, ...]
    records_apart: RecordsApart
    proposed_renames: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        classes = quantity(len(self.classes), "class", "classes")
        return f"{self.output}: {quantity(self.records, 'record')} of {self.label} ({self.type}), {classes}"

    def tables(self) -> dict[str, Table]:
        """The manifests with their counts, and conflicts."""
        columns = ("manifest", "label", "records", "taken", "unlabeled", "united", "replaced")
        rows = [[*(getattr(one, name) for name in columns), _number(one)] for one in self.manifests]
        conflicts = [[one.kind, one.subject, one.message] for one in self.examples]
        return {
            "manifests": Table((*columns, "left_out"), rows),
            "conflicts": Table(Conflict.__struct_fields__, conflicts),
        }


def _number(manifest: MergedInput) -> int:
    return sum(manifest.left_out.values())


def merge(
    manifests: Iterable[AnyPath],
    *,
    output: AnyPath,
    label: str | None = None,
    take: Names | None = None,
    overlap: Overlap | None = None,
    iou_threshold: float | None = None,
    record_key: Names | None = None,
    drop_class: Names | None = None,
    category_file: AnyPath | Iterable[AnyPath] | None = None,
) -> Merge:
    """Join manifests of several labeling jobs into one, as `groundtrain merge` does.

    Args:
        manifests: files, or addresses such as "s3://bucket/key".
        output: the merged manifest, a file.
        label: name of the label attribute in it; the first manifest's by default.
        take: label attributes to take from a manifest that has several, of each line the first with a label.
        overlap: put labels of several jobs on one image together ("unite"), or take the newest.
        iou_threshold: boxes of one class with at least this intersection over union are one box.
        record_key: attributes that make a record together with its source.
        drop_class: classes that may be lost where newer labels replace them.
        category_file: label category files, whose classes come first.

    Raises:
        ManifestError: the manifests cannot be merged, or a label or class would be lost.
        GroundtrainError: a manifest is not there, or the call is wrong.
    """
    with called(merge, locals()) as call:
        arguments = call.arguments
        given, file = arguments.pop("manifests"), arguments.pop("output")
        return Merge.of(merge_document(merge_manifests(given, file, **arguments), str(file)))
