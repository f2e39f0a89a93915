"""On a schedule: find jobs that ended and uploads, not processed because an event never came."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws.clients import connect
from groundtrain.observability import observed
from groundtrain.pipeline.collected_failures import Failures
from groundtrain.pipeline.environment_variables import SweepVariables
from groundtrain.pipeline.read_variables import read_variables
from groundtrain.pipeline.sweep.missed_jobs import queue_labeling_jobs, queue_training_jobs
from groundtrain.pipeline.sweep.missed_uploads import queue_uploads


@observed
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Put every missed job or upload on the queue of its step; one queued twice has the effect of one.

    Training jobs come first: there are few, so they never wait behind many labeling jobs. What cannot be
    looked at or queued does not keep the others from it; the sweep fails when it has tried all.
    """
    variables, aws, now = read_variables(SweepVariables), connect(), datetime.now(UTC)
    failures = Failures()
    queue_training_jobs(variables, aws, now, failures)
    if variables.environment.labeling.jobs:
        queue_labeling_jobs(variables, aws, now, failures)
    queue_uploads(variables, aws, now, failures)
    failures.raise_if_any_failed()
