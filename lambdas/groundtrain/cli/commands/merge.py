"""groundtrain merge: manifests of several labeling jobs become one."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click

from groundtrain.calls.merge import merge as merge_manifests
from groundtrain.cli.completion import files
from groundtrain.cli.dataset_options import Share, record_key_option
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.file_options import output_path
from groundtrain.cli.printing import example, format_option, print_json, print_line, print_lines, print_table
from groundtrain.cli.progress import watched_each
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.merging.conflicts import in_words
from groundtrain.merging.merge import Overlap
from groundtrain.merging.merge_result import Merged
from groundtrain.output.merge_json import merge_document, renames_in
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import first_few, quantity
from groundtrain.rules import RULES

_SHOWN, _SHOWN_CLASSES = 5, 20
_path = click.Path(path_type=Path)


@click.command(epilog=example("groundtrain merge january.manifest february.manifest --output both.manifest"))
@click.argument("manifests", metavar="MANIFEST...", nargs=-1, required=True, shell_complete=files)
@click.option("--output", type=output_path, metavar="FILE", required=True, help="The merged manifest.")
@click.option("--label", help="Name of the label attribute in it; the first manifest's otherwise.")
@click.option(
    "--take",
    metavar="NAME",
    multiple=True,
    help="Label attribute to take from a manifest that has several; repeat it, and of each line the first"
    " one that has a label is taken.",
)
@click.option(
    "--overlap",
    type=click.Choice(get_args(Overlap)),
    help="Labels of several jobs on one image: put them together, or take the newest. Without it the newest"
    " are taken, unless classes would be lost that their job does not have.",
)
@click.option(
    "--iou-threshold",
    metavar="IOU",
    type=Share(0, 1, min_open=True),
    help="For --overlap unite: boxes of one class with at least this intersection over union are one box."
    "  [default: equal ones are]",
)
@record_key_option
@click.option(
    "--drop-class",
    metavar="CLASS",
    multiple=True,
    help="Class that may be lost where newer labels replace it, such as one that was renamed; repeat it"
    " for several.",
)
@click.option(
    "--category-file",
    type=_path,
    multiple=True,
    help="Label category file: its classes come first, in its order; may be repeated.",
)
@format_option
def merge(manifests: tuple[str, ...], output: Path, form: str, **options: Any) -> None:
    """Join each MANIFEST (a file, - or s3://bucket/key) into one.

    Each record is there once, with its newest label, or with those of all jobs; records of one source that
    differ in attributes of their own, such as a page, are all kept. The exit code is 1 when lines had to be
    left out, or when nothing was written because labels would be lost.
    """
    merged = merge_manifests(manifests, output, watch_each=watched_each, **options)
    if form == "json":
        print_json(merge_document(merged, str(output)))
    else:
        _print(merged, output)
    if merged.left_out:
        exit_with(FINDINGS)


def _print(merged: Merged, output: Path) -> None:
    print_table([*_rows(merged)])
    if unlabeled := sum(one.unlabeled for one in merged.manifests):
        print_line(f"Records that no manifest has a label of this type for: {unlabeled:,}")
    print_lines(_about_labels(merged))
    _print_conflicts(merged)
    _print_new_ids(merged)
    print_lines(proposed_names_text(renames_in(merged)))
    _print_left_out(merged)
    print_line(
        f"{output}: {quantity(merged.records, 'record')} of {merged.label} ({merged.type}),"
        f" {quantity(len(merged.classes), 'class', 'classes')}"
    )


def _about_labels(merged: Merged) -> Iterator[str]:
    """What became of labels and addresses that are not in the merged manifest as they were."""
    if merged.united:
        yield f"{quantity(merged.united, 'record')} with labels of several jobs, put together"
    taken_as_one = sum((Counter(one.taken_as_one) for one in merged.manifests), Counter[str]())
    if taken_as_one:
        yield f"Taken as one with that of another job: {', '.join(in_words(taken_as_one))}"
    replaced = sum((Counter(one.replaced_classes) for one in merged.manifests), Counter[str]())
    if replaced:
        yield f"Replaced labels: {', '.join(in_words(replaced))}"
    for one in merged.manifests:
        for other in one.not_taken:
            items = ", ".join([quantity(other.records, "record"), *in_words(other.classes)])
            yield f"{one.manifest}: {other.label} ({other.type}) is not taken: {items}"
        if one.repeated:
            items = ", ".join(in_words(one.repeated))
            yield f"{one.manifest}: not written again, as the line has the class already: {items}"
        if one.attributes_not_written:
            names = ", ".join(in_words(one.attributes_not_written))
            yield f"{one.manifest}: attributes of lines that are not written, and say something else: {names}"
        yield from (f"{one.manifest}: {message}" for message in one.added)
        for code, count in one.fixed.items():
            yield f"{one.manifest}: {code} {RULES[code].name} is fixed on {quantity(count, 'line')}"
    if apart := merged.records_apart.count:
        names = ", ".join(merged.records_apart.attributes) or "having attributes of their own"
        have, differ = ("has", "differs") if apart == 1 else ("have", "differ")
        yield (
            f"{quantity(apart, 'record')} {have} the source of another one and {differ} from it in {names}:"
            " all are kept"
        )


def _rows(merged: Merged) -> Iterator[tuple[object, ...]]:
    united = ("united",) if merged.united else ()
    yield "manifest", "records", "taken", *united, "replaced", "left out"
    for one in merged.manifests:
        with_others = (one.united,) if united else ()
        left_out = sum(one.left_out.values())
        yield one.manifest, one.records, one.taken, *with_others, one.replaced, left_out


def _print_conflicts(merged: Merged) -> None:
    for kind, count in merged.conflicts.items():
        print_line(f"{kind} ({count:,}):")
        examples = [conflict for conflict in merged.examples if conflict.kind == kind][:_SHOWN]
        for conflict in examples:
            print_line(f"  {conflict.subject}: {conflict.message}")
        if count > len(examples):
            print_line(f"  and {count - len(examples):,} more")


def _print_new_ids(merged: Merged) -> None:
    """What became of ids that mean several classes, or classes that have several."""
    ambiguous = merged.conflicts.keys() & {"one-name-two-ids", "one-id-two-names"}
    if ambiguous and LABEL_TYPES[merged.type].renumber is not None:
        ids = [f"{name} {i}" for i, name in enumerate(merged.classes)]
        print_line(f"Ids are given anew, by name: {first_few(ids, _SHOWN_CLASSES)}")


def _print_left_out(merged: Merged) -> None:
    if merged.left_out:
        print_line("Left out, such as:")
        for one in merged.left_out[:_SHOWN]:
            finding = one.finding
            rule = f"{finding.code} {RULES[finding.code].name}"
            print_line(f"  {one.manifest}:{finding.line} {rule}: {finding.message}")
