"""Look at shards, a process: `python -m benchmarks.check_shard_process SHARDS_JSONL NUMBER`.

As the function check_images does, by boto3 against AWS_ENDPOINT_URL, one after the other as in a warm
function.
"""

import sys
from itertools import islice
from pathlib import Path

from groundtrain.aws.clients import connect
from groundtrain.linting.image_shards import read_shards
from groundtrain.pipeline.check_shard import CheckImagesVariables, check_shard

VARIABLES = CheckImagesVariables(datasets_bucket="datasets", labeling_buckets="street-scenes")


def main(shards: Path, number: int) -> None:
    for shard in islice(read_shards(shards.read_bytes(), shards.name), number):
        check_shard(shard, VARIABLES, connect().s3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
