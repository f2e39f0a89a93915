"""Let a model look at images, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from groundtrain.evaluation import FoundBox
from groundtrain.formats.labeled_items import Size
from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import look_at_each
from groundtrain.predictions.given_images import GivenImage
from groundtrain.predictions.model import Model

_READERS = 2


class Prediction(NamedTuple):
    """What a model found on an image.

    Attributes:
        picture: what the model's `open` gave; None where the image cannot be read.
        size: of the image as it is shown.
        boxes: the surest first.
        error: why the image cannot be read; None where it can.
    """

    image: GivenImage
    picture: Any = None
    size: Size = Size(0, 0)
    boxes: tuple[FoundBox, ...] = ()
    error: ImageError | None = None


def predict(
    model: Model, images: Mapping[str, GivenImage], on_progress: Callable[[int], object] = bool
) -> Iterator[Prediction]:
    """What the model finds on each image, in their order.

    Args:
        model: that looks.
        images: by name.
        on_progress: called with 1 after each image.
    """
    contents = look_at_each(lambda name: images[name].read(), images, workers=_READERS)
    for name, content in contents:
        yield _prediction(model, images[name], content)
        on_progress(1)


def _prediction(model: Model, image: GivenImage, content: bytes | ImageError) -> Prediction:
    try:
        if isinstance(content, ImageError):
            raise content
        picture = model.open(content)
    except ImageError as error:
        return Prediction(image, error=error)
    return Prediction(image, picture, Size(picture.width, picture.height), tuple(model.detect(picture)))
