import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from groundtrain.errors import ManifestError
from groundtrain.formats import json_document
from groundtrain.formats.json_document import JsonDocument

decode = msgspec.json.Decoder(list[dict[str, Any]]).decode
NESTED = {"b": [{"c": "},{"}, {"d": '"}, {"'}], "n": -12.5e3, "t": True}


@pytest.fixture(autouse=True, params=[1, 7, 1 << 20])
def piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "PIECE", request.param)


def document(text: str | bytes) -> JsonDocument:
    encoded = text.encode() if isinstance(text, str) else text
    size = min(json_document.PIECE, len(encoded)) or 1
    chunks: Iterator[bytes] = (encoded[at : at + size] for at in range(0, len(encoded), size))
    return JsonDocument("a.json", chunks)


def read(text: str | bytes, *keys: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in document(text).arrays(dict.fromkeys(keys, decode)):
        assert each.first == len(found.setdefault(each.array, []))
        found[each.array] += each.elements
    return found


@pytest.mark.parametrize("dumps", [json.dumps, lambda value: json.dumps(value, indent=2)])
def test_arrays_are_read_whatever_stands_between_and_within_them(dumps: Callable[[Any], str]) -> None:
    said = {"info": {"x": [1, {"images": []}]}, "images": [NESTED] * 5, "none": None, "empty": [], "z": 12}
    assert read("\ufeff" + dumps(said) + "\n ", "images", "empty") == {"images": [NESTED] * 5, "empty": []}


def test_an_array_can_be_the_whole_document() -> None:
    pieces = document(json.dumps([NESTED] * 3)).array(decode)
    assert [element for piece in pieces for element in piece.elements] == [NESTED] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"images":[{"a":1},{"a":', "ends in the middle"),
        ("", "ends in the middle"),
        ('{"images":[{"a":1}],', "ends in the middle"),
        ('{"images":[{"a":NaN}]}', "invalid character at byte 16"),
        ('{"images":[{"a":1} {"a":2}]}', "expected , at byte 19"),
        ('{"images":[{"a":1},]}', "at byte"),
        ('{"images":[{"a":1}]}x', "more behind the end at byte 20"),
        ('{"images":[],"images":[]}', 'the key "images" is there twice'),
        ('{"images":[{"a":1},{"b":2},3]}', "a.json, images 3: expected an object, got a whole number"),
        ('{"images":7}', "expected ["),
        ("[1]", "expected {"),
        (b'{"images":[{"a":"\xff"}]}', "images 1: not UTF-8"),
        ('{"images":' + "[" * 5000, "a.json"),
    ],
)
def test_a_fault_is_said_with_its_place(text: str | bytes, words: str) -> None:
    with pytest.raises(ManifestError) as raised:
        read(text, "images")
    assert words in raised.value.message
    assert raised.value.fix
