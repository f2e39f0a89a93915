import hashlib
from io import BytesIO

import pytest

from groundtrain.dataset import outputs
from groundtrain.dataset.outputs import LineWriter


@pytest.mark.parametrize("piece", [1, 4, 7, 100])
def test_a_text_is_written_and_digested_whole_however_long_it_is(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "_PIECE", piece)
    file = BytesIO()
    writer = LineWriter(file)
    for text, records in ((b"one\ntwo\n", 2), (b"", 0), (memoryview(b"three\nfour\nfive\n"), 3)):
        writer.append(text, records)
    assert file.getvalue() == b"one\ntwo\nthree\nfour\nfive\n"
    assert (writer.records, writer.bytes) == (5, len(file.getvalue()))
    assert writer.sha256() == hashlib.sha256(file.getvalue()).hexdigest()
