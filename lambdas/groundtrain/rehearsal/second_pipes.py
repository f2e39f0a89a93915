"""When the pipe of a channel's second epoch is made: late, so that a program that does not wait is found.

SageMaker promises no pipe before the one before it was closed (Developer Guide, "How Amazon SageMaker
Provides Training Information"); it usually makes them in advance, and a program that counts on it works
until it does not.
"""

import time
from collections.abc import Callable, Collection

from groundtrain.pipe.agent import ChannelAgent

QUIET = 0.5
"""Seconds in which nothing was read from any channel, and none was open."""

LATEST = 5.0
"""Seconds after the first pipe was closed, whatever the program reads from other channels."""


class SecondPipes:
    """Makes the second pipe of each channel when it is time.

    A program reads one channel after the other as a rule, and looks for the second epoch after the last of
    them: so the time counts from there. A program that reads several at once must not wait for long.
    """

    def __init__(self, agents: Collection[ChannelAgent], clock: Callable[[], float] = time.monotonic) -> None:
        self._agents, self._clock = agents, clock
        self._seen: list[tuple[int, bool]] = []
        self._changed = 0.0
        self._closed: dict[str, float] = {}

    def look(self) -> None:
        """Make those whose time has come; called many times a second."""
        now = self._clock()
        epochs = [epoch for agent in self._agents for epoch in agent.epochs]
        seen = [(epoch.bytes, epoch.ended) for epoch in epochs]
        if seen != self._seen:
            self._seen, self._changed = seen, now
        is_quiet = now - self._changed >= QUIET and all(epoch.ended for epoch in epochs)
        for agent in self._agents:
            if agent.epochs and agent.epochs[0].ended:
                closed = self._closed.setdefault(agent.channel.name, now)
                if is_quiet or now - closed >= LATEST:
                    agent.make_second_pipe()
