"""The lines of a manifest as the records of examples, with bounded memory."""

import threading
from pathlib import Path

import pytest

from groundtrain.errors import GroundtrainError
from groundtrain.pipe.channel import Channel, is_streamed, streamed_channel
from groundtrain.pipe.examples import ManifestLines, Objects, examples_of

LINE = b'{"source-ref": "s3://a/1.jpg", "boxes": {"b":  [1.50, 1e3]}, "page": 7}\n'
ENTRY = {
    "ChannelName": "train",
    "InputMode": "Pipe",
    "RecordWrapperType": "RecordIO",
    "ShuffleConfig": {"Seed": 5},
    "DataSource": {
        "S3DataSource": {"S3DataType": "AugmentedManifestFile", "AttributeNames": ["source-ref", "boxes"]}
    },
}


def examples(manifest: Path, objects: Objects, *attributes: str) -> list[tuple[bytes, ...]]:
    lines = ManifestLines(manifest)
    try:
        return list(examples_of(lines, Channel("train", manifest, attributes), 0, objects))
    finally:
        lines.close()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "train.manifest"
    path.write_bytes(LINE)
    return path


def test_json_is_sent_as_it_is_written(manifest: Path) -> None:
    found = examples(manifest, Objects(str.encode), "boxes", "source-ref", "page")
    assert found == [(b'{"b":  [1.50, 1e3]}', b"s3://a/1.jpg", b"7")]


def test_blank_lines_are_no_examples(manifest: Path) -> None:
    manifest.write_bytes(b"\n" + LINE + b"\r\n \n" + LINE.rstrip())
    assert len(examples(manifest, Objects(str.encode), "source-ref")) == 2


def test_a_line_without_an_attribute_is_named(manifest: Path) -> None:
    with pytest.raises(GroundtrainError, match=r"train\.manifest: record 1 has no label, which AttributeNam"):
        examples(manifest, Objects(str.encode), "source-ref", "label")


def test_large_objects_wait_in_small_numbers(manifest: Path) -> None:
    """Sixteen at once of 24 MB each would be 768 MB with those that wait; two fit the bound of 64 MiB."""
    manifest.write_bytes(LINE * 40)
    lock, held, most = threading.Lock(), 0, []

    def read(_: str) -> bytes:
        nonlocal held
        with lock:
            held += 1
            most.append(held)
        return large

    large = bytes(24 << 20)
    lines = ManifestLines(manifest)
    for _ in examples_of(lines, Channel("c", manifest, ("source-ref",)), 0, Objects(read, at_once=16)):
        with lock:
            held -= 1
    lines.close()
    assert max(most[-8:]) <= 4


def test_a_channel_is_what_its_request_says(manifest: Path) -> None:
    assert is_streamed(ENTRY)
    assert streamed_channel(ENTRY, manifest) == Channel("train", manifest, ("source-ref", "boxes"), 5)


def test_a_channel_of_files_is_not_streamed() -> None:
    files = {"ChannelName": "model", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix"}}}
    assert not is_streamed(files, "Pipe")
    assert not is_streamed({**ENTRY, "InputMode": "File"}, "Pipe")
    assert is_streamed({**ENTRY, "InputMode": ""}, "Pipe")
