"""What an instance type's name tells."""

import re

from msgspec.structs import replace

from groundtrain.training.algorithm import Machines

_LOCAL_DISK = re.compile(
    r"(g4dn|g5|g6|g6e|gr6|g7|g7e|p3dn|p4d|p4de|p5|p5e|p5en|p6-.*|trn.*|[cmr][0-9]+[a-z]*d[a-z]*)"
)


def one_machine(machines: Machines) -> Machines:
    """The same, one at a time."""
    return replace(machines, most=1)


def types_after(tried: str, instance_types: tuple[str, ...]) -> tuple[str, ...]:
    """Those after `tried`; none where it is the last or not among them."""
    return instance_types[instance_types.index(tried) + 1 :] if tried in instance_types else ()


def family(instance_type: str) -> str:
    """Of "ml.g5.2xlarge": g5."""
    return instance_type.split(".")[1]


def has_gpu(instance_type: str) -> bool:
    """Whether it is of one of Nvidia's families."""
    return re.match(r"[gp][0-9]", family(instance_type)) is not None


def has_local_disk(instance_type: str) -> bool:
    """Whether it has NVMe storage of its own, which its hardware encrypts and no key of ours may.

    Source: EC2, instance store volumes; SageMaker API reference, ResourceConfig.VolumeKmsKeyId.
    """
    return _LOCAL_DISK.fullmatch(family(instance_type)) is not None
