"""How closely a call looks at the images of a manifest, and where they are."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from groundtrain.calls.files import refuse_other_than_folder
from groundtrain.calls.image_files import image_store
from groundtrain.calls.manifests import cores
from groundtrain.errors import WrongCallError
from groundtrain.images.request_cost import Depth
from groundtrain.linting.image_batch import ImageCheckSettings

ImageDepth = Depth | Literal["none"]
Announce = Callable[[int], AbstractContextManager[Callable[[int], object]]]
"""Called with the number of files; yields a function to call with each number of files done."""


@contextmanager
def unannounced(_: int) -> Iterator[Callable[[int], object]]:
    """Tells nobody."""
    yield bool


def image_checks_from(
    images: ImageDepth,
    directory: Path | None,
    sample: int | None,
    announce: Announce = unannounced,
    workers: int | None = None,
) -> ImageCheckSettings | None:
    """The image checks that the options ask for; None for no check.

    Args:
        images: how closely to look.
        directory: where the images are; None for S3.
        sample: number of lines whose images are looked at; None for all.
        announce: tells how far the checks are.
        workers: images that are decoded at once; None for one a core.

    Raises:
        WrongCallError: an option says how to check, and none to do it; or there is no such folder.
    """
    if images == "none":
        if directory is not None or sample is not None:
            raise WrongCallError(
                "`--image-dir` and `--sample` say how to look at images",
                fix="add `--images list`, `--images header` or `--images full`",
            )
        return None
    if directory is not None:
        refuse_other_than_folder("--image-dir", directory)
    return ImageCheckSettings(image_store(directory), images, announce, sample, workers or cores())
