"""Who is told what goes on in a rehearsal."""

from collections.abc import Mapping, Sequence

from groundtrain.pipe.sending import Epoch


class Listener:
    """Is told, and does nothing about it."""

    def start(self, mounted: bool) -> None:
        """Called once, before the first attempt, with whether the folders are mounted at /opt/ml."""

    def line(self, text: str) -> None:
        """Called with each line that the program prints, in a thread of its own."""

    def metric(self, name: str, value: float) -> None:
        """Called with each metric that is found, after its line."""

    def channels(self, epochs: Mapping[str, Sequence[Epoch]]) -> None:
        """Called many times a second with the epochs of each channel."""
