"""Names in long lists of classes are found as a dict finds them."""

import pytest

from groundtrain.manifest.classes import name_positions
from groundtrain.manifest.classes.class_spellings import PlainSpellings, plain_spelling, similar_names
from groundtrain.manifest.classes.name_positions import NamePositions, distinct

NAMES = tuple(f"class {number}" for number in range(3000))


def test_each_of_many_names_is_at_its_place() -> None:
    positions = NamePositions(NAMES)
    assert [positions[name] for name in NAMES] == [*range(len(NAMES))]
    assert list(positions) == list(NAMES)


def test_a_name_that_is_not_there_has_no_place() -> None:
    positions = NamePositions(NAMES)
    assert "class 3000" not in positions
    with pytest.raises(KeyError):
        positions["class 3000"]


def test_names_that_share_a_hash_are_told_apart() -> None:
    class SameHash(str):
        __slots__ = ()

        def __hash__(self) -> int:
            return 7

    names = [SameHash(name) for name in NAMES[:50]]
    positions = NamePositions(names, lambda name: name)
    assert [positions[name] for name in names] == [*range(50)]


def test_no_name_is_in_an_empty_list() -> None:
    assert "" not in NamePositions(())


def test_long_lists_are_looked_up_like_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    short = name_positions.class_positions(NAMES)
    monkeypatch.setattr(name_positions, "_MANY", 10)
    assert isinstance(long := name_positions.class_positions(NAMES), NamePositions)
    assert dict(long) == short


def test_names_without_repetition_are_not_copied() -> None:
    assert distinct(NAMES) is NAMES
    assert distinct(("b", "a", "b")) == ("b", "a")


def test_a_name_is_taken_for_the_only_class_that_differs_in_spelling() -> None:
    spellings = PlainSpellings(("Fork Lift", "pallet", "PALLET", "pallet"))
    assert (spellings.of("forklift"), spellings.of("Pallet"), spellings.of("car")) == (
        "Fork Lift",
        None,
        None,
    )


def test_names_that_look_alike_are_together_in_their_order() -> None:
    names = ("b", "Fork Lift", "a", "B", "forklift", "b")
    assert list(similar_names(names)) == [("b", "B"), ("Fork Lift", "forklift")]
    assert plain_spelling("Fork Lift") == plain_spelling("forklift")
