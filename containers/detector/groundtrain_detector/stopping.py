"""SIGTERM: SageMaker stops a job, or takes its machine away, and leaves two minutes."""

import signal
import threading


class StoppedError(Exception):
    """The training was told to stop; what is complete is kept."""


class Stop:
    """Whether the training was told to stop."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def listen(self) -> None:
        """Take SIGTERM as the word to stop, from now on."""
        signal.signal(signal.SIGTERM, lambda _, __: self._told.set())

    def tell(self) -> None:
        """As SIGTERM does."""
        self._told.set()

    def raise_if_told(self) -> None:
        """Stop here.

        Raises:
            StoppedError: it was told to.
        """
        if self._told.is_set():
            raise StoppedError
