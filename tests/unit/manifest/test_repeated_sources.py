from hypothesis import given
from hypothesis import strategies as st

from groundtrain.manifest.repeated_sources import SourcesSeen, digest, fingerprint

MARKS = st.binary(min_size=8, max_size=8)
CROWDED = st.sampled_from([b"\0\0", b"\0\1"]).flatmap(
    lambda start: st.binary(min_size=6, max_size=6).map(lambda end: start + end)
)


@given(st.lists(MARKS | CROWDED))
def test_a_mark_is_new_once(marks: list[bytes]) -> None:
    seen, before = SourcesSeen(), set[bytes]()
    for mark in marks:
        assert seen.add(mark) == (mark not in before)
        before.add(mark)


def test_a_fingerprint_is_pinned_for_ever() -> None:
    assert fingerprint("s3://bucket/a.jpg").hex() == PINNED
    assert digest("s3://bucket/a.jpg") == int(PINNED, 16)


PINNED = "e8b217bc2825c4f9"
