"""Recognise files that are not augmented manifests, and say what they are instead."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from groundtrain.errors import ManifestError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.other_folders import recognise_folder
from groundtrain.manifest.other_tools import FILE, OF_SEQUENCE, Tool, recognise
from groundtrain.manifest.source import ManifestSource, local_path
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import SOURCE, is_fetched
from groundtrain.shell_commands import shell_argument

_HEAD = 1 << 20
_LINES = 1000
_TRUNCATED = "Input data was truncated"
_BOM = b"\xef\xbb\xbf"
_ARRAY = Tool(
    "is a JSON array of records, which stand on a line each in a manifest",
    "jq -c '.[]' FILE > lines.manifest",
)
MANIFEST = Tool("is an augmented manifest already", "name the file that holds the labels")
_SEQUENCE_KEYS = (b'"tracking-annotations"', b'"detection-annotations"')
_ARCHIVES = {
    b"\x1f\x8b": "gzip-compressed",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2-compressed",
    b"\xfd7zXZ": "xz-compressed",
    b"\x28\xb5\x2f\xfd": "zstd-compressed",
}


class OtherFormatError(ManifestError):
    """The file is of a format that groundtrain import may know.

    Attributes:
        format: its word there; "" where it is not known.
        path: the file; None where it is none on this machine.
    """

    def __init__(self, message: str, *, fix: str, tool: Tool, path: Path | None) -> None:
        super().__init__(message, fix=fix)
        self.format, self.path = tool.format, path


def refuse_other_formats(source: ManifestSource) -> None:
    """Check the first MiB: a file with at least one record there is taken for a manifest.

    Raises:
        ManifestError: it is empty, compressed, binary, UTF-16, a JSON array, one pretty-printed object, or a
            video label file, or the label file of another tool.
    """
    folder = _folder(source)
    if folder is not None and (tool := recognise_folder(folder)) is not None:
        raise _other(source, tool, folder)
    head = _head(source.open())
    if _is_array_of_records(head.removeprefix(_BOM).lstrip()):
        raise ManifestError(f"{source.name} {_ARRAY.what}", fix=_ARRAY.fix)
    if any(map(_is_record, head.split(b"\n", _LINES))):
        return
    for found in _other_forms(head):
        raise _other(source, found, local_path(source))


def _folder(source: ManifestSource) -> Path | None:
    path = getattr(source, "path", None)
    return path if isinstance(path, Path) and path.is_dir() else None


def _other(source: ManifestSource, found: Tool, path: Path | None) -> OtherFormatError:
    fix = found.fix.replace(FILE, shell_argument(source.name))
    return OtherFormatError(f"{source.name} {found.what}", fix=fix, tool=found, path=path)


def what_it_is(source: ManifestSource) -> Tool | None:
    """What a file or folder is, by its first MiB: `MANIFEST`, or what else is known; None for all else."""
    folder = _folder(source)
    if folder is not None and (tool := recognise_folder(folder)) is not None:
        return tool
    head = _head(source.open())
    if any(map(_is_record, head.split(b"\n", _LINES))):
        return MANIFEST
    return next(_other_forms(head), None)


def _is_array_of_records(text: bytes) -> bool:
    """Whether an array is spread over lines, so that some of them could be taken for records."""
    if not re.match(rb"\[\s*\{", text) or not _fault(text.partition(b"\n")[0]):
        return False
    return any(map(_is_record, _elements(text)))


def _head(chunks: Iterator[bytes]) -> bytes:
    head = b""
    for chunk in chunks:
        head += chunk[: _HEAD - len(head)]
        if len(head) >= _HEAD:
            break
    return head


def _other_forms(head: bytes) -> Iterator[Tool]:
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            yield Tool(f"is {what}", "decompress it first")
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[1:2] == b"\0" or head[:1] == b"\0"
    if utf16 and head.strip(b"\0"):
        yield Tool("is UTF-16", "save it as UTF-8")
    if b"\0" in head:
        yield Tool("is a binary file", "name a manifest with labels")
    text = head.removeprefix(_BOM).rstrip()
    if not text:
        yield Tool("is empty", "name a manifest with labels")
    if (tool := recognise(text)) is not None:
        yield tool
    yield from _other_json(text, whole=len(head) < _HEAD)
    yield from _no_json(text, whole=len(head) < _HEAD)


def _other_json(text: bytes, *, whole: bool) -> Iterator[Tool]:
    start = text.lstrip()
    first = start.partition(b"\n")[0]
    if any(key in first or (key in start[:200]) for key in _SEQUENCE_KEYS):
        yield OF_SEQUENCE._replace(fix=f"{OF_SEQUENCE.fix}, a line for each frame")
    if start.startswith(b"[") and any(map(_is_record, _elements(start))):
        yield _ARRAY
    if start.startswith(b"["):
        yield Tool(
            "is a JSON array, perhaps a classic S3 manifest without labels",
            "join it with its labels by groundtrain import s3-manifest",
        )
    if start.startswith(b"{") and b"\n" in start and _fault(first) == _TRUNCATED:
        yield _spread_out(_fault(text) if whole else "")


def _spread_out(fault: str) -> Tool:
    """Several such objects in a row have only what comes after the first at fault."""
    if fault and "trailing characters" not in fault:
        reason = fault.partition(": ")[2] or fault
        return Tool(
            f"is spread over several lines, and no JSON at that; {reason}",
            "write each record as one JSON object on one line",
        )
    return Tool(
        "is one JSON object spread over several lines",
        "write it on one line, for instance with jq --compact-output",
    )


def _elements(array: bytes) -> Iterator[bytes]:
    """The first object in an array, as far as its text tells without the rest."""
    with contextlib.suppress(UnicodeDecodeError, ValueError, RecursionError):
        text = array.decode(errors="replace")
        _, end = json.JSONDecoder().raw_decode(text, text.index("{"))
        yield text[text.index("{") : end].encode()


def _no_json(text: bytes, *, whole: bool) -> Iterator[Tool]:
    """Where one line at least is JSON, the rules tell what is wrong with the others."""
    lines = [line for line in text.split(b"\n", _LINES) if line.strip()]
    if not whole:
        lines = lines[:-1]
    if lines and all(map(_fault, lines)):
        number = text.split(b"\n").index(lines[0]) + 1
        fault = _fault(lines[0]).removeprefix("JSON is malformed: ")
        yield Tool(f"has no line that is JSON; line {number}: {fault}", "name a manifest with labels")


def _is_record(line: bytes) -> bool:
    try:
        record = decode_pieces(without_comma(line.removeprefix(_BOM)))
    except DECODE_ERRORS:
        return False
    return SOURCE in record or any(map(is_fetched, record))


def _fault(text: bytes) -> str:
    try:
        msgspec.json.decode(text)
    except DECODE_ERRORS as error:
        return str(error)
    return ""
