from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.manifest.label_types.bulk_counter import BulkCounter

Parts = list[list[float]]
PARTS = st.lists(st.lists(st.floats(0, 20)))


def counted(parts: Parts) -> BulkCounter:
    counter = BulkCounter()
    for part in parts:
        counter.add_all([part])
    return counter


@given(PARTS)
def test_the_whole_parts_are_counted(parts: Parts) -> None:
    assert counted(parts).counts() == Counter(int(value) for part in parts for value in part)


@given(PARTS, PARTS)
def test_two_counters_together_have_counted_everything(one: Parts, other: Parts) -> None:
    assert counted(one).merged(counted(other)).counts() == counted(one + other).counts()


def test_counting_goes_on_after_a_look_at_the_counts() -> None:
    counter = BulkCounter()
    counter.add_all([[1] * 100_000])
    assert counter.counts() == {1: 100_000}
    counter.add_all([[1, 2]])
    assert counter.counts() == {1: 100_001, 2: 1}
