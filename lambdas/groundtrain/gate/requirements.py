"""GT52: what the environment's gate requires of a dataset before a GPU is paid for."""

from collections.abc import Iterator, Mapping

from msgspec import UNSET

from groundtrain.dataset.description import DatasetContents
from groundtrain.dataset.rejected_lines import left_out, what_to_do
from groundtrain.dataset.split.class_sides import (
    classes_to_label,
    find_one_sided,
    in_words_of_unused,
    sides_of,
)
from groundtrain.gate.verdict import rejected_for_cause
from groundtrain.quantities import either, first_few, quantity, quoted
from groundtrain.rules import LEFT_OUT_BY_SETTINGS
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment

_SHOWN = 3
_REQUIRED = 2  # sides: the gate is about training, which never sees the third
_TELL_CLASSES_APART = ("groundtruth/image-classification", "groundtruth/text-classification")
_THE_ONLY = "there is nothing to tell apart: the only class is"


def check_requirements(dataset: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """Findings where the dataset does not meet the gate's settings; none where it has no record (GT307)."""
    if not (dataset.train.records or dataset.validation.records):
        return
    gate = environment.gate
    yield from _too_many_rejected(dataset, gate)
    yield from _too_few_records(dataset, gate)
    yield from _poor_classes(dataset, gate)
    yield from _one_sided_classes(dataset, environment)
    yield from _one_class_only(dataset, environment)


def _rejects_too_many(dataset: DatasetContents, gate: Gate) -> bool:
    rejected = rejected_for_cause(dataset)
    return rejected > gate.max_rejected * (dataset.source.records - (dataset.rejected - rejected))


def _too_many_rejected(dataset: DatasetContents, gate: Gate) -> Iterator[Finding]:
    """GT521."""
    if not _rejects_too_many(dataset, gate):
        return
    records = dataset.source.records - (dataset.rejected - rejected_for_cause(dataset))
    faults = {code: n for code, n in dataset.reasons.items() if code not in LEFT_OUT_BY_SETTINGS}
    yield Finding.on_file(
        "GT521",
        f"{left_out(faults, records)}, more than {gate.max_rejected:.0%} (max_rejected)",
        path="gate.max_rejected",
        fix=f"{what_to_do(faults, dataset.manifest_findings)}; or raise `gate.max_rejected`",
    )


def _too_few_records(dataset: DatasetContents, gate: Gate) -> Iterator[Finding]:
    """GT522."""
    usable = dataset.train.records + dataset.validation.records
    if usable >= gate.min_records:
        return
    what = f"{quantity(usable, 'record')} can be used, fewer than {gate.min_records} (min_records)"
    if of_test := dataset.test_records:
        what = f"{what}; {of_test:,} more {'is' if of_test == 1 else 'are'} for test"
    fix = "label more"
    if dataset.reasons and not _rejects_too_many(dataset, gate):  # which says so already
        what = f"{what}; {left_out(dataset.reasons, dataset.source.records)}"
        fix = f"{what_to_do(dataset.reasons, dataset.manifest_findings)}; label more"
    yield Finding.on_file("GT522", what, path="gate.min_records", fix=f"{fix}, or lower `gate.min_records`")


def _poor_classes(dataset: DatasetContents, gate: Gate) -> Iterator[Finding]:
    """GT523: a class on no record at all is another fault than one on too few."""
    least, records = gate.min_records_per_class, {name: sum(n[:2]) for name, n in sides_of(dataset).items()}
    unused = [name for name in classes_to_label(dataset) if name not in records]
    if unused and least > 0:
        message, fix = in_words_of_unused(unused)
        yield _of_classes(message, fix, unused)
    few = {name: n for name, n in records.items() if n < least}
    if few:
        where = "" if dataset.test_records is None else " in training and validation"
        required = f"fewer than {least}{where} (min_records_per_class)"
        yield _of_classes(_few_in_words(few, required), _label_more(few), [*few])


def _few_in_words(few: Mapping[str, int], required: str) -> str:
    shown = [f"{quoted(name)} {n:,}" for name, n in few.items()]
    if len(few) == 1:
        ((name, n),) = few.items()
        return f"the class {quoted(name)} is on {quantity(n, 'record')}, {required}"
    return f"{len(few):,} classes are on {required} records each: {first_few(shown, _SHOWN)}"


def _label_more(few: Mapping[str, int]) -> str:
    return f"label more of {'it' if len(few) == 1 else 'each'}, or lower `gate.min_records_per_class`"


def _of_classes(message: str, fix: str, names: list[str]) -> Finding:
    return Finding.on_file("GT523", message, path="gate.min_records_per_class", fix=fix, names=names)


def _one_sided_classes(dataset: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """GT524; an empty side is left to GT402."""
    if not environment.gate.classes_in_both_splits:
        return
    if not (dataset.train.records and dataset.validation.records):
        return
    found = find_one_sided(
        sides_of(dataset), environment.dataset, _REQUIRED, is_given=dataset.source.manifests is not UNSET
    )
    if found is not None:
        yield Finding.on_file(
            "GT524",
            f"{found.message} (classes_in_both_splits)",
            path="gate.classes_in_both_splits",
            fix=either((*found.ways, "set `gate.classes_in_both_splits = false`")),
            names=found.names,
        )


def _one_class_only(dataset: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """GT525; boxes and masks have a background to tell a class apart from."""
    if dataset.type not in _TELL_CLASSES_APART:
        return
    shown = sides_of(dataset)
    trained = [name for name, (train, *_) in shown.items() if train]
    if len(trained) != 1:
        return
    if len(shown) > 1:
        could_help = environment.dataset.split != "stratified" and dataset.source.manifests is UNSET
        ways = ("label more of the others", *(['set `dataset.split = "stratified"`'] if could_help else []))
        yield _of_one_class(f"training shows the class {quoted(trained[0])} only", either(ways))
    elif dataset.reasons:
        what = f"{_THE_ONLY} {quoted(trained[0])}; {left_out(dataset.reasons, dataset.source.records)}"
        yield _of_one_class(what, what_to_do(dataset.reasons, dataset.manifest_findings))
    else:
        yield _of_one_class(f"{_THE_ONLY} {quoted(trained[0])}", "label records of another class as well")


def _of_one_class(message: str, fix: str) -> Finding:
    return Finding.on_file("GT525", message, path="gate", fix=fix)
