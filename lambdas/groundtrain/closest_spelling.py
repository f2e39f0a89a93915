"""What was probably meant by a word that is not known."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from os.path import commonprefix

_LONGEST = 100  # characters; comparing takes the square of the length
_ALIKE = 0.7


def nearest(written: str, words: Iterable[str], alike: float = _ALIKE) -> str:
    """The word that is spelled much alike, or has all the same parts; "" when none is near.

    Args:
        written: what a person wrote.
        words: the words that there are.
        alike: how much, from 0 to 1; see `difflib.SequenceMatcher.ratio`.
    """
    if len(written) > _LONGEST:
        return ""
    text = written.strip().lower()
    ranked = sorted(((*_likeness(text, word.lower()), word) for word in words), reverse=True)
    if ranked and ranked[0][0] >= alike:
        return ranked[0][2]
    parts = _parts(text)
    return min((word for *_, word in ranked if parts and parts <= _parts(word)), key=len, default="")


def _likeness(written: str, spelling: str) -> tuple[float, int]:
    """Of those that are equally alike, the one that begins alike is meant."""
    alike = SequenceMatcher(None, written, spelling).ratio()
    return round(alike, 6), len(commonprefix([written, spelling]))  # noqa: RUF071  no paths


def _parts(text: str) -> set[str]:
    return set(text.lower().replace("_", "-").replace(" ", "-").split("-")) - {""}
