"""Names of training jobs, which keep a dataset from being trained twice.

SageMaker refuses a name that was used before, so the name has a digest of everything that makes two trainings
the same. That excludes instance types, which depend on quota and capacity, and settings without effect on the
training: tags, prices and limits on the number of jobs.
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
    """Name of a dataset's training job; in lower case, as it is unknown whether names are case-sensitive.

    The same dataset with the same settings has one name for each attempt. `training` are the settings with
    the overrides of the algorithm.
    """
    end = f"{digest(dataset_id, training)}{f'-a{attempt}' if attempt else ''}"
    return job_name_beginning(environment, labeling_job, len(end)) + end


def job_name_beginning(environment: Environment, labeling_job: str, rest: int = 10) -> str:
    """What precedes the digest in the names of a labeling job's training jobs, up to the hyphen.

    `rest` is the length of what follows: the digest alone, for first attempts.
    """
    start = job_name_start(environment)
    middle = _shorten(labeling_job, LONGEST - len(start) - rest - 1)
    return f"{start}{middle}-" if middle else start


def job_name_start(environment: Environment) -> str:
    """Prefix of the names of the environment's training jobs; that of "dev" does not match jobs of "dev2"."""
    return f"{environment.training.job_name_prefix}-{environment.name}-"


def attempt_of(name: str) -> int:
    """The attempt in a training job's name."""
    match = re.search(r"-[0-9a-f]{10}-a([0-9]+)$", name)
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
    )
    what = dataset_id.encode() + b"\0" + msgspec.json.encode(how, order="sorted", enc_hook=str)
    return hashlib.sha256(what).hexdigest()[:10]


def _shorten(labeling_job: str, room: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", labeling_job.lower())
    return plain.strip("-")[:room].rstrip("-")
