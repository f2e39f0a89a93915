"""What classes and split of a manifest give rise to, once its last line was read."""

from collections.abc import Iterator, Sequence

from groundtrain.dataset.class_sides import find_one_sided, in_words_of_unused
from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST
from groundtrain.dataset.left_out import left_out, what_to_do
from groundtrain.dataset.sifted import Sifted
from groundtrain.dataset.sifting import Side, Sieve
from groundtrain.manifest.completed_manifest import CompletedManifest
from groundtrain.quantities import either, quantity, several
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

_WHOLE = "$"


def about_classes(sifted: Sifted, listed: Sequence[str]) -> Iterator[Finding]:
    """GT307, GT308, GT311; `listed` are the classes of the label category file."""
    sieve = sifted.sieve
    if sieve.fault is not None:
        return
    if not records_used(sieve):
        yield _nothing_to_learn(sifted, "no record can be used")
    elif not sifted.label_type.alternative and not any(map(_shows_objects, (sieve.train, sieve.validation))):
        yield _no_class(sifted)
    else:
        yield from _about_unused_classes(sifted, listed)


def _nothing_to_learn(sifted: Sifted, why: str) -> Finding:
    """GT307; where lines were left out, what most of them were left out for is what is to be done."""
    reasons = sifted.sieve.reasons
    if not reasons:
        return remark("GT307", why)
    what = f"{why}; {left_out(reasons, sifted.lines.records)}"
    return remark("GT307", what, fix=what_to_do(reasons, sifted.sieve.log.examples()))


def _about_unused_classes(sifted: Sifted, listed: Sequence[str]) -> Iterator[Finding]:
    """GT308, GT311; ids in files have placeholders for names that are unknown, which say nothing."""
    records = sifted.records_by_class
    by_reference, background = sifted.label_type.by_reference, sifted.label_type.background
    unused = [
        name
        for i, name in enumerate(sifted.classes)
        if not records[i] and (name in listed or not by_reference) and (not background or name != background)
    ]
    if unused:
        message, fix = in_words_of_unused(unused, listed=bool(listed))
        yield remark("GT308", message, fix=fix, names=unused)
    if dropped := sifted.sieve.dropped_classes(listed):
        are = quantity(len(dropped), "class is", "classes are")
        yield remark("GT311", f"{are} left out: {several(dropped)}", names=dropped)


def _no_class(sifted: Sifted) -> Finding:
    if isinstance(sifted.source, CompletedManifest) and sifted.label_type.by_reference:
        fix = "name the classes in a label category file (--category-file of check and convert)"
        return remark("GT307", "no line says which classes its mask can show", fix=fix)
    return _nothing_to_learn(sifted, "no record that can be used shows a class")


def about_the_split(sifted: Sifted, settings: DatasetSettings) -> Iterator[Finding]:
    """GT402, or else GT403 and GT408."""
    train, validation = sifted.sieve.train, sifted.sieve.validation
    if not train.writer.records or not validation.writer.records:
        if records_used(sifted.sieve):
            yield _empty_side(sifted, settings)
        return
    seen = train.records_by_class, validation.records_by_class
    background = sifted.label_type.background
    sides = {
        name: (seen[0][i], seen[1][i])
        for i, name in enumerate(sifted.classes)
        if not background or name != background
    }
    if (found := find_one_sided(sides, settings)) is not None:
        yield remark("GT403", found.message, fix=either(found.ways), names=found.names)
    if _shows_objects(train) and not _shows_objects(validation):
        records = quantity(validation.writer.records, "record")
        yield remark("GT408", f"{records} in validation, none of them with an object")


def _empty_side(sifted: Sifted, settings: DatasetSettings) -> Finding:
    """GT402: all records are in one group, or the lines say so; it may be for want of those left out."""
    sieve, used = sifted.sieve, records_used(sifted.sieve)
    side = ("validation", VALIDATION_MANIFEST) if sieve.train.writer.records else ("train", TRAIN_MANIFEST)
    why = f"{side[1]} is empty"
    if sieve.reasons.total() >= used:
        fix = what_to_do(sieve.reasons, sieve.log.examples())
        return remark("GT402", f"{why}; {left_out(sieve.reasons, sifted.lines.records)}", fix=fix)
    if sieve.split.has_stated:
        fix = f'write "{side[0]}" in {settings.split_attribute} of some lines'
        return remark("GT402", f"{why}, for no line says {side[0]}", fix=fix)
    if used > 1:
        where = "`dataset.group_by`" if settings.group_attribute is None else "`dataset.group_attribute`"
        fix = f"group less coarsely by {where}, or label records of other groups"
        return remark("GT402", f"{why}, for all {used:,} records are in one group", fix=fix)
    return remark("GT402", f"{why}, for there is 1 record only", fix="label more")


def remark(code: str, message: str, *, fix: str = "", names: Sequence[str] = ()) -> Finding:
    """A finding on the whole file."""
    return Finding.on_file(code, message, fix=fix, names=names)


def records_used(sieve: Sieve) -> int:
    """Records on both sides."""
    return sieve.train.writer.records + sieve.validation.writer.records


def without_objects(side: Side) -> int:
    """Records of a side that show no object."""
    return int(side.tally.statistics()["without_objects"])


def _shows_objects(side: Side) -> bool:
    """The background of a mask is a class, yet no object."""
    return side.writer.records > without_objects(side)
