"""A model of our own detector, read in an environment that has torch; nothing else imports it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from groundtrain.errors import GroundtrainError
from groundtrain.evaluation import FoundBox
from groundtrain.images.image_file import ImageError
from groundtrain.input_files import fix_for, other_kind
from groundtrain.manifest.source import shown_name
from groundtrain.printable_text import printable_start

_ENVIRONMENT = "install torch and torchvision there; docs/predict.md says how"


class ModelError(GroundtrainError):
    """The model is there, and cannot be used."""

    exit_code = 1


class DetectorModel:
    """A model of groundtrain-detector on the CPU; see `Model`.

    Attributes:
        name: that of its file or folder.
        classes: names by class id.
    """

    def __init__(self, name: str, detector: Any, images: Any, unreadable: type[Exception]) -> None:
        self.name, self.classes = name, tuple(detector.description.classes)
        self._detector, self._images, self._unreadable = detector, images, unreadable

    def open(self, content: bytes) -> Any:
        """The upright image.

        Raises:
            ImageError: it is none that can be read.
        """
        try:
            return self._images.open_image(content)
        except self._unreadable as error:
            raise ImageError(str(error)) from error

    def detect(self, image: Any) -> Sequence[FoundBox]:
        """The boxes on an image, in its pixels, the surest first.

        Raises:
            ModelError: it fails, which torch tells by a RuntimeError, also where memory is short.
        """
        try:
            # alone: of several together the last digits differ, since torch adds in another order
            found: Sequence[FoundBox] = self._detector.detect([image])[0]
        except (RuntimeError, MemoryError) as error:
            reason = printable_start(str(error).partition("\n")[0], 200) or "too little memory"
            raise ModelError(
                f"{self.name} failed on an image of {image.width * image.height:,} pixels ({reason})",
                fix="close some programs, or look at smaller images",
            ) from error
        return found


def refuse_no_model(_: str, text: str) -> None:
    """Check that there is a file or a folder; what it holds is seen when it is read.

    Raises:
        GroundtrainError
    """
    place, shown = Path(text), shown_name(text)
    if "://" in shown:
        raise GroundtrainError(
            f"{shown} is an address, and models are read on this machine",
            fix="copy it with aws s3 cp, and name the copy",
        )
    try:
        kind, is_there = other_kind(place), place.exists()
    except OSError as error:
        raise GroundtrainError(f"{shown}: {error.strerror}", fix=fix_for(error)) from error
    if not is_there:
        raise GroundtrainError(f"{shown}: there is no such model", fix="name a model.tar.gz, or its folder")
    if kind not in ("", "a folder"):
        raise GroundtrainError(f"{shown} is {kind}, and no model", fix="name a model.tar.gz, or its folder")


def load_model(place: Path) -> DetectorModel:
    """The model in a model.tar.gz or a folder.

    Raises:
        GroundtrainError: this environment has no torch.
        ModelError: the model is none of groundtrain-detector, or damaged.
    """
    try:
        directory = import_module("groundtrain_detector.model_directory")
        images, errors = (import_module(f"groundtrain_detector.{name}") for name in ("images", "errors"))
    except ImportError as error:
        raise GroundtrainError(
            f"predict runs the model, and this environment has no {error.name or 'torch'}", fix=_ENVIRONMENT
        ) from error
    try:
        detector = directory.read_model(place, "cpu")
    except errors.DetectorError as error:
        raise ModelError(str(error), fix="name a model that groundtrain-detector trained") from error
    return DetectorModel(shown_name(place), detector, images, errors.UnreadableImageError)
