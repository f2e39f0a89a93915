"""A split that is given: what is written is what was given, but for images on two sides."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from groundtrain.dataset.passes.line_reading import Workers
from groundtrain.settings.dataset_settings import DatasetSettings
from tests import given_split
from tests.manifest_lines import box, dump, record
from tests.strategies import faulty_lines

ORDER = ("test", "validation", "train")  # in which images on two sides are kept


def line(number: int, class_id: int) -> bytes:
    return dump(record(f"s3://bkt/{number}.jpg", box(class_id), classes={"0": "car", "1": "bus"}))


records = st.lists(st.builds(line, st.integers(0, 30), st.integers(0, 1)), max_size=12)
lines = st.lists(st.one_of(records.filter(bool).map(lambda some: some[0]), faulty_lines), max_size=12)
SOUND = 12  # more than can be faulty, so that all are of one type


@st.composite
def splits(draw: st.DrawFn) -> dict[str, list[bytes]]:
    """Two or three sides, each with records of its own; some images are on several."""
    own = {side: [line(100 * n + i, 0) for i in range(1, SOUND + 1)] for n, side in enumerate(ORDER, 1)}
    sides = {side: draw(st.permutations([*draw(lines), *own[side]])) for side in ORDER}
    return sides if draw(st.booleans()) else {side: sides[side] for side in ORDER[1:]}


@given(splits())
@settings(max_examples=40)
def test_sides_are_disjoint_and_what_was_given_without_images_of_sides_before(
    sides: dict[str, list[bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        made = given_split.converted(Path(directory), **sides)
    seen: set[str] = set()
    for side in (side for side in ORDER if side in sides):
        sources = [json.loads(text)["source-ref"] for text in made.lines(side)]
        assert not seen & set(sources)
        assert len(sources) == len(set(sources))
        usable = [text for text in sides[side] if text.startswith(b'{"source-ref":"s3://bkt/')]
        first: dict[str, bytes] = {}
        for text in usable:
            first.setdefault(json.loads(text)["source-ref"], text)
        assert set(sources) >= first.keys() - seen
        assert set(made.lines(side)) >= {text for source, text in first.items() if source not in seen}
        seen |= set(sources)
    assert len(seen) + len(made.rejected) == made.dataset.source.records
    names = dict(zip(("train", "validation", "test"), "abc", strict=True))
    for rejected in made.rejected:
        (side,) = (side for side, name in names.items() if name == rejected["manifest"])
        if "record" in rejected and not rejected.get("record_base64"):
            assert rejected["record"].encode()[:20] in sides[side][rejected["line"] - 1]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=30, unique=True), st.data())
def test_a_sound_split_is_written_byte_for_byte(numbers: list[int], data: st.DataObject) -> None:
    cut = sorted(data.draw(st.lists(st.integers(1, len(numbers) - 1), min_size=2, max_size=2, unique=True)))
    parts = numbers[: cut[0]], numbers[cut[0] : cut[1]], numbers[cut[1] :]
    sides = {
        side: [line(number, 0).replace(b',"1":"bus"', b"") for number in part]
        for side, part in zip(ORDER, parts, strict=True)
    }
    with tempfile.TemporaryDirectory() as directory:
        made = given_split.converted(Path(directory), **sides)
    assert {side: made.lines(side) for side in ORDER} == sides


@settings(max_examples=25)
@given(splits(), st.sampled_from([(), ("GT431",)]), st.sampled_from([None, "bkt/(.)"]), st.integers(2, 3))
def test_any_number_of_processes_gives_the_same(
    sides: dict[str, list[bytes]], ignore: tuple[str, ...], by: str | None, number: int
) -> None:
    wishes = DatasetSettings(ignore=ignore, group_by=by)
    with tempfile.TemporaryDirectory() as directory:
        split = given_split.given(Path(directory), **sides)
        one, several = (
            given_split.ConvertedSplit(split, Path(directory, str(workers.number)), wishes, workers=workers)
            for workers in (Workers(1), Workers(number, 200))
        )
    assert (one.files, one.dataset) == (several.files, several.dataset)
