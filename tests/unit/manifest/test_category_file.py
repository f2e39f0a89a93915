"""The label category file: names in order, and nothing overlooked."""

import pytest

from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.category_file import parse_category_file


def test_names_are_in_the_order_of_the_file() -> None:
    text = b'{"document-version": "2018-11-28", "labels": [{"label": "b\\u00e9"}, {"label": "a"}]}'
    assert parse_category_file(text, "classes.json") == ("bé", "a")


@pytest.mark.parametrize(
    "text",
    [
        b'{"labels": [{"label": "a", "label": "b"}]}',
        b'{"labels": [{"label": "a", "shown": 1, "shown": 2}, {"label": "b"}]}',
        b'{"labels": [], "labels": [{"label": "a"}]}',
        b'{"labels": [{"label": "a"}], "labels": [{"label": "a"}]}',
        b'{"x": {"y": 1, "y": 2}, "labels": [{"label": "a"}]}',
        b'{"labels": [{"label": "a", "\\u006cabel": "b"}]}',
    ],
)
def test_a_key_that_is_there_twice_is_told_wherever_it_is(text: bytes) -> None:
    with pytest.raises(ManifestError, match=r'the key "[a-z]+" is there twice'):
        parse_category_file(text, "classes.json")


def test_a_key_that_is_no_text_is_refused_in_a_sentence():
    with pytest.raises(ManifestError, match="is not a label category file"):
        parse_category_file(b'{"\x80": 1, "labels": [{"label": "car"}]}', "categories.json")
