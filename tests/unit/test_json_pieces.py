"""A document that is written in pieces is the one that is written at once."""

import pytest
from msgspec import Struct

from groundtrain import json_pieces
from groundtrain.json_pieces import ComputedSequence
from groundtrain.json_text import dump_json


class Inner(Struct, rename="kebab"):
    names_of_all: tuple[str, ...] = ()
    counts: dict[str, int] = {}


class Document(Struct):
    text: str
    inner: Inner
    several: tuple[Inner, ...] = ()
    numbers: tuple[float, ...] = ()
    nothing: Inner | None = None


LETTERS = "ab\u00e9\x7f\u200b##["
MANY = Inner(tuple(LETTERS), {letter: i for i, letter in enumerate(LETTERS)})
DOCUMENTS = [
    Document("", Inner()),
    Document("a\nb", MANY, (MANY, Inner()), (1, 2.5, 3)),
    Document("x", MANY, (MANY,) * 7, tuple(range(20))),
]


@pytest.mark.parametrize("most", [1, 2, 3, 1000])
@pytest.mark.parametrize("order", [None, "deterministic"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_pieces_together_are_the_document(
    document: Document, order: json_pieces.Order, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_pieces, "_BATCH", most)
    pieces = b"".join(json_pieces.json_pieces(document, order=order))
    assert pieces == dump_json(document, indent=2, order=order)


@pytest.mark.parametrize("length", [0, 3, 2500])
def test_a_computed_sequence_is_written_as_its_items(length: int) -> None:
    items = [Inner((str(i),)) for i in range(length)]
    document = ComputedSequence(length, items.__getitem__)
    assert b"".join(json_pieces.json_pieces(document)) == dump_json(items, indent=2)


def test_a_computed_sequence_is_a_sequence() -> None:
    squares = ComputedSequence(5, lambda i: i * i)
    assert (list(squares), squares[1:3], squares[-1], len(squares)) == ([0, 1, 4, 9, 16], [1, 4], 16, 5)
    with pytest.raises(IndexError):
        squares[5]
