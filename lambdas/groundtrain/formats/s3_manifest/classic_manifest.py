"""Classic S3 manifests, S3DataType ManifestFile: `[{"prefix": "s3://bucket/folder/"}, "key", …]`.

SageMaker API reference, S3DataSource.S3Uri: the first element is the prefix, the others are appended to it as
they are. So all objects are in one bucket, and the prefix need not end in a slash. Keys are not URL-encoded.
"""

import codecs
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from groundtrain.errors import ManifestError
from groundtrain.formats.s3_manifest.json_array import NotAnArrayError, array_elements
from groundtrain.manifest.address_checks import readable_address
from groundtrain.manifest.source import ManifestSource


class Key(NamedTuple):
    """An object: its key as the manifest has it, and its whole address, with the scheme written once."""

    text: str
    address: str
    is_fixed: bool = False


def read_keys(source: ManifestSource) -> Iterator[Key]:
    """The objects that a classic manifest lists, in its order.

    Raises:
        ManifestError: it is no such manifest, or an element of it is neither prefix nor key.
    """
    elements = enumerate(_elements(source), 1)
    prefix = _prefix(source, next(elements, (1, None))[1])
    for number, element in elements:
        address = readable_address(prefix + element) if isinstance(element, str) else ""
        if not isinstance(element, str) or not address or not _is_text(element):
            raise ManifestError(
                f"{source.name}: element {number} is no key that {prefix} can be put before:"
                f" {_short(element)}",
                fix="after the prefix, a classic manifest lists keys relative to it, one text each",
            )
        yield Key(element, address, is_fixed=address != prefix + element)


def write_keys(file: BinaryIO, prefix: str, addresses: Iterable[str]) -> None:
    """Write a classic manifest, one element a line; each address begins with the prefix."""
    file.write(b"[\n" + msgspec.json.encode({"prefix": prefix}))
    file.writelines(b",\n" + msgspec.json.encode(address.removeprefix(prefix)) for address in addresses)
    file.write(b"\n]\n")


def _elements(source: ManifestSource) -> Iterator[object]:
    try:
        yield from array_elements(codecs.iterdecode(source.open(), "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ManifestError(f"{source.name} is not UTF-8", fix="save or decompress it first") from error
    except NotAnArrayError as error:
        raise ManifestError(
            f"{source.name} is no classic S3 manifest, which is one JSON array ({error})",
            fix='write it as [{"prefix": "s3://bucket/folder/"}, "key", …]',
        ) from error


def _prefix(source: ManifestSource, element: object) -> str:
    if isinstance(element, dict) and element.keys() == {"prefix"}:
        prefix = element["prefix"]
        if isinstance(prefix, str) and prefix.startswith("s3://") and _is_text(prefix):
            return prefix
    raise ManifestError(
        f"{source.name} does not begin with a prefix: {_short(element)}",
        fix='make {"prefix": "s3://bucket/folder/"} its first element',
    )


def _is_text(text: str) -> bool:
    """False for halves of characters, which JSON can spell and UTF-8 cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _short(element: object) -> str:
    return "nothing" if element is None else repr(element)[:80]
