"""Cycles of objects are looked for as before once a manifest was read."""

import gc

import pytest

from groundtrain.dataset.passes.few_collections import few_collections


def _threshold_and_frozen() -> tuple[int, int]:
    return gc.get_threshold()[0], gc.get_freeze_count()


def _failing() -> None:
    raise ZeroDivisionError


def test_while_a_manifest_is_read_few_objects_are_looked_through() -> None:
    threshold, frozen = _threshold_and_frozen()
    with few_collections():
        within = _threshold_and_frozen()
    assert within[0] > threshold
    assert within[1] > frozen


def test_all_is_as_before_when_reading_fails() -> None:
    before = _threshold_and_frozen()
    with pytest.raises(ZeroDivisionError), few_collections():
        _failing()
    assert _threshold_and_frozen() == before


def test_all_is_as_before_when_two_readings_overlap() -> None:
    before = _threshold_and_frozen()
    first, second = few_collections(), few_collections()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert _threshold_and_frozen() == before
