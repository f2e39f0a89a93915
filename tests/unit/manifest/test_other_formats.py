import gzip
import json
from pathlib import Path

import pytest

from groundtrain.errors import ManifestError
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import FileManifest
from tests.manifest_lines import box, dump, good, record

PRETTY = json.dumps(record("s3://bucket/a.jpg", box()), indent=2).encode()
CLASSIC = b'[{"prefix":"s3://bucket/"},\n"a.jpg",\n"b.jpg"]\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \r\n", "is empty"),
        (gzip.compress(good(1)[0]), "is gzip-compressed"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
        (good(1)[0].decode().encode("utf-16"), "is UTF-16"),
        (good(1)[0].decode().encode("utf-16-le"), "is UTF-16"),
        (CLASSIC, "is a JSON array"),
        (PRETTY, "is one JSON object spread over several lines"),
        (PRETTY + b"\n" + PRETTY, "is one JSON object spread over several lines"),
        (b"\n {\n  'a': 1\n}", r"is spread over several lines, and no JSON at that; .* \(byte 6\)"),
        (PRETTY[:-1], "no JSON at that; Input data was truncated"),
        (dump({"tracking-annotations": []}), "is the label file of one sequence"),
    ],
)
def test_another_kind_of_file_is_named_for_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=words) as raised:
        refuse_other_formats(FileManifest(path))
    assert raised.value.fix


@pytest.mark.parametrize("first", [b"\0\0", b"[1]", b"{", b"\xff\xfe", b"\xef\xbb\xbf"])
def test_one_record_among_the_first_lines_makes_a_manifest(tmp_path: Path, first: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(first + b"\n" + good(1)[0] + b"\n")
    refuse_other_formats(FileManifest(path))


def test_a_record_after_a_byte_order_mark_makes_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbf" + good(1)[0])
    refuse_other_formats(FileManifest(path))
