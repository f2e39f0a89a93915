"""Errors that tell a person in one sentence what is wrong, and how to fix it."""


class GroundtrainError(Exception):
    """Something that a person has to fix; never shown with a traceback.

    Attributes:
        fix: what to do about it, one clause without a final full stop; "" when the message says it all.
        exit_code: of the command line: 1 when the data is at fault, 2 when the call or the settings are.
    """

    exit_code = 2

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}: {self.fix}" if self.fix else self.message


class WrongCallError(GroundtrainError):
    """Options of a call do not go together, or the value of one cannot be."""


class SettingsError(GroundtrainError):
    """A settings file has a wrong key, type or value, or asks for what cannot work."""


class ManifestError(GroundtrainError):
    """The manifest as a whole cannot be used: not JSON Lines, empty, changed while it was read."""

    exit_code = 1


class LabelAttributeError(GroundtrainError):
    """The label attribute asked for is not there, or several are and none was chosen."""


class NotReadyError(Exception):
    """Something is not available yet; the message goes back to the queue, and is tried again later."""
