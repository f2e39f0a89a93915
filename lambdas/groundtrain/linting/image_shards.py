"""Lines of a manifest whose images many functions look at, each a shard of them: what is written, and read.

`images.jsonl` says of each line, in order, what it says of its image; `shards.jsonl` cuts it into ranges of
bytes, a line each; what a function finds in one is an object of findings. All bytes are ASCII, and the same
whenever they are written for the same lines.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from itertools import count, islice

import msgspec
from msgspec import Struct

from groundtrain.errors import GroundtrainError
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.json_text import decode_json, dump_ascii_json, in_plain_words
from groundtrain.linting.image_batch import BatchFindings
from groundtrain.linting.image_check_files import IMAGES, SHARDS
from groundtrain.record_keys import Keys, keys_of
from groundtrain.s3_addresses import S3Address

MOST_LINES = 200
"""Of a shard."""

_VERSION = 1  # of an object of findings
_AGAIN = "have the images looked at again (docs/operations.md, Every pixel: To begin anew)"

_decode_image = msgspec.json.Decoder(LabeledImage).decode


class ShardError(GroundtrainError):
    """A shard, or what was found in one, cannot be read."""


class ImageShard(Struct, frozen=True):
    """A shard, a line of shards.jsonl, and what a function gets.

    Attributes:
        images: address of images.jsonl.
        start: offset of its first byte there.
        end: offset behind its last byte.
        sha256: of those bytes, in hex.
        lines: how many these are.
        findings: address of the object for what is found.
        source: the manifest's key for an image.
        label: the manifest's key for a label.
    """

    images: str
    start: int
    end: int
    sha256: str
    lines: int
    findings: str
    source: str
    label: str

    @property
    def keys(self) -> Keys:
        """Keys of the manifest's lines."""
        return keys_of(self.label, self.source)


class CutImages(Struct, frozen=True):
    """The bytes of images.jsonl, and its shards."""

    images: bytes
    shards: tuple[ImageShard, ...]

    @property
    def shard_lines(self) -> bytes:
        """The bytes of shards.jsonl."""
        return b"".join(dump_ascii_json(shard) + b"\n" for shard in self.shards)


class _Version(Struct):
    version: int


class _ShardFindings(_Version):
    """An object of findings.

    Attributes:
        shard: `sha256` of the shard that was looked at.
    """

    shard: str
    found: BatchFindings


def number_of_shards(lines: int) -> int:
    """How many shards so many lines are cut into."""
    return -(-lines // MOST_LINES)


def cut_images(images: Iterable[LabeledImage], keys: Keys, folder: S3Address) -> CutImages:
    """Cut lines into shards; `folder` is where the files will be, its key ends in "/"."""
    content, shards, start, left = BytesIO(), list[ImageShard](), 0, iter(images)
    for number in count():
        if not (batch := list(islice(left, MOST_LINES))):
            break
        piece = b"".join(dump_ascii_json(image) + b"\n" for image in batch)
        shard = ImageShard(
            images=str(folder.beside(IMAGES)),
            start=start,
            end=start + len(piece),
            sha256=sha256(piece).hexdigest(),
            lines=len(batch),
            findings=str(folder.beside(f"findings/{number:05}.json")),
            source=keys.source,
            label=keys.label,
        )
        start = shard.end
        content.write(piece)  # in place: two copies would not fit where masks have many colours
        shards.append(shard)
    return CutImages(content.getvalue(), tuple(shards))


def read_shard(event: object) -> ImageShard:
    """The shard that a function is asked to look at, from a line of shards.jsonl.

    Raises:
        ShardError: it is none.
    """
    try:
        return msgspec.convert(event, ImageShard)
    except msgspec.ValidationError as error:
        raise ShardError(
            f"this is no line of {SHARDS}: {in_plain_words(str(error))}", fix=f"pass a line of {SHARDS}"
        ) from error


def read_shards(content: bytes, name: str) -> Iterator[ImageShard]:
    """The lines of shards.jsonl; `name` is for messages.

    Raises:
        ShardError: one is no shard of this version.
    """
    for line in content.splitlines():
        try:
            yield decode_json(line, ImageShard)
        except msgspec.DecodeError as error:
            raise ShardError(f"{name}: {in_plain_words(str(error))}", fix=_AGAIN) from error


def read_images(content: bytes, shard: ImageShard) -> list[LabeledImage]:
    """What the lines of a shard say of their images, given its bytes of images.jsonl.

    Raises:
        ShardError: these are other bytes.
    """
    if sha256(content).hexdigest() != shard.sha256:
        raise ShardError(
            f"{shard.images}, bytes {shard.start:,} to {shard.end:,}, are not those that the shard names",
            fix=_AGAIN,
        )
    return [_decode_image(line) for line in content.splitlines()]


def dump_findings(found: BatchFindings, shard: ImageShard) -> bytes:
    """The object of what was found in a shard."""
    return dump_ascii_json(_ShardFindings(_VERSION, shard.sha256, found)) + b"\n"


def read_findings(content: bytes, shard: ImageShard) -> BatchFindings:
    """What was found in a shard.

    Raises:
        ShardError: the object was cut off, was written by another version, or is about other lines.
    """
    try:
        version = decode_json(content, _Version).version
        if version != _VERSION:
            raise ShardError(
                f"{shard.findings} was written by another version of groundtrain ({version})", fix=_AGAIN
            )
        read = decode_json(content, _ShardFindings)
    except msgspec.DecodeError as error:
        raise ShardError(
            f"{shard.findings} does not hold findings: {in_plain_words(str(error))}", fix=_AGAIN
        ) from error
    if read.shard != shard.sha256:
        raise ShardError(f"{shard.findings} tells of other lines than {SHARDS}", fix=_AGAIN)
    return read.found
