"""Look at every image of a shard, as `groundtrain check --images full` does, and write down what is found."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.aws.image_store import ImageChangedError, PinnedImageStore
from groundtrain.linting.image_batch import BatchFindings, ImageCheckSettings, look_at_batch
from groundtrain.linting.image_check_files import FOLDER
from groundtrain.linting.image_shards import ImageShard, ShardError, dump_findings, read_images
from groundtrain.s3_addresses import S3Address, parse_s3_address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from groundtrain.images.labeled_image import LabeledImage

_DECODERS = 8  # one core decodes; the others wait for S3, and all share the memory of `DecodingMemory`


class CheckImagesVariables(Struct, frozen=True, kw_only=True, rename=str.upper):
    """Environment variables of check_images, which reads no settings, so that it loads little.

    Attributes:
        labeling_buckets: names of the buckets that images may be in, separated by commas.
    """

    datasets_bucket: str
    labeling_buckets: str


def check_shard(shard: ImageShard, variables: CheckImagesVariables, s3: "S3Client") -> dict[str, int]:
    """Look at the images and masks of a shard; the same findings are written however often it is asked.

    An image that changes meanwhile has all be looked at once more. The answer says how many "images" and
    "masks" there are, and how many "findings" were written.

    Raises:
        ShardError: the shard names other bytes, or objects elsewhere than in the datasets bucket.
        ImageChangedError: an image changed a second time.
        AccessError, ClientError: an image may not be read, or S3 is busy; nothing is written then.
    """
    source, target = (_ours(uri, variables.datasets_bucket) for uri in (shard.images, shard.findings))
    images = read_images(objects.read_range(s3, source, shard.start, shard.end), shard)
    within = variables.labeling_buckets.split(",")
    try:
        found = _look_at(images, shard, PinnedImageStore(s3, within))
    except ImageChangedError:
        found = _look_at(images, shard, PinnedImageStore(s3, within))
    objects.put(s3, target, dump_findings(found, shard), content_type="application/json")
    return {
        "images": len({image.source for image in images}),
        "masks": len({image.mask for image in images if image.mask}),
        "findings": sum(map(len, found.findings.values())),
    }


def _look_at(images: "list[LabeledImage]", shard: ImageShard, store: PinnedImageStore) -> BatchFindings:
    settings = ImageCheckSettings(store, "full", lambda _: nullcontext(bool), workers=_DECODERS)
    return look_at_batch(images, shard.keys, settings)


def _ours(uri: str, datasets_bucket: str) -> S3Address:
    address = parse_s3_address(uri)
    if address.bucket != datasets_bucket or not address.key.startswith(FOLDER):
        raise ShardError(
            f"{uri} does not lie in s3://{datasets_bucket}/{FOLDER}", fix="pass a shard from there"
        )
    return address
