"""Properties of instance types, derived from their names."""

import re

from msgspec.structs import replace

from groundtrain.training.algorithms.algorithm import InstanceRequirements

_LOCAL_DISK = re.compile(
    r"(g4dn|g5|g6|g6e|gr6|g7|g7e|p3dn|p4d|p4de|p5|p5e|p5en|p6-.*|trn.*|[cmr][0-9]+[a-z]*d[a-z]*)"
)


def single_instance(machines: InstanceRequirements) -> InstanceRequirements:
    """The same machines, limited to one instance."""
    return replace(machines, most=1)


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
