"""What classes and split of a manifest give rise to, once its last line was read."""

from collections.abc import Iterator, Sequence

from groundtrain.dataset.description import TEST_MANIFEST, TRAIN_MANIFEST, VALIDATION_MANIFEST
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.rejected_lines import left_out, what_to_do
from groundtrain.dataset.split.class_sides import find_one_sided, in_words_of_unused
from groundtrain.dataset.split.given_checks import empty_manifests, missing_classes
from groundtrain.dataset.split.sides import VALIDATION
from groundtrain.manifest.classes.name_positions import class_positions, distinct
from groundtrain.manifest.completed_manifest import CompletedManifest
from groundtrain.quantities import either, quantity, several
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings


def check_classes(result: PassResult, listed: Sequence[str]) -> Iterator[Finding]:
    """GT307, GT308, GT311; `listed` are the classes of the label category file."""
    counts = result.counts
    if result.earlier.fault is not None:
        return
    if not counts.records:
        yield _nothing_to_learn(result, "no record can be used")
    elif not result.label_type.alternative and not (
        counts.train.shows_objects or counts.validation.shows_objects
    ):
        yield _no_class(result)
    else:
        yield from _about_unused_classes(result, listed)


def _nothing_to_learn(result: PassResult, why: str) -> Finding:
    """GT307; where lines were left out, what most of them were left out for is what is to be done."""
    reasons = result.counts.reasons
    if not reasons:
        return Finding.on_file("GT307", why)
    what = f"{why}; {left_out(reasons, result.lines.records)}"
    return Finding.on_file("GT307", what, fix=what_to_do(reasons, result.counts.findings.examples()))


def _about_unused_classes(result: PassResult, listed: Sequence[str]) -> Iterator[Finding]:
    """GT308, GT311; ids in files have placeholders for names that are unknown, which say nothing."""
    records = result.counts.records_by_class
    by_reference, background = result.label_type.by_reference, result.label_type.background
    names_listed = class_positions(distinct(tuple(listed))) if by_reference else {}
    unused = [
        name
        for i, name in enumerate(result.classes)
        if i not in records
        and (not by_reference or name in names_listed)
        and (not background or name != background)
    ]
    if unused:
        message, fix = in_words_of_unused(unused, listed=bool(listed))
        yield Finding.on_file("GT308", message, fix=fix, names=unused)
    if dropped := _dropped_classes(result, listed):
        are = quantity(len(dropped), "class is", "classes are")
        yield Finding.on_file("GT311", f"{are} left out: {several(dropped)}", names=dropped)


def _dropped_classes(result: PassResult, listed: Sequence[str]) -> list[str]:
    """Classes of lines and label category file that no record shows, where the settings drop those."""
    used = result.earlier.classes
    if result.given.settings.unused_classes == "keep" or used is None or result.label_type.renumber is None:
        return []
    spelled = map(result.given.class_ids().taken, result.whole.part.classes.in_order())
    return [name for name in dict.fromkeys((*listed, *spelled)) if name not in used]


def _no_class(result: PassResult) -> Finding:
    if isinstance(result.source, CompletedManifest) and result.label_type.by_reference:
        fix = "name the classes in a label category file (`--category-file` of check and convert)"
        return Finding.on_file("GT307", "no line says which classes its mask can show", fix=fix)
    return _nothing_to_learn(result, "no record that can be used shows a class")


def check_split(result: PassResult, settings: DatasetSettings) -> Iterator[Finding]:
    """GT402, or else GT403 and GT408; GT430."""
    train, validation, test = result.counts.sides
    files = result.given.files
    if files is not None and result.counts.records:
        yield from empty_manifests(result, files)
    elif settings.test and not test.records and result.counts.records:
        yield _empty_test_side(result)
    if not train.records or not validation.records:
        if result.counts.records and files is None:
            yield _empty_side(result, settings)
        return
    seen = [side.records_by_class for side in (train, validation, *((test,) if test.records else ()))]
    background = result.label_type.background
    sides = {
        name: tuple(records[i] for records in seen)
        for i, name in enumerate(result.classes)
        if any(i in records for records in seen) and (not background or name != background)
    }
    if files is not None:
        yield from missing_classes(files, sides)
    elif (found := find_one_sided(sides, settings)) is not None:
        yield Finding.on_file("GT403", found.message, fix=either(found.ways), names=found.names)
    if train.shows_objects and not validation.shows_objects:
        records = quantity(validation.records, "record")
        finding = Finding.on_file("GT408", f"{records} in validation, none of them with an object")
        yield finding if files is None else files.on(VALIDATION, finding)


def _empty_test_side(result: PassResult) -> Finding:
    """GT430: training keeps what it needs."""
    train = quantity(result.counts.train.records, "record")
    return Finding.on_file("GT430", f"{TEST_MANIFEST} is empty, and training has {train}")


def _empty_side(result: PassResult, settings: DatasetSettings) -> Finding:
    """GT402: all records are in one group, or the lines say so; it may be for want of those left out."""
    counts, used = result.counts, result.counts.records
    side = ("validation", VALIDATION_MANIFEST) if counts.train.records else ("train", TRAIN_MANIFEST)
    why = f"{side[1]} is empty"
    if counts.reasons.total() >= used:
        fix = what_to_do(counts.reasons, counts.findings.examples())
        return Finding.on_file("GT402", f"{why}; {left_out(counts.reasons, result.lines.records)}", fix=fix)
    if counts.has_stated:
        fix = f'write "{side[0]}" in {settings.split_attribute} of some lines'
        return Finding.on_file("GT402", f"{why}, for no line says {side[0]}", fix=fix)
    if used > 1:
        where = "`dataset.group_by`" if settings.group_attribute is None else "`dataset.group_attribute`"
        fix = f"group less coarsely by {where}, or label records of other groups"
        return Finding.on_file("GT402", f"{why}, for all {used:,} records are in one group", fix=fix)
    return Finding.on_file("GT402", f"{why}, for there is 1 record only", fix="label more")
