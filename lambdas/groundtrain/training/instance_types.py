"""Instance types: their names, and what a name tells of the machine."""

import re

# TrainingInstanceType of SageMaker's service model. New ones come; one that is not here is only warned of.
_SIZES = {  # families by their sizes
    "m4": "xlarge 2xlarge 4xlarge 10xlarge 16xlarge",
    "g4dn c7i-flex c8i-flex": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    "m5": "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
    "c4": "xlarge 2xlarge 4xlarge 8xlarge",
    "p2": "xlarge 8xlarge 16xlarge",
    "p3": "2xlarge 8xlarge 16xlarge",
    "p3dn p4d p4de": "24xlarge",
    "p5": "48xlarge 4xlarge",
    "p5e p5en trn2 p6-b200 p6-b300": "48xlarge",
    "c5 c5n": "xlarge 2xlarge 4xlarge 9xlarge 18xlarge",
    "g5 g6 g6e": "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 12xlarge 24xlarge 48xlarge",
    "trn1": "2xlarge 32xlarge",
    "trn1n": "32xlarge",
    "m6i r6i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
    "c6i": "xlarge 2xlarge 8xlarge 4xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
    "r5d r5": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
    "t3": "medium large xlarge 2xlarge",
    "m7i c7i r7i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "p6e-gb200": "36xlarge",
    "g7e g7": "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge",
    "m8i r8i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge 96xlarge",
    "c8i": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge 96xlarge",
    "m7i-flex m8i-flex r8i-flex": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
}
_LOCAL_DISK = re.compile(
    r"(g4dn|g5|g6|g6e|gr6|g7|g7e|p3dn|p4d|p4de|p5|p5e|p5en|p6-.*|trn.*|[cmr][0-9]+[a-z]*d[a-z]*)"
)

KNOWN = frozenset(
    f"ml.{family}.{size}"
    for families, sizes in _SIZES.items()
    for family in families.split()
    for size in sizes.split()
)
"""Every instance type, such as "ml.g5.2xlarge"."""


def types_after(tried: str, instance_types: tuple[str, ...]) -> tuple[str, ...]:
    """The instance types after `tried`; none when it is the last, or not in the list."""
    return instance_types[instance_types.index(tried) + 1 :] if tried in instance_types else ()


def family(instance_type: str) -> str:
    """The instance family, such as "g5" of "ml.g5.2xlarge"."""
    return instance_type.split(".")[1]


def has_gpu(instance_type: str) -> bool:
    """Whether it has an Nvidia GPU."""
    return re.match(r"[gp][0-9]", family(instance_type)) is not None


def has_local_disk(instance_type: str) -> bool:
    """Whether it has local NVMe storage, which its hardware encrypts, so that no KMS key may be given.

    Source: EC2, instance store volumes; SageMaker API reference, ResourceConfig.VolumeKmsKeyId.
    """
    return _LOCAL_DISK.fullmatch(family(instance_type)) is not None
