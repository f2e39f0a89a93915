"""A model that finds boxes, whatever program it is of."""

from collections.abc import Sequence
from typing import Any, Protocol

from groundtrain.evaluation import FoundBox


class Model(Protocol):
    """A model that has been read.

    Attributes:
        name: such as that of its file.
        classes: names by class id.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def classes(self) -> Sequence[str]: ...  # noqa: D102

    def open(self, content: bytes) -> Any:
        """The image in a file's bytes, upright, with `width` and `height` in pixels.

        Raises:
            ImageError: it is none that can be read.
        """
        ...

    def detect(self, image: Any) -> Sequence[FoundBox]:
        """The boxes on an image that `open` gave, in its pixels, the surest first."""
        ...
