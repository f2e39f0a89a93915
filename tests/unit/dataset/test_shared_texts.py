"""Texts are left to another process in memory that both have."""

from groundtrain.dataset.passes.shared_texts import SharedTexts


def test_texts_are_found_where_they_were_left() -> None:
    shared = SharedTexts(2, 8)
    assert shared.leave(0, [b"first", b"", b"side"])
    assert shared.leave(1, [b"second"])
    assert [*map(bytes, shared.views(0, [5, 0, 4]))] == [b"first", b"", b"side"]
    assert [*map(bytes, shared.views(1, [6]))] == [b"second"]


def test_texts_that_are_too_long_are_not_left() -> None:
    shared = SharedTexts(1, 8)
    assert shared.leave(0, [b"ten bytes!"])
    assert not shared.leave(0, [b"eleven byte", b""])
    assert [*map(bytes, shared.views(0, [10]))] == [b"ten bytes!"]
