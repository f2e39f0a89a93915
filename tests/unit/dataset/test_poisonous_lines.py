"""A line at which a check itself fails is left out with the reason; the other lines are converted."""

import json

import pytest

from groundtrain.manifest.record_reader import RecordReader
from tests.manifest_lines import Converted, good

ERRORS = [
    RuntimeError("what nobody foresaw"),
    KeyError("x"),
    AssertionError(),
    RecursionError(),
    MemoryError(),
]
PLACES = ["_stands", "_about_record", "_about_addresses", "_keys_are_known", "_note_names", "_joined"]


def poisoned(lines):
    """The lines, the sixth of which the tests let the checks stumble over."""
    record = json.loads(lines[5])
    record["boxes"]["image_size"][0]["depth"] = 1
    lines[5] = json.dumps({**record, "poison": 1}).encode().replace(b"0005", b"poison+")
    return lines


def stumbling(original, error):
    def check(reader, *arguments):
        if "poison" in str(arguments):
            raise error
        return original(reader, *arguments)

    return check


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", PLACES)
def test_an_unexpected_error_on_one_line_rejects_that_line_only(tmp_path, monkeypatch, place, error):
    lines = poisoned(good(30))
    monkeypatch.setattr(RecordReader, place, stumbling(getattr(RecordReader, place), error))
    made = Converted(tmp_path, *lines)
    assert (made.dataset.source.records, made.dataset.rejected) == (30, 1)
    (rejected,) = made.rejected
    assert (rejected["line"], rejected["code"]) == (6, "GT131")
    assert type(error).__name__ in rejected["reason"]
    assert rejected["record"] == lines[5].decode()
