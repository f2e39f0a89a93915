import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.formats.s3_manifest.json_array import NotAnArrayError, array_elements

values = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


@given(st.lists(values), st.integers(1, 12), st.sampled_from([None, 1]))
def test_elements_are_the_same_however_the_text_is_cut(
    elements: list[Any], size: int, indent: int | None
) -> None:
    assert list(array_elements(iter(cut(json.dumps(elements, indent=indent), size)))) == elements


@pytest.mark.parametrize(
    "text", ["", " ", "{}", "[", '["a"', '["a",', '["a",]', '["a" "b"]', '["a"] x', "[NaN", "[tru]"]
)
def test_what_is_no_array_is_refused(text: str) -> None:
    with pytest.raises(NotAnArrayError):
        list(array_elements(iter(cut(text, 1))))


@pytest.mark.parametrize(("start", "endless"), [('["', "a"), ("[", "["), ("[", '{"a":')])
def test_an_element_without_end_is_given_up_soon(start: str, endless: str) -> None:
    pieces = 0

    def texts() -> Any:
        nonlocal pieces
        yield start
        while True:
            pieces += 1
            yield endless * 1000

    with pytest.raises(NotAnArrayError):
        list(array_elements(texts()))
    assert pieces < 1000


@given(st.text(alphabet='[]{}",:\\ax1 \n'))
def test_any_text_gives_elements_or_is_refused(text: str) -> None:
    try:
        elements = list(array_elements(iter([text])))
    except NotAnArrayError:
        return
    assert elements == json.loads(text)
