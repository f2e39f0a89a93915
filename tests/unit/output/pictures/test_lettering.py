r"""Text of any script is written: in a font that has its letters, or by the letters' numbers."""

import pytest

from groundtrain.output.pictures import lettering
from groundtrain.output.pictures.lettering import lacking_letters, lettered, width_of


@pytest.fixture
def only_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without fonts."""
    monkeypatch.setattr(lettering, "_NAMES", ())
    for cache in (lettering.lettered, lettering._is_lacking):
        cache.cache_clear()
    yield
    for cache in (lettering.lettered, lettering._is_lacking):
        cache.cache_clear()


def test_letters_that_no_font_has_are_written_by_their_numbers_which_tell_names_apart(only_pillow) -> None:
    assert lettered("猫 cat", 14)[0] == "\\u732b cat"
    assert lettered("犬 cat", 14)[0] == "\\u72ac cat"
    assert lettered("\U0001f642", 14)[0] == "\\U0001f642"


def test_letters_that_are_lacking_are_told_once_each(only_pillow) -> None:
    assert lacking_letters(["猫 cat", "猫犬", "plain"]) == ["猫", "犬"]


def test_plain_letters_need_no_font_of_the_machine(only_pillow) -> None:
    text = "".join(map(chr, range(32, 127)))
    assert lettered(text, 14)[0] == text


def test_more_letters_are_wider() -> None:
    assert 0 == width_of("", 14) < width_of("a", 14) < width_of("aa", 14) < width_of("aa", 28)
