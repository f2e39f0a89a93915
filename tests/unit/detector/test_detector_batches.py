import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain_detector.batches import batches_in_order, batches_of_one_size


@given(sizes=st.lists(st.integers(1, 3)), most=st.integers(1, 4))
def test_batches_keep_the_order_hold_one_size_and_are_no_longer_than_allowed(
    sizes: list[int], most: int
) -> None:
    batches = list(batches_of_one_size(enumerate(sizes), lambda one: (one[1],), most))
    assert [one for batch in batches for one in batch] == list(enumerate(sizes))
    assert all(len({size for _, size in batch}) == 1 and len(batch) <= most for batch in batches)


def test_neighbours_of_one_size_are_together() -> None:
    assert list(batches_of_one_size("aaab", lambda one: (ord(one),), 2)) == [["a", "a"], ["a"], ["b"]]


@pytest.mark.parametrize(
    ("number", "most", "sizes"),
    [
        (6, 3, [3, 3]),
        (5, 3, [3, 2]),
        (4, 3, [4]),
        (7, 3, [3, 4]),
        (5, 2, [2, 3]),
        (1, 3, [1]),
        (3, 1, [1, 1, 1]),
        (0, 3, []),
    ],
)
def test_a_last_item_by_itself_joins_the_batch_before_it(number: int, most: int, sizes: list[int]) -> None:
    batches = list(batches_in_order(range(number), most))
    assert [len(batch) for batch in batches] == sizes
    assert [one for batch in batches for one in batch] == list(range(number))
