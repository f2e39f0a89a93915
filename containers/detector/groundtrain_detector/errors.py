"""What goes wrong in this program, in one sentence that a person understands."""


class DetectorError(Exception):
    """A fault of the data, the settings or the machine; the text is the job's failure reason."""

    exit_code = 1


class SettingsError(DetectorError):
    """A hyperparameter, a weights file or a folder that cannot be used."""

    exit_code = 2


class UnreadableImageError(DetectorError):
    """Bytes that are no image, or an image that is too large to be read."""


class UnreadableModelError(DetectorError):
    """A model directory or archive that is damaged, or of another program."""
