"""The manifest as it is published: images by where they are now, each with the digest of its content.

The digest makes a manifest with another image another manifest, from which the pipeline makes a new dataset:
the address alone would be the same, and the same bytes start nothing.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.output_files import replaced_file
from groundtrain.publishing.image_sources import OF_THIS_MACHINE, fetched_addresses
from groundtrain.record_keys import FETCHED, METADATA

DIGEST = "-sha256"
"""Ends the key of a digest, which begins as that of the address: "source-sha256" beside "source-ref"."""
_CREATED = re.compile(rb'"creation-date":"([^"\\]{1,40})"')


class Moved(Struct, frozen=True):
    """Where an image is now, and SHA-256 of its content in hex; "" to write none."""

    address: str
    sha256: str


class Changes(Struct, frozen=True):
    """What is changed on the lines of a manifest.

    Attributes:
        moved: images by their addresses so far.
        folder: address of the folder that names of files stand for, where an image has not been moved; ""
            where the manifest has no such names.
        keep: the label attribute to keep of several, with those that go with it; none to keep all.
        created: the creation date as it is, and the one to write.
    """

    moved: Mapping[str, Moved]
    folder: str = ""
    keep: Collection[str] = ()
    created: tuple[bytes, bytes] | None = None


def write_published(source: ManifestSource, output: Path, changes: Changes) -> CountedExamples:
    """Write the manifest, and return how often which label attributes were left out.

    Lines that are no records are copied as they are, and so is the whole where nothing is to be changed.

    Raises:
        ManifestError: the manifest cannot be read.
        SettingsError: the file cannot be written.
    """
    left_out = CountedExamples()
    with replaced_file(output) as file:
        if not (changes.moved or changes.keep or changes.folder):
            for chunk in source.open():
                file.write(chunk)
            return left_out
        for _, line in Lines(source.open()):
            file.write(_changed(line, changes, left_out) + b"\n")
    return left_out


def creation_date(beginning: bytes) -> bytes:
    """The first creation date in the beginning of a manifest; b"" where there is none."""
    found = _CREATED.search(beginning)
    return found[1] if found else b""


def _changed(line: bytes, changes: Changes, left_out: CountedExamples) -> bytes:
    try:
        record = decode_pieces(line)
        fetched = list(fetched_addresses(record))
    except DECODE_ERRORS:
        return line
    if changes.keep:
        record = _with_one_label(record, changes.keep, left_out)
    for key, address in fetched:
        if key in record:
            record |= _moved(key, address, changes)
    written = msgspec.json.encode(record)
    if changes.created:
        old, new = (b'"creation-date":"%s"' % date for date in changes.created)
        written = written.replace(old, new)
    return written


def _moved(key: str, address: str, changes: Changes) -> dict[str, Raw]:
    if moved := changes.moved.get(address):
        digest = {key.removesuffix(FETCHED) + DIGEST: _raw(moved.sha256)} if moved.sha256 else {}
        return {key: _raw(moved.address), **digest}
    if address.startswith(OF_THIS_MACHINE):
        return {key: _raw(changes.folder + address.removeprefix(OF_THIS_MACHINE))}
    return {}


def _with_one_label(
    record: dict[str, Raw], keep: Collection[str], left_out: CountedExamples
) -> dict[str, Raw]:
    others = {
        key.removesuffix(METADATA)
        for key in record
        if key.endswith(METADATA) and key.removesuffix(METADATA) not in keep
    }
    for name in sorted(others):
        left_out.add(name)
    return {key: value for key, value in record.items() if key.removesuffix(METADATA) not in others}


def _raw(text: str) -> Raw:
    return Raw(msgspec.json.encode(text))
