import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.aws.sagemaker.python_sdk import find_changes

requests = st.recursive(
    st.text() | st.integers() | st.booleans(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(min_size=1), parts),
)


@given(requests)
def test_a_request_does_not_differ_from_its_copy(request_):
    assert list(find_changes(request_, copy.deepcopy(request_))) == []


@pytest.mark.parametrize(
    ("theirs", "path"),
    [
        ({"A": {"B": 2}, "C": [{"D": 1}, {"D": 1}]}, "A.B"),
        ({"A": {"B": 1}, "C": [{"D": 1}, {"D": 2}]}, "C[1].D"),
        ({"A": {"B": 1}, "C": [{"D": 1}]}, "C"),
        ({"A": {"B": 1}}, "C"),
        ({"A": {"B": 1, "E": 0}, "C": [{"D": 1}, {"D": 1}]}, "A.E"),
    ],
    ids=["changed", "changed in a list", "list of another length", "lacking", "added"],
)
def test_a_difference_is_named_by_its_path(theirs, path):
    assert list(find_changes({"A": {"B": 1}, "C": [{"D": 1}, {"D": 1}]}, theirs)) == [path]
