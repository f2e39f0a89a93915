"""The `[training]` table of a settings file."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from groundtrain.durations import Duration, parse_duration

AlgorithmName = Literal[
    "object-detection",
    "image-classification",
    "semantic-segmentation",
    "blazingtext",
    "groundtrain-detector",
    "own-image",
]
InstanceType = Annotated[
    str,
    Meta(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$", description="an instance type such as ml.g5.2xlarge"),
]
KeyArn = Annotated[
    str,
    Meta(
        pattern=r"^(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+)?$",
        description="a key's ARN: arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
]
ImageUri = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.[a-z.-]+/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})?)?$",
        description="an image in ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG",
    ),
]
Price = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
TagText = Annotated[
    str,
    Meta(
        pattern=r"^[\w .:/=+\-@]*$",
        max_length=256,
        description="the text of a tag: letters, digits, spaces and . : / = + - @ _",
    ),
]
TagKey = Annotated[
    str,
    Meta(
        pattern=r"^(?!(?i:aws:))[\w .:/=+\-@]+$",
        max_length=128,
        description="the key of a tag: letters, digits, spaces and . : / = + - @ _, not aws: first",
    ),
]
MetricRegex = Annotated[str, Meta(min_length=1, max_length=500)]
Hyperparameters = dict[str, str | int | float | bool]


class Network(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The VPC that training runs in, and its isolation.

    Attributes:
        isolated: the container has no network access; SageMaker still transfers data and models.
        encrypted: encrypt traffic between the instances of one job.
    """

    subnets: Annotated[
        tuple[
            Annotated[str, Meta(pattern=r"^subnet-[0-9a-f]+$", description="a subnet's id: subnet-…")], ...
        ],
        Meta(max_length=16),
    ] = ()
    security_groups: Annotated[
        tuple[
            Annotated[str, Meta(pattern=r"^sg-[0-9a-f]+$", description="a security group's id: sg-…")], ...
        ],
        Meta(max_length=5),
    ] = ()
    isolated: bool = False
    encrypted: bool = False


class Training(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The training job; what can be derived from the dataset is never set here.

    Attributes:
        algorithm: "auto" takes the one that learns from the type of the labels.
        image_uri: for "own-image" and "groundtrain-detector": the image, in ECR.
        metrics: for those: regular expressions that find metrics in its log, by metric name;
            "groundtrain-detector" has them by itself.
        instance_types: tried in this order; () for the usual ones of the algorithm.
        spot: "auto" uses spot if the algorithm resumes from checkpoints.
        capacity_wait: how long a spot job may wait for machines beside its run time.
        on_demand_after_spot: when no type has spot capacity, start once more on machines on demand.
        retry_attempts: how often SageMaker retries after an internal error; 0 for never.
        incremental: start from the last registered model, if it has the same classes and network.
        max_jobs_per_day, max_concurrent_jobs: further jobs of this environment wait; two that are started in
            the same second may exceed the limit by one.
        price_per_hour: on-demand price of one instance, by type, in any currency; for estimates only.
        experiment: name of an existing SageMaker experiment.
        overrides: different values of these settings for an algorithm, by its name.
    """

    algorithm: Literal["auto"] | AlgorithmName = "auto"
    image_uri: ImageUri = ""
    metrics: dict[str, MetricRegex] = {}
    job_name_prefix: Annotated[
        str,
        Meta(
            pattern=r"^[a-z0-9](-*[a-z0-9]){0,15}$",
            max_length=16,
            description="up to 16 small letters, digits and hyphens, no hyphen first or last",
        ),
    ] = "groundtrain"
    instance_types: tuple[InstanceType, ...] = ()
    instance_count: Count = 1
    volume_gb: Count = 50
    volume_key_arn: KeyArn = ""
    spot: bool | Literal["auto"] = "auto"
    max_runtime: Duration = Duration(4 * 3600)
    capacity_wait: Duration = Duration(3600)
    on_demand_after_spot: bool = False
    retry_attempts: Annotated[int, Meta(ge=0, le=30)] = 0
    shuffle_seed: int = 7
    incremental: bool = False
    max_jobs_per_day: Count | None = None
    max_concurrent_jobs: Count | None = None
    price_per_hour: dict[InstanceType, Price] = {}
    network: Network = Network()
    experiment: Annotated[
        str,
        Meta(
            pattern=r"^([a-zA-Z0-9](-*[a-zA-Z0-9]){0,119})?$",
            description="an experiment's name: up to 120 letters, digits and hyphens",
        ),
    ] = ""
    tags: Annotated[dict[TagKey, TagText], Meta(max_length=40)] = {}
    hyperparameters: Hyperparameters = {}
    overrides: dict[AlgorithmName, dict[str, Any]] = {}

    @property
    def max_wait(self) -> Duration:
        """SageMaker's MaxWaitTime of a spot job: its run time and the wait for machines together."""
        return Duration(self.max_runtime + self.capacity_wait)


def overridden(training: Training, algorithm: AlgorithmName) -> Training:
    """The settings with an algorithm's overrides; its hyperparameters and network are merged into the common.

    Raises:
        msgspec.ValidationError: an override has an unknown key, or a value of the wrong type.
    """
    override = training.overrides.get(algorithm, {})
    common = msgspec.to_builtins(training, enc_hook=str)
    merged = {
        name: {**common.get(name, {}), **override[name]}
        for name in ("hyperparameters", "network")
        if isinstance(override.get(name), dict)
    }
    changes = {**override, **merged, "overrides": {}, "algorithm": algorithm}
    return msgspec.convert({**common, **changes}, Training, dec_hook=read_duration)


def read_duration(kind: type, value: object) -> object:
    """Durations, for msgspec."""
    if kind is Duration:
        return parse_duration(value)
    raise NotImplementedError(kind)
