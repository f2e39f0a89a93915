"""Classes that the settings rename and drop: every label is there under its new name, or counted as dropped.

What the lines say is read without the code that is tested.
"""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from groundtrain.errors import ManifestError
from groundtrain.settings.class_table import ClassTable, class_mistakes
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.labels_said import by_class, labels_of
from tests.manifest_lines import Converted, dump
from tests.strategies import LABELS_BY_TYPE, NAMES
from tests.strategies_of_losses import TYPES, label_name, shaped

MASKS = "groundtruth/semantic-segmentation"
SOME = hypothesis_settings(deadline=None, max_examples=15)


@st.composite
def tables(draw: st.DrawFn, *, with_drops: bool = True) -> ClassTable:
    """Names to change: to names that nothing has, and to names that other classes have."""
    old = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    free = [name for name in NAMES if name not in old]
    rename = {name: draw(st.sampled_from(["wagon", "boat", *free])) for name in old}
    possible = [name for name in free if name not in rename.values()]
    drop = draw(st.lists(st.sampled_from(possible), unique=True)) if with_drops and possible else []
    return ClassTable(rename, tuple(drop), draw(st.sampled_from(["drop", "keep"])))


def distinct_lines(data: st.DataObject, kind: str) -> list[bytes]:
    """Usable lines, no two of one source."""
    drawn = data.draw(st.lists(LABELS_BY_TYPE[kind], min_size=1, max_size=8))
    return [
        dump({**line, "source-ref": f"s3://bucket/{i}.jpg"} if "source-ref" in line else line)
        for i, line in enumerate(drawn)
        if "source-ref" in line or line["source"] not in {each.get("source") for each in drawn[:i]}
    ]


def converted(lines: list[bytes], table: ClassTable, directory: str, name: str) -> Converted | None:
    try:
        return Converted(Path(directory, name), *lines, settings=DatasetSettings(classes=table))
    except ManifestError:
        return None


@pytest.mark.parametrize("kind", [kind for kind in LABELS_BY_TYPE if kind != MASKS])
@SOME
@given(st.data())
def test_labels_before_are_labels_after_and_dropped_and_united(kind: str, data: st.DataObject) -> None:
    table = data.draw(tables())
    assert [*class_mistakes(table)] == []
    lines = distinct_lines(data, kind)
    with tempfile.TemporaryDirectory() as directory:
        plain = converted(lines, ClassTable(), directory, "plain")
        made = converted(lines, table, directory, "changed")
        if plain is None or made is None:
            return
        before, after = labels_of(plain.kept), labels_of(made.kept)
        new = {name.replace(" ", ""): table.new_name(name).replace(" ", "") for name in map(str.lower, NAMES)}
        new |= {name.casefold().replace(" ", ""): table.rename[name] for name in table.rename}
        wanted = Counter[tuple[str, str]]()
        for (source, name), count in before.items.items():
            if name not in {each.casefold().replace(" ", "") for each in table.drop}:
                wanted[source, new.get(name, name).casefold().replace(" ", "")] += count
        once = kind.endswith("multilabel")
        assert after.items == (Counter({*wanted}) if once else wanted)
        told = [] if table.changes_nothing else made.report["class_changes"]
        gone = sum(one["labels"] for one in told if not one["becomes"])
        united = sum(one["already_there"] for one in told)
        assert before.items.total() == after.items.total() + gone + united
        renamed = sum(one["labels"] for one in told if one["becomes"])
        said = by_class(before.items)
        assert renamed + united == sum(said[name.casefold().replace(" ", "")] for name in table.rename)
        assert made.dataset.reasons.get("GT440", 0) == made.dataset.rejected - plain.dataset.rejected


@pytest.mark.parametrize("kind", LABELS_BY_TYPE)
@SOME
@given(st.data())
def test_what_was_changed_converts_to_itself(kind: str, data: st.DataObject) -> None:
    table = data.draw(tables(with_drops=kind != MASKS))
    with tempfile.TemporaryDirectory() as directory:
        once = converted(distinct_lines(data, kind), table, directory, "once")
        if once is None:
            return
        twice = converted([*once.train, *once.validation], table, directory, "twice")
        assert twice is not None
        assert sorted(twice.kept) == sorted(once.kept)
        assert twice.dataset.classes == once.dataset.classes
        assert not {"GT314", "GT315", "GT440"} & twice.dataset.findings.keys()


@pytest.mark.parametrize("kind", TYPES)
@SOME
@given(st.data())
def test_whatever_lines_are_like_no_label_is_gone_uncounted(kind: str, data: st.DataObject) -> None:
    lines, name = data.draw(shaped(kind)), label_name(kind)
    table = data.draw(tables(with_drops=not name.endswith("-ref")))
    settings = DatasetSettings(label=name, classes=table)
    with tempfile.TemporaryDirectory() as directory:
        try:
            made = Converted(Path(directory), *lines, settings=settings)
        except ManifestError:
            return
        left_out = {code: labels_of(lines_under(made, code), name) for code in made.dataset.reasons}
        changes = [] if table.changes_nothing else made.report["class_changes"]
        counted = sum(one["already_there"] + one["labels"] * (not one["becomes"]) for one in changes)
        gone = labels_of(lines, name).items.total() - labels_of(made.kept, name).items.total()
        gone -= sum(labels.items.total() for code, labels in left_out.items() if code != "GT440")
        alike = sum(
            count - 1 for count in labels_of(lines, name).items.values()
        )  # as GT312 takes them for one
        assert counted <= gone <= counted + alike * kind.endswith("multilabel")
        assert "GT131" not in made.dataset.findings


def lines_under(made: Converted, code: str) -> list[bytes]:
    """Lines that were left out for this rule first of all."""
    return [one["record"].encode() for one in made.rejected if one["code"] == code]
