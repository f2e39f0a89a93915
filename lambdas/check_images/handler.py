"""A child of the state machine: look at every image of a shard, and write down what is found."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws.clients import connect
from groundtrain.linting.image_shards import read_shard
from groundtrain.observability import logger, observed
from groundtrain.pipeline.check_shard import CheckImagesVariables, check_shard
from groundtrain.pipeline.collected_failures import harmless
from groundtrain.pipeline.read_variables import read_variables


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Look at a shard, which is a line of shards.jsonl; the answer says how many files and findings."""
    try:
        shard = read_shard(event)
        counts = check_shard(shard, read_variables(CheckImagesVariables), connect().s3)
    except Exception as error:  # noqa: BLE001 - whatever it is, Lambda writes its text into the log
        raise harmless(error) from None
    logger.info("Looked at a shard", findings_at=shard.findings, counts=counts)
    return counts
