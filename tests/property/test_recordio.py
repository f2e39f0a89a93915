"""Records go through RecordIO and come back, however they are cut; another reader agrees."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.pipe import read_records
from groundtrain.pipe.recordio import framed

records = st.lists(st.binary(max_size=200))


def stream(payloads: list[bytes], longest: int) -> bytes:
    return b"".join(piece for payload in payloads for piece in framed(payload, longest))


@given(records, st.integers(1, 250))
def test_records_come_back_however_they_are_cut(payloads: list[bytes], longest: int) -> None:
    assert list(read_records(io.BytesIO(stream(payloads, longest)))) == payloads


@given(records)
def test_the_reader_of_sagemakers_sdk_reads_whole_records_alike(payloads: list[bytes]) -> None:
    theirs = pytest.importorskip("sagemaker.core.serializers.utils").read_recordio
    assert list(theirs(io.BytesIO(stream(payloads, 1 << 20)))) == payloads


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_stream_that_ends_early_is_never_read_as_whole(payload: bytes, kept: int) -> None:
    whole = stream([payload], 64)
    cut = whole[: kept % len(whole)]
    try:
        found = list(read_records(io.BytesIO(cut)))
    except ValueError as error:
        assert "the stream" in str(error)  # noqa: PT017 - most cuts are refused, an empty stream is none
    else:
        assert (found, cut) == ([], b"")
