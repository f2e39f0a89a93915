"""Where the images of SageMaker's own algorithms lie.

The table comes from the SageMaker Python SDK (`make refresh-image-uris`), which a test compares it with, and
loads without it. A region in the table does not prove that every GPU type works there.
"""

from groundtrain.errors import SettingsError
from groundtrain.training.registries import REGISTRIES

ALGORITHMS = ("object-detection", "image-classification", "semantic-segmentation", "blazingtext")


def regions() -> tuple[str, ...]:
    """Regions that have the images."""
    return tuple(REGISTRIES)


def image_uri(algorithm: str, region: str) -> str:
    """The image that trains and serves the algorithm in the region, such as "object-detection".

    Raises:
        SettingsError: the algorithm is none that reads augmented manifests, or has no image in the region.
    """
    if algorithm not in ALGORITHMS:
        raise SettingsError(
            f'"{algorithm}" is no algorithm of SageMaker\'s that reads augmented manifests',
            fix=f"use one of {', '.join(ALGORITHMS)}",
        )
    if region not in REGISTRIES:
        raise SettingsError(
            f'no image of SageMaker\'s {algorithm} is known for region "{region}"',
            fix=f"use one of {', '.join(REGISTRIES)}",
        )
    account, suffix = REGISTRIES[region]
    return f"{account}.dkr.ecr.{region}.{suffix}/{algorithm}:1"
