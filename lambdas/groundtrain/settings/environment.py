"""The settings model: an `environments/*.toml` file, typed, frozen and checked.

`cdk synth` reads it to build the stacks, the functions get the same record as JSON, and the command line
reads it with `--settings`. Reading and writing it is in `environment_file.py`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from groundtrain.durations import Duration
from groundtrain.settings.dataset_settings import DatasetSettings, Gate, dataset_mistakes
from groundtrain.settings.image_check_settings import ImageChecks, image_check_mistakes
from groundtrain.settings.mistakes import Mistake
from groundtrain.settings.training_settings import TagKey, Training
from groundtrain.settings.uploads import UploadFolder, upload_mistakes

BucketName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="a bucket's name without s3://: 3 to 63 small letters, digits, dots and hyphens",
    ),
]
Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", description="an e-mail address")]
JobNamePrefix = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9-]*$", description="the beginning of a name: small letters, digits and hyphens"),
]
TagValue = Annotated[  # CloudFormation takes none that is empty, unlike SageMaker
    str,
    Meta(
        pattern=r"^[\w .:/=+\-@]+$",
        max_length=256,
        description="the value of a tag: letters, digits, spaces and . : / = + - @ _, at least one",
    ),
]
STACKS = ("storage", "pipeline", "monitoring")  # of each environment
MOST_TAGS = 40  # of the 50 that a resource may have; a training job gets some more
REGION = r"^[a-z]{2}(-[a-z]+)+-[0-9]$"
NAME = "2 to 12 small letters and digits, a letter first"
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]{1,11}$", description=NAME)]
LogRetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]


class Labeling(Struct, frozen=True, forbid_unknown_fields=True):
    """Where labels come from, and the buckets of their images.

    Attributes:
        jobs: whether the environment reacts to labeling jobs; without Ground Truth in the account, False.
        job_name_prefixes, statuses: the labeling jobs that it reacts to.
        uploads: folders in which a manifest that is put there starts the pipeline.
    """

    buckets: tuple[BucketName, ...] = ()
    create_bucket: bool = True
    jobs: bool = True
    job_name_prefixes: Annotated[tuple[JobNamePrefix, ...], Meta(min_length=1)] = ("",)
    statuses: Annotated[tuple[Literal["Completed", "Stopped", "Failed"], ...], Meta(min_length=1)] = (
        "Completed",
    )
    uploads: tuple[UploadFolder, ...] = ()


class Notifications(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is notified of datasets and models."""

    emails: tuple[Email, ...] = ()


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """How long things are kept."""

    logs_days: LogRetentionDays = 90
    replaced_objects_days: Annotated[int, Meta(ge=1)] = 30
    keep_buckets: bool = True


class Sweep(Struct, frozen=True, forbid_unknown_fields=True):
    """How often, and how far back, to look for ended jobs and uploads whose event never came.

    Those are labeling jobs and manifests without a dataset, or with one that neither training nor a message
    followed, and training jobs without an outcome message. What ended within `grace` is left to its event.
    """

    every: Duration = Duration(3600)
    look_back: Duration = Duration(2 * 86400)
    grace: Duration = Duration(1800)


class Deployment(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the stacks get into an account that has rules of its own.

    Attributes:
        qualifier: of the CDK's bootstrap resources; "" for the CDK's own.
        permissions_boundary: name of the managed policy that bounds every role, with its path; "" for none.
    """

    qualifier: Annotated[
        str,
        Meta(pattern=r"^([a-z0-9]{1,10})?$", description="1 to 10 small letters and digits"),
    ] = ""
    permissions_boundary: Annotated[
        str,
        Meta(
            pattern=r"^([\w+=,.@-]+(/[\w+=,.@-]+)*)?$",
            max_length=128,
            description="the name of a managed policy, not its ARN",
        ),
    ] = ""


class Environment(Struct, frozen=True, forbid_unknown_fields=True):
    """One deployment: one file in `environments/`, one CDK stage of the same name.

    Attributes:
        tags: of everything that is deployed, and of each training job.
    """

    name: Name
    region: Annotated[str, Meta(pattern=REGION, description="a region such as eu-west-1")]
    account: Annotated[str, Meta(pattern=r"^([0-9]{12})?$", description="an account of 12 digits")] = ""
    labeling: Labeling = Labeling()
    dataset: DatasetSettings = DatasetSettings()
    gate: Gate = Gate()
    image_checks: ImageChecks = ImageChecks()
    training: Training = Training()
    notifications: Notifications = Notifications()
    retention: Retention = Retention()
    sweep: Sweep = Sweep()
    tags: Annotated[dict[TagKey, TagValue], Meta(max_length=MOST_TAGS)] = {}
    deployment: Deployment = Deployment()


def stack_name(environment: str, stack: str) -> str:
    """Name in CloudFormation of one of `STACKS` of the environment of this name."""
    return f"groundtrain-{environment}-{stack}"


def environment_mistakes(environment: Environment) -> Iterator[Mistake]:
    """Values that are possible one by one, and cannot work; what training knows is not among them."""
    yield from dataset_mistakes(environment.dataset)
    yield from image_check_mistakes(environment.image_checks, environment.gate, environment.dataset.images)
    yield from _repeated_values(environment)
    yield from _tag_mistakes(environment)
    yield from _labeling_mistakes(environment.labeling)
    yield from _sweep_mistakes(environment.sweep)


def _labeling_mistakes(labeling: Labeling) -> Iterator[Mistake]:
    if not (labeling.buckets or labeling.create_bucket):
        yield Mistake(
            "labeling.buckets",
            "no bucket to read images and labels from",
            "name one, or set create_bucket = true",
        )
    if not (labeling.jobs or labeling.uploads):
        yield Mistake(
            "labeling.jobs",
            "nothing would start the pipeline: no labeling job, and no upload",
            'set jobs = true, or name a folder for manifests: uploads = ["manifests/"]',
        )
    yield from upload_mistakes(labeling.uploads, create_bucket=labeling.create_bucket)


def _repeated_values(environment: Environment) -> Iterator[Mistake]:
    lists = {
        "notifications.emails": environment.notifications.emails,
        "labeling.buckets": environment.labeling.buckets,
        "labeling.uploads": environment.labeling.uploads,
        "training.instance_types": environment.training.instance_types,
    }
    for key, values in lists.items():
        for value in values:
            if values.count(value) > 1:
                yield Mistake(key, f"{value} is there twice", "name it once")


def _tag_mistakes(environment: Environment) -> Iterator[Mistake]:
    """Roles have no two keys that differ in case only (IAM User Guide, "Tags for IAM resources")."""
    spellings: dict[str, str] = {}
    for key in environment.tags:
        other = spellings.setdefault(key.lower(), key)
        if other != key:
            yield Mistake("tags", f"{other} and {key} differ in case only", "keep one")
    number = len({**environment.tags, **environment.training.tags})
    if number > MOST_TAGS:
        yield Mistake(
            "tags",
            f"with training.tags a training job would have {number}, and {MOST_TAGS} are possible",
            "name fewer",
        )


def _sweep_mistakes(sweep: Sweep) -> Iterator[Mistake]:
    if sweep.every % 60:
        yield Mistake(
            "sweep.every",
            f"schedules have a resolution of one minute, got {sweep.every} seconds",
            "write whole minutes",
        )
    if sweep.look_back <= 2 * sweep.every + sweep.grace:
        yield Mistake(
            "sweep.look_back",
            f"{sweep.look_back} is not longer than twice sweep.every {sweep.every} and sweep.grace"
            f" {sweep.grace} together, so that jobs are missed when a sweep fails or is late",
            "raise look_back",
        )
