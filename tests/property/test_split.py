"""The stable split: by digest alone, but for a side that would be empty."""

import json
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import Converted, box, dump, record

names = st.lists(st.integers(0, 10**6), min_size=2, max_size=30, unique=True)
shares = st.sampled_from([0.001, 0.1, 0.5, 0.9, 0.999])


def validating(numbers: list[int], share: float) -> set[str]:
    lines = [dump(record(f"s3://bkt/{number}.jpg", box())) for number in numbers]
    with tempfile.TemporaryDirectory() as directory:
        made = Converted(Path(directory), *lines, settings=DatasetSettings(validation=share))
    assert len(made.kept) == len(lines)
    return {json.loads(line)["source-ref"] for line in made.validation}


def by_digest(numbers: list[int], share: float) -> tuple[set[str], set[str]]:
    rule, sources = SplitRule(DatasetSettings(validation=share)), {f"s3://bkt/{n}.jpg" for n in numbers}
    return sources, {source for source in sources if rule.place(source).side == "validation"}


@given(names, shares)
def test_a_split_with_both_sides_is_that_of_the_digests_and_any_other_moves_the_nearest(
    numbers: list[int], share: float
) -> None:
    sources, expected = by_digest(numbers, share)
    if not expected:
        expected = {min(sources, key=fingerprint)}
    elif expected == sources:
        expected = sources - {max(sources, key=fingerprint)}
    assert validating(numbers, share) == expected


@given(names, shares, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(numbers: list[int], share: float, random: object) -> None:
    shuffled = list(numbers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert validating(shuffled, share) == validating(numbers, share)


@given(names, names)
def test_no_image_changes_sides_when_a_dataset_with_both_sides_grows(few: list[int], more: list[int]) -> None:
    sources, before = by_digest(few, 0.5)
    if before and before != sources:
        assert before == validating(list(dict.fromkeys([*few, *more])), 0.5) & sources


@st.composite
def sided_lines(draw: st.DrawFn) -> list[bytes]:
    """Records with one of four classes, some of them stating a side."""
    said = st.sampled_from([None, None, None, "train", "val", "test", "Testing", "dev"])
    found = draw(st.dictionaries(st.integers(0, 99), st.tuples(st.integers(0, 3), said), max_size=30))
    lines = [
        {**record(f"s3://bkt/{n}.jpg", box(i), classes={str(i): f"c{i}"}), **({"side": side} if side else {})}
        for n, (i, side) in found.items()
    ]
    return [dump(line) for line in lines] or [dump(record("s3://bkt/a.jpg", box()))]


@given(
    sided_lines(),
    st.sampled_from([1e-9, 0.1, 0.5]),
    st.sampled_from([1e-9, 0.1, 0.49]),
    st.sampled_from(["stable", "stratified"]),
    st.sampled_from([None, "side"]),
    st.sampled_from([None, "/(.)"]),
)
def test_a_test_side_takes_whole_groups_from_training_only(
    lines: list[bytes], validation: float, test: float, split: str, attribute: str | None, by: str | None
) -> None:
    wishes = {"validation": validation, "split": split, "split_attribute": attribute, "group_by": by}
    with tempfile.TemporaryDirectory() as directory:
        off, on = (
            Converted(Path(directory, name), *lines, settings=msgspec.convert(settings, DatasetSettings))
            for name, settings in (("off", wishes), ("on", {**wishes, "test": test}))
        )
    assert on.validation == off.validation
    assert sorted(on.train + on.test) == sorted(off.train + off.test)
    assert set(off.test) <= set(on.test)
    assert len(on.kept) == len(set(on.kept)) == len(lines) - len(on.rejected)
    assert bool(on.train) >= bool(off.train), "training is never emptied"
    rule = SplitRule(DatasetSettings(group_by=by))
    free = [[s for s in map(json.loads, side) if "side" not in s] for side in (on.train, on.test)]
    groups = [{rule.group(line["source-ref"])[0] for line in side} for side in free]
    if attribute is None or by is None:
        assert not groups[0] & groups[1]
