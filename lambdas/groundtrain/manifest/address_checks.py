"""Addresses of images, masks and sequences: problems that show in the text alone.

Keys are never decoded: S3 allows nearly every character in them, and SageMaker decodes nothing. So most of
these rules only warn.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from groundtrain.rules import RULES
from groundtrain.s3_addresses import (
    LONGEST_KEY,
    SCHEME,
    bucket_of,
    is_of_old_kind,
    why_impossible,
)

_PLAIN = re.compile(
    r"s3://(?!(?:[0-9]+\.){3}[0-9]+/)(?![^/]*\.\.)[a-z0-9][a-z0-9.-]{2,62}+(?<=[a-z0-9])"
    r"(?:/(?! )[!-$&-*,-.0-~ \x80-\U0010ffff]++(?<! ))+"  # not ++: re of Python 3.11.2 errs there
)
_DOUBLED_SCHEME = re.compile(r"(?:s3://)+(?=s3://)", re.IGNORECASE)
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}
_SHOWN = 200

JPG_OR_PNG = (".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG")
_OTHER_FILES = (
    *(".json", ".jsonl", ".ndjson", ".manifest", ".txt", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".html"),
    *(".pdf", ".doc", ".docx", ".npy", ".parquet", ".rec", ".tfrecord", ".dcm", ".pcd"),
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".wmv", ".mpg", ".mpeg"),
    *(".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif", ".avif", ".svg", ".psd"),
    *(".zip", ".tar", ".tgz", ".gz", ".bz2", ".7z"),
)


def is_plain(source: str) -> bool:
    """True when neither `not_in_s3` nor any of `ADDRESS_CHECKS` can find anything; False means unknown."""
    return (
        len(source) <= LONGEST_KEY
        and _PLAIN.fullmatch(source) is not None
        and (source.isascii() or (_is_visible(source) and len(source.encode()) <= LONGEST_KEY))
    )


def has_object_key(source: str) -> bool:
    """Whether it is the address of an object in S3: s3://bucket/key."""
    bucket, slash, key = source[len(SCHEME) :].partition("/")
    return source.startswith(SCHEME) and bool(bucket and slash and key) and not key.endswith("/")


def not_in_s3(source: str) -> Iterator[str]:
    """GT107 for a source, GT232 for a label: not the address of an object, s3://bucket/key."""
    if not has_object_key(write_scheme_once(source)):
        yield f'it is {_kind(source)}: "{source[:_SHOWN]}"'


def no_jpg_or_png(source: str) -> Iterator[str]:
    """GT125 of an image: the name is that of another kind of file; one in `JPG_OR_PNG` never is."""
    name = source.lower()
    if name.endswith(_OTHER_FILES):
        yield f'the key ends in .{name.rpartition(".")[2]}: "{source[:_SHOWN]}"'


def doubled_scheme(source: str) -> Iterator[str]:
    """GT108: s3:// more than once."""
    if _DOUBLED_SCHEME.match(source):
        yield f'the address is "{source[:_SHOWN]}"'


def empty_key_part(source: str) -> Iterator[str]:
    """GT114: two slashes in a row, or a key that begins with a slash."""
    once = write_scheme_once(source)
    if once.startswith(SCHEME) and "//" in once[len(SCHEME) :]:
        yield f'the key has // in it: "{source[:_SHOWN]}"'


def percent_in_key(source: str) -> Iterator[str]:
    """GT115: a percent-encoded character."""
    if match := _ENCODED.search(source):
        yield f"the key has {match[0]} in it"


def plus_in_key(source: str) -> Iterator[str]:
    """GT116: a plus sign."""
    if "+" in source:
        yield "the key has + in it"


def invisible_character(source: str) -> Iterator[str]:
    """GT117: control, formatting and private-use characters, and the replacement character U+FFFD."""
    for at, character in enumerate(source if not _is_visible(source) else ""):
        if character == "\ufffd" or unicodedata.category(character) in _INVISIBLE:
            yield f"the key has U+{ord(character):04X} at position {at}"
            return


def space_around_part(source: str) -> Iterator[str]:
    """GT118: a name in the key begins or ends with white space."""
    if any(part != part.strip() for part in source.split("/")):
        yield f'a name in the key begins or ends with a space: "{source[:_SHOWN]}"'


def impossible_bucket(source: str) -> Iterator[str]:
    """GT127: no bucket has this name."""
    bucket = bucket_of(write_scheme_once(source))
    if has_object_key(source) and (reason := why_impossible(bucket)):
        yield f'no bucket is named "{bucket[:_SHOWN]}": {reason}'


def unusual_bucket(source: str) -> Iterator[str]:
    """GT128: only an old bucket has this name."""
    bucket = bucket_of(write_scheme_once(source))
    if has_object_key(source) and is_of_old_kind(bucket):
        yield f'the bucket is "{bucket}"'


def key_too_long(source: str) -> Iterator[str]:
    """GT129: no object has so long a key."""
    _, _, key = write_scheme_once(source)[len(SCHEME) :].partition("/")
    if (length := len(key.encode("utf-8", "surrogatepass"))) > LONGEST_KEY:
        yield f"the key has {length:,} bytes, and {LONGEST_KEY:,} are possible"


def write_scheme_once(source: str) -> str:
    """The fix for GT108."""
    match = _DOUBLED_SCHEME.match(source)
    return source[match.end() :] if match else source


def _is_visible(source: str) -> bool:
    """Whether every character has a shape, or is a plain space."""
    return source.isprintable() and "\ufffd" not in source


def _kind(source: str) -> str:
    start = source.lower()
    if start.startswith(("http://", "https://")):
        return "a web address"
    if start.startswith(("file:", "/", "\\", "./", "../")) or start[1:3] in (":\\", ":/"):
        return "a path on some machine"
    return "no address of an object" if source.startswith(SCHEME) else "not an s3:// address"


ADDRESS_CHECKS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "GT108": doubled_scheme,
    "GT114": empty_key_part,
    "GT115": percent_in_key,
    "GT116": plus_in_key,
    "GT117": invisible_character,
    "GT118": space_around_part,
    "GT127": impossible_bucket,
    "GT128": unusual_bucket,
    "GT129": key_too_long,
}
"""Check functions by rule code; they yield in words what they find in an address."""


def address_faults(address: str, elsewhere: str) -> Iterator[tuple[str, str]]:
    """Code of the rule, and what was seen; `elsewhere` is that of the rule for what is no address in S3."""
    if not is_plain(address):
        for code, look_at in {elsewhere: not_in_s3, **ADDRESS_CHECKS}.items():
            yield from ((code, saw) for saw in look_at(address))


ADDRESS_FIXES: Mapping[str, Callable[[str], str]] = {"GT108": write_scheme_once}
"""Functions that fix an address, by rule code."""

ADDRESS_ERRORS = frozenset(code for code in ADDRESS_CHECKS if RULES[code].is_error)
"""Codes of the rules on addresses, beside GT107, that reject a line."""


def fixed_address(address: str) -> str:
    """The address with what can be fixed safely; the same where nothing is to be."""
    for fix in ADDRESS_FIXES.values():
        address = fix(address)
    return address


def address_errors(address: str) -> Iterator[tuple[str, str]]:
    """Code and message of each error, including those that can be fixed."""
    yield from (("GT107", saw) for saw in not_in_s3(address))
    for code in sorted(ADDRESS_ERRORS):
        yield from ((code, saw) for saw in ADDRESS_CHECKS[code](address))


def readable_address(address: str) -> str:
    """The address, fixed; "" when no training could read it."""
    address = fixed_address(address)
    return "" if any(address_errors(address)) else address
