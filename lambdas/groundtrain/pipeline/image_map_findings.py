"""What a Distributed Map over the images of a manifest has found, or why it failed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.step_functions import Execution
from groundtrain.dataset.split.given_files import line_in_words
from groundtrain.errors import GroundtrainError
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import BatchFindings, Findings, not_looked_at
from groundtrain.linting.image_check_files import SHARDS
from groundtrain.linting.image_shards import ImageShard, read_findings, read_images, read_shards
from groundtrain.linting.merged_findings import MostLines, merged_findings
from groundtrain.pipeline.image_check_run import ImageCheck
from groundtrain.quantities import quantity
from groundtrain.record_keys import Keys
from groundtrain.rules import active_codes
from groundtrain.s3_addresses import S3Address, parse_s3_address

_READERS = 32  # of objects of some KB
_MOST = MostLines(
    500_000,  # some 275 MB, twice as much with two findings each, of the function's 1,769
    "correct the images, or take those lines out; where they are meant to be so, leave that rule out"
    " (`ignore` under [dataset]) and deploy, which has every image looked at again",
)


class ImageCheckFailedError(GroundtrainError):
    """The map ended without success."""


def collected_findings(
    folder: S3Address,
    read: Callable[[], Iterator[LabeledImage]],
    keys: Keys,
    check: ImageCheck,
    aws: Clients,
) -> Findings:
    """Findings by line, as `find_image_findings` has them; GT614 on the lines of a shard without any.

    Raises:
        MissingObjectError: there are no shards in this folder.
        ShardError: what lies there is of another version, or of other lines.
        ManifestError: more than 500,000 lines have findings.
        AccessError
    """
    settings, manifest = check.environment.dataset, check.labeled.manifest
    active = active_codes(settings.select, settings.ignore)
    name = folder.beside(SHARDS)
    shards = list(read_shards(objects.read(aws.s3, name), str(name)))
    with ThreadPoolExecutor(_READERS) as pool:
        batches = pool.map(partial(_found_in, aws=aws), shards)
        words = line_in_words(manifest)
        return merged_findings(batches, read, keys, active, manifest.name, words, most=_MOST)


def failure_of(execution: Execution, folder: S3Address, aws: Clients) -> ImageCheckFailedError:
    """Why a map failed, as far as Step Functions and the findings say, and how it goes on."""
    name = folder.beside(SHARDS)
    shards = list(read_shards(objects.read(aws.s3, name), str(name)))
    with ThreadPoolExecutor(_READERS) as pool:
        there = list(pool.map(lambda shard: objects.exists(aws.s3, parse_s3_address(shard.findings)), shards))
    left = there.count(False)
    first = f", the first of them {shards[there.index(False)].findings}" if left else ""
    reason = f" ({execution.reason})" if execution.reason else ""
    return ImageCheckFailedError(
        f"the check of every image {_ENDS.get(execution.status, 'failed')}{reason}: of"
        f" {quantity(len(shards), 'shard')} {left} have no findings{first}; the log of check_images says why",
        fix="correct the cause, then let it go on, within 14 days, by `aws stepfunctions redrive-execution"
        f" --execution-arn {execution.arn}`; its success makes the dataset",
    )


_ENDS = {"TIMED_OUT": "took too long", "ABORTED": "was stopped"}


def _found_in(shard: ImageShard, *, aws: Clients) -> BatchFindings:
    try:
        return read_findings(objects.read(aws.s3, parse_s3_address(shard.findings)), shard)
    except MissingObjectError:
        content = objects.read_range(aws.s3, parse_s3_address(shard.images), shard.start, shard.end)
        return not_looked_at(read_images(content, shard), shard.keys)
