"""What comes out of a pipe, and the sentences for what should not."""

import ast
import io
import struct
import sys
from pathlib import Path

import pytest

from groundtrain import pipe
from groundtrain.pipe import ChannelError, read_channel, read_records
from groundtrain.pipe.recordio import framed

MAGIC = struct.pack("<I", 0xCED7230A)
JPEG = b"\xff\xd8\xff\xe0 and so on"
ATTRIBUTES = ["source-ref", "boxes"]


def part(flag: int, payload: bytes) -> bytes:
    return MAGIC + struct.pack("<I", flag << 29 | len(payload)) + payload + bytes(-len(payload) % 4)


def read(data: bytes) -> list[bytes]:
    return list(read_records(io.BytesIO(data), "train_0"))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where channels are looked for; a file stands for a pipe that was filled."""
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    folder = tmp_path / "input" / "data"
    folder.mkdir(parents=True)
    return folder


def records(*payloads: bytes) -> bytes:
    return b"".join(piece for payload in payloads for piece in framed(payload))


def test_parts_of_8_10_1_and_29_bytes_are_joined_with_nothing_between() -> None:
    """The layout of tests/resources/recordio/split_records.pr in awslabs/ml-io, with bytes of our own."""
    lengths, payload = (8, 10, 1, 29), bytes(range(48))
    cut = [payload[sum(lengths[:i]) : sum(lengths[: i + 1])] for i in range(4)]
    data = b"".join(part(flag, piece) for flag, piece in zip((1, 2, 2, 3), cut, strict=True))
    assert read(data * 5) == [payload] * 5


def test_thirds_are_joined() -> None:
    """As write_recordio_multipart cuts in aws/sagemaker-tensorflow-extensions (test/recordio_utils.py)."""
    payload = bytes(range(100))
    stride = len(payload) // 3
    thirds = payload[:stride], payload[stride : 2 * stride], payload[2 * stride :]
    assert read(b"".join(map(part, (1, 2, 3), thirds))) == [payload]


def test_the_magic_number_within_a_payload_is_left_alone() -> None:
    assert read(records(MAGIC + MAGIC)) == [MAGIC + MAGIC]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (JPEG, "a JPEG at byte 0 where a RecordIO header should be: is RecordWrapperType RecordIO"),
        (b'{"source-ref": 1}', "a line of JSON at byte 0"),
        (records(b"1234") + b"rest", "at byte 12 where a RecordIO header should be: has its writer ended"),
        (part(3, b"1234"), "a last part at byte 0, before the first"),
        (part(1, b"1234") + part(0, b"5"), "a whole record at byte 12, before the last part"),
        (part(1, b"1234"), "ends after 1 parts of a record"),
        (part(5, b"1234"), "the unknown kind 5 at byte 0"),
        (records(b"12345678")[:12], "ends within a record, 12 bytes on"),
    ],
)
def test_what_is_no_recordio_is_told(data: bytes, said: str) -> None:
    with pytest.raises(ChannelError) as refused:
        read(data)
    assert str(refused.value).startswith("train_0 ")
    assert said in str(refused.value)


def test_a_third_part_first_is_refused_as_awslabs_corrupted_fixture_has_it() -> None:
    """corrupted_split_records.pr: its fourth record begins with a last part."""
    with pytest.raises(ChannelError, match="a last part at byte"):
        read(part(3, b"12345678") + part(2, b"1234567890") + part(2, b"1") + part(3, bytes(29)))


def test_an_example_is_bytes_and_what_the_json_says(data: Path) -> None:
    (data / "train_3").write_bytes(records(JPEG, b'{"annotations":[]}', JPEG, b"7"))
    assert list(read_channel("train", ATTRIBUTES, 3)) == [(JPEG, {"annotations": []}), (JPEG, 7)]


def test_a_jpeg_where_json_should_be_names_record_and_cause(data: Path) -> None:
    (data / "train_0").write_bytes(records(b'{"annotations":[]}', JPEG))
    with pytest.raises(ChannelError, match=r"record 2 of example 1 was to be boxes, as JSON, and is a JPEG"):
        list(read_channel("train", ATTRIBUTES))


def test_an_end_within_an_example_names_the_record(data: Path) -> None:
    (data / "train_0").write_bytes(records(JPEG, b"1", JPEG))
    with pytest.raises(ChannelError, match="ends after record 1 of example 2, and an example was to have 2"):
        list(read_channel("train", ATTRIBUTES))


def test_a_channel_of_another_name_is_shown(data: Path) -> None:
    (data / "training_0").touch()
    with pytest.raises(ChannelError, match=r"no pipe .*train_0 after 0 s; there is training_0"):
        list(read_channel("train", ATTRIBUTES, wait=0))


def test_a_channel_in_file_mode_is_told(data: Path) -> None:
    (data / "train").mkdir()
    with pytest.raises(ChannelError, match="is a folder: the channel is in File mode"):
        list(read_channel("train", ATTRIBUTES, wait=0))


def test_the_file_stands_alone(tmp_path: Path) -> None:
    """It can be copied: it imports nothing but the standard library."""
    file = Path(pipe.__file__).with_name("reading.py")
    tree = ast.parse(file.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_file_is_python_of_2020() -> None:
    """Images of frameworks have older Pythons than ours."""
    file = Path(pipe.__file__).with_name("reading.py")
    ast.parse(file.read_text("utf-8"), feature_version=(3, 9))
    assert "from __future__ import annotations" in file.read_text("utf-8")


def test_an_empty_pipe_has_no_examples(data: Path) -> None:
    (data / "train_0").touch()
    assert list(read_channel("train", ATTRIBUTES)) == []
