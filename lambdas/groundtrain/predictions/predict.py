"""Let a model look at images, a few at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from groundtrain.evaluation import FoundBox
from groundtrain.formats.labeled_items import Size
from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import look_at_each
from groundtrain.predictions.given_images import GivenImage
from groundtrain.predictions.model import Model

_READERS = 2
_MOST_IMAGES, _MOST_PIXELS = 8, 40_000_000  # in memory at once; a larger image is alone


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
        on_progress: called with each number of images done.
    """
    contents = look_at_each(lambda name: images[name].read(), images, workers=_READERS)
    opened = _opened(model, ((images[name], content) for name, content in contents))
    for batch in _batches(opened):
        readable = [one for one in batch if one.error is None]
        found = iter(model.detect([one.picture for one in readable]) if readable else ())
        for one in batch:
            yield one if one.error is not None else one._replace(boxes=tuple(next(found)))
        on_progress(len(batch))


def _opened(model: Model, contents: Iterable[tuple[GivenImage, bytes | ImageError]]) -> Iterator[Prediction]:
    for image, content in contents:
        try:
            if isinstance(content, ImageError):
                raise content
            picture = model.open(content)
        except ImageError as error:
            yield Prediction(image, error=error)
        else:
            yield Prediction(image, picture, Size(picture.width, picture.height))


def _batches(opened: Iterable[Prediction]) -> Iterator[list[Prediction]]:
    batch, pixels = list[Prediction](), 0
    for one in opened:
        more = one.size.width * one.size.height
        if batch and (len(batch) == _MOST_IMAGES or pixels + more > _MOST_PIXELS):
            yield batch
            batch, pixels = [], 0
        batch.append(one)
        pixels += more
    if batch:
        yield batch
