"""What people are told, in one record."""

import hashlib

from msgspec import Struct


class Message(Struct, frozen=True):
    """A subject of one line, the text, and what it is about.

    Attributes:
        about: kind, environment, and what else two messages must share to be the same one; never wording.
    """

    subject: str
    text: str
    about: tuple[str, ...]

    @property
    def id(self) -> str:
        """32 hex digits, the same for every copy of the message."""
        return id_of(self.about)


def id_of(about: tuple[str, ...]) -> str:
    """The id of every message about this, for who has no message at hand."""
    return hashlib.sha256("\0".join(about).encode()).hexdigest()[:32]
