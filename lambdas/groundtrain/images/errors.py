from groundtrain.errors import GroundtrainError


class ImageError(GroundtrainError):
    """One image cannot be used; the message says why, whoever reports it names the line and the source."""

    exit_code = 1


class TruncatedError(ImageError):
    """The file ends before the image does."""
