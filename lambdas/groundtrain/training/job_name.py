"""Names of training jobs: the ledger that keeps one dataset from being trained twice.

SageMaker refuses a name that was used before, so the name is derived from everything that makes two trainings
the same. Instance types are left out: which of them had quota and capacity is chance. So is what changes
nothing in the training: tags, prices and limits on the number of jobs.
"""

import hashlib
import re

import msgspec

from groundtrain.settings.environment import Environment
from groundtrain.settings.training import Training

LONGEST = 63  # CreateTrainingJob, TrainingJobName: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}


def training_job_name(
    environment: Environment, training: Training, labeling_job: str, dataset_id: str, attempt: int = 0
) -> str:
    """Name of the training of a dataset; lower case, since it is not known whether AWS tells cases apart.

    The same dataset under the same settings has one name an attempt. `training` are the settings as they are
    for the algorithm that trains.
    """
    start = job_name_start(environment)
    end = f"{digest(dataset_id, training)}{f'-a{attempt}' if attempt else ''}"
    middle = _shorten(labeling_job, LONGEST - len(start) - len(end) - 1)
    return f"{start}{middle}-{end}" if middle else f"{start}{end}"


def job_name_start(environment: Environment) -> str:
    """How the names of the environment's training jobs begin, and those of no "dev2" where this is "dev"."""
    return f"{environment.training.job_name_prefix}-{environment.name}-"


def attempt_of(name: str) -> int:
    """The attempt that a training job's name carries."""
    match = re.search(r"-[0-9a-f]{10}-a([0-9]+)$", name)
    return int(match[1]) if match else 0


def digest(dataset_id: str, training: Training) -> str:
    """10 hex digits of what is trained on and how; settings that are at their defaults don't count."""
    how = msgspec.structs.replace(
        training,
        instance_types=(),
        tags={},
        price_per_hour={},
        max_jobs_per_day=None,
        max_concurrent_jobs=None,
    )
    what = dataset_id.encode() + b"\0" + msgspec.json.encode(how, order="sorted", enc_hook=str)
    return hashlib.sha256(what).hexdigest()[:10]


def _shorten(labeling_job: str, room: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", labeling_job.lower())
    return plain.strip("-")[:room].rstrip("-")
