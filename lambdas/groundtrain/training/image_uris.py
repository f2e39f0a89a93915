"""Image URIs of SageMaker's built-in algorithms.

The table is generated from the SageMaker Python SDK (`make refresh-image-uris`), and a test compares the two;
the SDK is not needed at run time. Not every GPU type works in every region of the table.
"""

from groundtrain.errors import SettingsError
from groundtrain.training.image_registries import REGISTRIES

ALGORITHMS = ("object-detection", "image-classification", "semantic-segmentation", "blazingtext")


def image_uri(algorithm: str, region: str) -> str:
    """The image that trains and serves an algorithm, such as "object-detection", in a region.

    Raises:
        SettingsError: the algorithm does not read augmented manifests, or has no image in the region.
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
