"""What can be said to a person in one sentence, with the fix."""


class GroundtrainError(Exception):
    """Something that the person or the settings must mend; never shown with a traceback.

    Attributes:
        fix: what to do about it, one clause without a final full stop; empty when the message says it all.
        exit_code: of the command line: 1 the data is at fault, 2 the call or the settings are.
    """

    exit_code = 2

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}: {self.fix}" if self.fix else self.message


class SettingsError(GroundtrainError):
    """A settings file has a wrong key, type or value, or asks for what cannot work."""


class ManifestError(GroundtrainError):
    """The manifest as a whole cannot be used: not JSON Lines, empty, changed while it was read."""

    exit_code = 1


class LabelAttributeError(GroundtrainError):
    """The label attribute asked for is not there, or several are and none was chosen."""


class NotReadyError(Exception):
    """What is asked for may appear later; the queue asks again."""
