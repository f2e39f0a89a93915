"""Whatever is in a file or a message: it is taken, or refused in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzzing import NAMES
from tests.parsers import PARSERS

DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b'{"detail":' + b"[" * 100_000, b"a=" + b"[" * 100_000]
ODD = [
    b"",
    b"\xff\xfe",
    b'"\xff"',
    b'{"a":"\xff"}',
    b"\xef\xbb\xbf{}",
    b"null",
    b"1e999",
    b'"\\ud800"',
    b"\0",
]


@st.composite
def damaged(draw: st.DrawFn, text: bytes) -> bytes:
    """A text with something cut out of it and something put in its place."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 40)))
    put = draw(st.one_of(st.binary(max_size=20), st.sampled_from([*ODD, b"[" * 5000, text])))
    return text[:start] + put + text[end:]


def take_or_refuse(name: str, text: bytes) -> str | None:
    """The sentence it is refused with."""
    parser = PARSERS[name]
    try:
        parser.read(text)
    except parser.refuses as refusal:
        return str(refusal)
    return None


def test_the_fuzzer_knows_every_parser() -> None:
    assert list(NAMES) == list(PARSERS)


@pytest.mark.parametrize("name", PARSERS)
def test_examples_are_taken(name: str) -> None:
    for example in PARSERS[name].examples:
        assert take_or_refuse(name, example) is None


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("text", [*DEEP, *ODD], ids=lambda text: repr(text[:20]))
def test_what_nobody_would_write_is_refused_or_taken(name: str, text: bytes) -> None:
    assert take_or_refuse(name, text) != ""


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_any_damage_is_refused_in_a_sentence_or_does_not_matter(name: str, data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(PARSERS[name].examples))
    assert take_or_refuse(name, data.draw(damaged(example))) != ""


@pytest.mark.parametrize("name", PARSERS)
@given(text=st.binary(max_size=200))
def test_any_bytes_are_refused_in_a_sentence_or_taken(name: str, text: bytes) -> None:
    assert take_or_refuse(name, text) != ""
