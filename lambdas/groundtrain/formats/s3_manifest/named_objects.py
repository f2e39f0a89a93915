"""Find the objects in S3 that an augmented manifest names, each once."""

from collections.abc import Iterator
from os.path import commonprefix

import msgspec
from msgspec import Raw, Struct, field
from msgspec.structs import replace

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.address_checks import address_errors, fixed_address, readable_address
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.repeated_sources import SourcesSeen, fingerprint
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.quantities import first_few
from groundtrain.record_keys import SOURCE, SOURCE_REF, Keys
from groundtrain.rules.line_limits import MAX_LINE
from groundtrain.s3_addresses import bucket_of

_SHOWN = 5


class _Line(Struct):
    address: str = field(name=SOURCE_REF)


_decode = msgspec.json.Decoder(_Line).decode


class Objects(Struct, frozen=True):
    """The objects that a manifest names.

    Attributes:
        bucket: the only bucket whose objects count; "" for all.
        prefix: common prefix of all addresses, up to its last slash.
        without_address: lines that name no object.
        fixed: lines whose address has s3:// twice; it is written once.
        repeated: lines that name the object of an earlier one.
        other_buckets: lines that name an object in a bucket that does not count.
    """

    source: ManifestSource
    bucket: str
    prefix: str
    without_address: CountedExamples
    fixed: CountedExamples
    repeated: CountedExamples
    other_buckets: CountedExamples

    def completed(self, keys: Keys, label_type: LabelType) -> "Objects":
        """The same with the metadata that lines lack for this label."""
        return replace(self, source=completed(self.source, keys, label_type))

    def first_lines(self) -> Iterator[tuple[int, bytes, str]]:
        """Number and content of the first line that names each object, and the object's address."""
        seen = SourcesSeen()
        for number, line in Lines(self.source.open()):
            address, _ = _address(line)
            if address and _is_in(address, self.bucket) and seen.add(fingerprint(address)):
                yield number, line, address


def look_for_objects(source: ManifestSource, bucket: str = "") -> Objects:
    """Read the whole manifest to find its objects and their common prefix.

    Raises:
        ManifestError: it is not a manifest, names no object, or names objects in several buckets.
    """
    refuse_other_formats(source)
    without_address, fixed, repeated, others = (CountedExamples() for _ in range(4))
    prefixes: dict[str, str] = {}
    seen, fault = SourcesSeen(), ""
    for number, line in Lines(source.open()):
        address, is_fixed = _address(line)
        if not address:
            without_address.add(f"line {number}")
            fault = fault or _fault(number, line)
        elif not _is_in(address, bucket):
            others.add(f"line {number}")
        else:
            if is_fixed:
                fixed.add(f"line {number}")
            if not seen.add(fingerprint(address)):
                repeated.add(f"line {number}")
            name = bucket_of(address)
            prefixes[name] = commonprefix((prefixes.get(name, address), address))  # noqa: RUF071 - cut below
    _refuse_none_or_several(source, bucket, list(prefixes), fault)
    (prefix,) = prefixes.values()
    return Objects(source, bucket, prefix[: prefix.rindex("/") + 1], without_address, fixed, repeated, others)


def _refuse_none_or_several(source: ManifestSource, bucket: str, buckets: list[str], fault: str) -> None:
    if not buckets:
        where = f"an object in {bucket}" if bucket else "an object by its source-ref"
        raise ManifestError(
            f"{source.name} has no line that names {where}{fault}",
            fix="correct the addresses, or name a manifest whose lines have a source-ref",
        )
    if len(buckets) > 1:
        raise ManifestError(
            f"{source.name} names objects in {len(buckets)} buckets ({first_few(buckets, _SHOWN)})",
            fix="a classic manifest has one prefix: export one bucket at a time with --bucket",
        )


def _address(line: bytes) -> tuple[str, bool]:
    """Address of the object that the line names, and whether it was fixed; "" when it names none."""
    if len(line) > MAX_LINE:
        return "", False
    try:
        address = _decode(line).address
    except DECODE_ERRORS:
        return "", False
    readable = readable_address(address)
    return readable, readable not in ("", address)


def _decode_any(line: bytes) -> dict[str, Raw]:
    try:
        return decode_pieces(line)
    except DECODE_ERRORS:
        return {}


def _fault(number: int, line: bytes) -> str:
    """What is wrong with the address on a line, if it has one, or what it has instead."""
    try:
        address = _decode(line[:MAX_LINE]).address
    except DECODE_ERRORS:
        holds_text = SOURCE in _decode_any(line[:MAX_LINE])
        return f"; line {number} has a text in {SOURCE}, and no object in S3" if holds_text else ""
    return next((f"; line {number}: {mistake}" for _, mistake in address_errors(fixed_address(address))), "")


def _is_in(address: str, bucket: str) -> bool:
    return not bucket or bucket_of(address) == bucket
