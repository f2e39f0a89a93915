"""Names of training jobs, which keep a dataset from being trained twice.

SageMaker refuses a name that was used before, so the name has a digest of everything that makes two trainings
the same. That excludes instance types, which depend on quota and capacity, and settings without effect on the
training: tags, prices, limits on the number of jobs, and how long and where else to look for machines.
"""

import hashlib
import re

import msgspec

from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import LAST_ATTEMPT
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.plan import Plan, plan_for

LONGEST = 63  # CreateTrainingJob, TrainingJobName: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}
_DIGEST = 10
_ANY = Training()
_LONGEST_SUFFIX = f"-a{LAST_ATTEMPT}"


def training_job_name(plan: Plan, dataset: Dataset, attempt: int = 0) -> str:
    """Name of a dataset's training job, in lower case: whether case tells names apart is not confirmed (C11).

    The same dataset with the same settings has one name for each attempt, from 0 to 999.
    """
    suffix = f"-a{attempt}" if attempt else ""
    prefix = labeling_job_prefix(plan.environment, dataset.labeling_job)
    return prefix + digest(dataset.dataset_id, plan.training) + suffix


def expected_job_name(dataset: Dataset, environment: Environment, attempt: int = 0) -> str | None:
    """Name that the environment gives the dataset's training job; None if no algorithm reads the labels."""
    plan = plan_for(environment, dataset.type)
    return training_job_name(plan, dataset, attempt) if plan else None


def labeling_job_prefix(environment: Environment, labeling_job: str) -> str:
    """Prefix of the names of a labeling job's training jobs, the same for every attempt."""
    start = environment_prefix(environment)
    middle = _shorten(labeling_job, LONGEST - len(start) - len("-") - _DIGEST - len(_LONGEST_SUFFIX))
    return f"{start}{middle}-" if middle else start


def environment_prefix(environment: Environment) -> str:
    """Prefix of the names of the environment's training jobs; that of "dev" does not match jobs of "dev2"."""
    return f"{environment.training.job_name_prefix}-{environment.name}-"


def attempt_of(name: str) -> int:
    """The attempt in a training job's name."""
    match = re.search(r"-[0-9a-f]{10}-a([0-9]{1,3})$", name)
    return int(match[1]) if match else 0


def digest(dataset_id: str, training: Training) -> str:
    """Digest of dataset and training settings: 10 hex digits; settings at their defaults are left out."""
    how = msgspec.structs.replace(
        training,
        instance_types=(),
        tags={},
        price_per_hour={},
        max_jobs_per_day=None,
        max_concurrent_jobs=None,
        capacity_wait=_ANY.capacity_wait,
        on_demand_after_spot=_ANY.on_demand_after_spot,
    )
    what = dataset_id.encode() + b"\0" + msgspec.json.encode(how, order="sorted", enc_hook=str)
    return hashlib.sha256(what).hexdigest()[:_DIGEST]


def _shorten(labeling_job: str, room: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", labeling_job.lower())
    return plain.strip("-")[:room].rstrip("-")
