from hypothesis import given
from hypothesis import strategies as st

from groundtrain.dataset.split import stratified
from groundtrain.dataset.split.stratified import Groups

shares = st.floats(0.05, 0.95)
class_sets = st.sets(st.integers(0, 5), max_size=3)
groups = st.dictionaries(st.binary(min_size=8, max_size=8), class_sets, max_size=40)


def chosen(found: dict[bytes, set[int]], share: float) -> frozenset[bytes]:
    gathered = Groups()
    for mark, classes in found.items():
        gathered.add(mark, {str(i): i for i in classes})
    validating = gathered.validating(share)
    assert validating is not None
    return validating


def showing(found: dict[bytes, set[int]], class_id: int) -> set[bytes]:
    return {mark for mark, classes in found.items() if class_id in classes}


@given(st.dictionaries(st.binary(min_size=8, max_size=8), st.integers(0, 4), max_size=40), shares)
def test_a_class_of_two_groups_or_more_is_on_both_sides(found: dict[bytes, int], share: float) -> None:
    sets = {mark: {class_id} for mark, class_id in found.items()}
    validating = chosen(sets, share)
    for class_id in range(5):
        there = showing(sets, class_id)
        if len(there) > 1:
            assert there & validating
            assert there - validating
            assert abs(len(there & validating) - share * len(there)) <= 1


@given(groups, shares)
def test_a_class_lacks_a_side_only_if_another_class_would_lack_it_instead(
    found: dict[bytes, set[int]], share: float
) -> None:
    validating = chosen(found, share)
    for side in (validating, found.keys() - validating):
        alone = {i for i in range(6) if len(showing(found, i) & side) == 1}
        for class_id in range(6):
            there = showing(found, class_id)
            if len(there) > 1 and there <= side:
                assert all(found[mark] & alone for mark in there)


@given(groups, shares)
def test_only_groups_that_are_there_are_chosen_and_never_all(
    found: dict[bytes, set[int]], share: float
) -> None:
    validating = chosen(found, share)
    assert validating <= found.keys()
    assert len(validating) < len(found) or not found


@given(groups, shares, st.randoms())
def test_the_choice_does_not_depend_on_the_order(found: dict[bytes, set[int]], share: float, dice) -> None:
    shuffled = list(found.items())
    dice.shuffle(shuffled)
    assert chosen(found, share) == chosen(dict(shuffled), share)


@given(groups, shares)
def test_records_of_one_group_add_up(found: dict[bytes, set[int]], share: float) -> None:
    gathered = Groups()
    for mark, classes in found.items():
        gathered.add(mark, {})
        for class_id in classes:
            gathered.add(mark, {str(class_id): class_id})
    assert gathered.validating(share) == chosen(found, share)


def test_a_class_between_two_others_is_on_both_sides() -> None:
    """Dealt out without a look at the rest, the one in the middle would be in validation only."""
    found = {b"1" * 8: {0, 1}, b"2" * 8: {0}, b"3" * 8: {2, 1}, b"4" * 8: {2}}
    validating = chosen(found, 0.5)
    for class_id in range(3):
        assert showing(found, class_id) & validating
        assert showing(found, class_id) - validating


def test_of_too_many_groups_none_is_chosen(monkeypatch) -> None:
    monkeypatch.setattr(stratified, "MOST_GROUPS", 3)
    gathered = Groups()
    for number in range(9):
        gathered.add(number.to_bytes(8, "big"), {"car": 0})
    assert gathered.validating(0.5) is None
    assert len(gathered.by_fingerprint) == 3 + 1, "the bound on memory"
