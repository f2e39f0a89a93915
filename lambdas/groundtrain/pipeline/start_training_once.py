"""Start the training job of a dataset once, for the function and the command line alike.

The job's name has a digest of dataset and settings, and SageMaker takes a name only once.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from groundtrain.aws.clients import Clients
from groundtrain.aws.sagemaker.start_training_job import NoInstanceError, Started, start_training_job
from groundtrain.aws.sagemaker.training_job_limits import LimitReachedError, wait_for_turn
from groundtrain.dataset.description import Dataset
from groundtrain.output.messages.message import Message
from groundtrain.output.messages.training_start import training_waits, training_waits_its_turn
from groundtrain.pipeline.earlier_models import find_earlier_model
from groundtrain.settings.environment import Environment
from groundtrain.training.cost import estimates
from groundtrain.training.instance_types import types_after
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.plan import Plan
from groundtrain.training.request import BucketsAndRole, build_request, plan_training

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef


Create = Callable[["CreateTrainingJobRequestTypeDef"], object]


class PreparedJob(Struct, frozen=True):
    """A training job that is ready to be started.

    Attributes:
        plan: the algorithm and its settings.
        request: the complete CreateTrainingJob request, for the first instance type.
        begins: which model training starts from, in words.
        instance_types: instance types to try, in order.
    """

    plan: Plan
    request: "CreateTrainingJobRequestTypeDef"
    begins: str
    instance_types: tuple[str, ...]


def prepare(
    dataset: Dataset,
    environment: Environment,
    buckets: BucketsAndRole,
    aws: Clients,
    *,
    attempt: int = 0,
    after_instance_type: str = "",
    on_demand: bool = False,
    go_on_from: int | None = None,
) -> PreparedJob:
    """Build the request; AWS is asked for an earlier model only if training is incremental.

    Instance types up to `after_instance_type` are skipped, unless that leaves none. `on_demand` and
    `go_on_from` as in `build_request`.

    Raises:
        UntrainableError, SettingsError: nothing can be trained.
    """
    plan = plan_training(dataset, environment)
    previous, begins = "", "from scratch"
    if plan.training.incremental:
        previous, begins = find_earlier_model(plan, dataset, aws)
    request = build_request(
        plan,
        dataset,
        buckets,
        attempt=attempt,
        previous=previous,
        on_demand=on_demand,
        go_on_from=go_on_from,
    )
    types = plan.training.instance_types
    return PreparedJob(plan, request, begins, types_after(after_instance_type, types) or types)


def start_once(job: PreparedJob, aws: Clients, create: Create | None = None) -> Started:
    """Start the job unless it was started before; `create` replaces boto3's create_training_job.

    Raises:
        LimitReachedError, NoInstanceError: it has to wait.
        NameTakenError, RefusedError
    """
    wait_for_turn(
        aws.sagemaker,
        job.plan.training,
        job.request["TrainingJobName"],
        environment_prefix(job.plan.environment),
        now=datetime.now(UTC),
    )
    return start_training_job(aws.sagemaker, job.request, job.instance_types, create)


def message_of_waiting(job: PreparedJob, error: NoInstanceError | LimitReachedError) -> Message:
    """The message about a job that could not be started yet."""
    name, costs = job.request["TrainingJobName"], estimates(job.plan)
    environment = job.plan.environment.name
    if isinstance(error, NoInstanceError):
        return training_waits(name, environment, error.refusals, costs)
    return training_waits_its_turn(name, environment, str(error), costs)
