"""`groundtrain.report`."""

from collections.abc import Mapping
from typing import Literal

from groundtrain.api.call import AnyPath, Names, called
from groundtrain.api.result import Result, Table, rules_table
from groundtrain.calls.report import report as make_report
from groundtrain.calls.report import report_document
from groundtrain.reporting.choice import SAMPLE


class Report(Result, frozen=True, kw_only=True):
    """A page that was written.

    Attributes:
        report: the file.
        manifest: what it is about.
        verdict: whether that will train, in words.
        findings: number by code.
        pictures: number of records that are shown.
    """

    report: str
    manifest: str
    verdict: str
    records: int
    rejected: int
    findings: dict[str, int]
    pictures: int

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        return f"{self.report}: {self.manifest}: {self.verdict}"

    def tables(self) -> dict[str, Table]:
        """What was found, by rule."""
        return {"rules": rules_table(found=self.findings)}


def report(
    manifest: AnyPath,
    *,
    output: AnyPath = "report.html",
    validation_manifest: AnyPath | None = None,
    test_manifest: AnyPath | None = None,
    image_dir: AnyPath | None = None,
    predictions: AnyPath | None = None,
    sample: int = SAMPLE,
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
) -> Report:
    """Make a page to look at of a manifest: one HTML file, with pictures, as `groundtrain report` does.

    Args:
        manifest: a file, an address such as "s3://bucket/key", or a dataset's directory or address.
        output: the page.
        validation_manifest: the one for validation, where there is a split already.
        test_manifest: and the one for test.
        image_dir: folder that holds the images; without it labels are drawn on blank ones.
        predictions: what a model found, as `groundtrain predict` writes it, to be shown beside the labels.
        sample: records that are shown.
        label: label attribute; needed when there are several.
        validation: share of the records held back for validation; this and all that follow as in `convert`.
        test: share of the records that training never sees.
        split: how records are assigned to a side.
        split_attribute: attribute of the lines that names the side.
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

    Raises:
        GroundtrainError: the manifest is not there, or the call or the settings are wrong.
    """
    with called(report, locals()) as call:
        arguments = call.arguments
        name, page = arguments.pop("manifest"), arguments.pop("output")
        return Report.of(report_document(make_report(name, page, audience=call.words, **arguments)))
