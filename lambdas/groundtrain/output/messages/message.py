"""A message to subscribers."""

import hashlib

from msgspec import Struct

from groundtrain.output.messages.mail import Words


class Message(Struct, frozen=True):
    """Subject, text, and what the message is about.

    Attributes:
        about: kind, environment, and everything else that two copies of a message share; never the wording.
    """

    subject: Words
    text: Words
    about: tuple[str, ...]

    @property
    def id(self) -> str:
        """The message id: 32 hex digits, the same for every copy."""
        return id_of(self.about)


def id_of(about: tuple[str, ...]) -> str:
    """The id of a message about this, without the message."""
    return hashlib.sha256("\0".join(about).encode(errors="surrogatepass")).hexdigest()[:32]
