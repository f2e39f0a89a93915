from hypothesis import given
from hypothesis import strategies as st

from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import BatchFindings, Findings, ImageCheckSettings, look_at_batch
from groundtrain.linting.image_linter import find_image_findings
from groundtrain.linting.image_shards import (
    cut_images,
    dump_findings,
    read_findings,
    read_images,
    read_shards,
)
from groundtrain.linting.merged_findings import merged_findings
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES
from groundtrain.s3_addresses import S3Address
from tests.image_shelf import COLOURS, Shelf, faulty_images, labeled_lines, silent

KEYS = keys_of("road-ref")
LOOK = ImageCheckSettings(Shelf(faulty_images()), "full", silent)
CODES = frozenset(code for code in RULES if code.startswith("GT6")) - {"GT614"}  # not looked at


def on_one_machine(lines: list[LabeledImage], active: frozenset[str]) -> Findings:
    return find_image_findings(lambda: iter(lines), KEYS, active, LOOK, "a.manifest")


def as_written(found: BatchFindings) -> BatchFindings:
    """What is read of the object that is written of them."""
    (shard,) = cut_images([LabeledImage(1, "s3://bucket/a.jpg")], KEYS, S3Address("b", "f/")).shards
    return read_findings(dump_findings(found, shard), shard)


def cut(lines: list[LabeledImage], sizes: list[int]) -> list[list[LabeledImage]]:
    shards = []
    while lines:
        size = sizes[len(shards) % len(sizes)]
        shards.append(lines[:size])
        lines = lines[size:]
    return shards


@given(labeled_lines(), st.lists(st.integers(1, 7), min_size=1), st.sets(st.sampled_from(sorted(CODES))))
def test_shards_of_any_size_together_show_what_one_machine_finds(
    lines: list[LabeledImage], sizes: list[int], ignored: set[str]
) -> None:
    looked_at = [as_written(look_at_batch(shard, KEYS, LOOK)) for shard in cut(lines, sizes)]
    active = CODES - ignored
    merged = merged_findings(looked_at, lambda: iter(lines), KEYS, active, "a.manifest")
    assert list(merged.items()) == list(on_one_machine(lines, active).items())


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
SAID = st.builds(
    LabeledImage,
    st.integers(1, 10**9),
    TEXT.map("s3://bucket/".__add__),
    st.none() | st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)),
    TEXT,
    st.dictionaries(st.integers(-9, 300), TEXT, max_size=3),
    st.booleans(),
)


@given(st.lists(SAID, max_size=9), TEXT, TEXT)
def test_what_lines_say_is_read_as_it_was_written(lines: list[LabeledImage], source: str, label: str) -> None:
    shards = cut_images(lines, keys_of(label, source), S3Address("b", "f/"))
    assert shards.images.isascii()
    assert shards.shard_lines.isascii()
    read = read_shards(shards.shard_lines, "shards.jsonl")
    found = [(shard.keys, read_images(shards.images[shard.start : shard.end], shard)) for shard in read]
    assert found == ([(keys_of(label, source), lines)] if lines else [])


def test_the_lines_that_are_drawn_have_every_fault() -> None:
    named = [*faulty_images(), "s3://bucket/gone.png"]
    pairs = enumerate(zip(named, [*named[1:], named[0]], strict=True), 1)
    lines = [LabeledImage(i, image, (40, 30), mask, COLOURS, True) for i, (image, mask) in pairs]
    found = on_one_machine(lines, CODES)
    assert {each.code for findings in found.values() for each in findings} == CODES
