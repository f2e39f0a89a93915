"""One attempt of a rehearsed job: the program beside the agents of its channels, until one ends it."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from groundtrain.errors import GroundtrainError
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import Objects
from groundtrain.pipe.recordio import LONGEST_PART
from groundtrain.pipe.sending import Epoch
from groundtrain.rehearsal.folders import TrainingFolders
from groundtrain.rehearsal.listener import Listener
from groundtrain.rehearsal.metrics import MetricSearch
from groundtrain.rehearsal.program import GRACE, Program, service_environment
from groundtrain.rehearsal.second_pipes import SecondPipes

EndedBy = Literal["itself", "epochs", "interruption", "time", "second-opening"]

_LOOKS_EVERY = 0.05  # seconds
_MEASURES_EVERY = 2.0
_ACCOUNT = "111122223333"


class Limits(Struct, frozen=True, kw_only=True):
    """How far a rehearsal goes.

    Attributes:
        epochs: that each channel has; the program is ended when it opens one more. None for any number.
        records: lines of the manifest that an epoch has at most; None for all.
        longest_part: bytes after which a record is cut into parts.
        interrupt_after: epochs of the first channel after which the job is interrupted once; None for never.
        seconds: until a program that has not ended is ended.
        grace: seconds between SIGTERM and SIGKILL.
        bytes_written: that the program may write below /opt/ml.
    """

    epochs: int | None = None
    records: int | None = None
    longest_part: int = LONGEST_PART
    interrupt_after: int | None = None
    seconds: float = 600
    grace: float = GRACE
    bytes_written: int = 50 << 30


class Job(Struct, frozen=True, kw_only=True):
    """What is rehearsed: the request, its channels with their manifests, a program instead of the image."""

    request: Mapping[str, Any]
    channels: tuple[Channel, ...]
    objects: Objects
    command: tuple[str, ...]
    limits: Limits = Limits()


class Attempt(Struct, frozen=True, kw_only=True):
    """How an attempt went.

    Attributes:
        exit_code: 128 and the signal's number where one ended it; None where it had to be killed.
        records: of each channel's manifest, by the channel's name.
        epochs: of each channel.
        opened_twice: numbers of pipes that were opened again, by channel.
        sought: names below input/data that the program had in mind when its time was over.
    """

    exit_code: int | None
    ended_by: EndedBy
    records: dict[str, int]
    epochs: dict[str, list[Epoch]]
    opened_twice: dict[str, set[int]]
    sought: set[str]
    last_output: str


class TooMuchWrittenError(GroundtrainError):
    """The program wrote more than its volume holds."""

    exit_code = 1


def attempt(
    job: Job,
    folders: TrainingFolders,
    metrics: MetricSearch,
    *,
    mounted: bool,
    interrupted: bool,
    deadline: float,
    listener: Listener,
) -> Attempt:
    """Lay out the folders, start everything, and follow it until it has ended; nothing is left running.

    Args:
        job: what is rehearsed.
        folders: below the root that stands for /opt/ml.
        metrics: looked for in what the program prints.
        mounted: whether the root is mounted at /opt/ml.
        interrupted: whether it is interrupted after `interrupt_after` epochs.
        deadline: when its time is over, of the monotonic clock.
        listener: told of lines, metrics and channels.

    Raises:
        GroundtrainError: a line or an object could not be sent, or too much was written.
    """
    folders.lay_out(job.request)
    with ExitStack() as stack:
        # it is interrupted when it opens the next epoch, so that all that belongs to those before is done
        most_epochs = {job.channels[0].name: job.limits.interrupt_after} if interrupted else {}
        agents = {one.name: _agent(job, one, folders.data, most_epochs.get(one.name)) for one in job.channels}
        for agent in agents.values():
            agent.start()
            stack.callback(agent.stop)
        program = _program(job, folders.root, mounted, partial(_look_at, metrics, listener))
        stack.callback(program.kill)
        following = _Following(job.limits, folders, agents, interrupted, deadline)
        code, ended_by, sought = following.until_end(program, listener)
        last_output = program.last_output
    return Attempt(
        exit_code=code,
        ended_by=ended_by,
        records={name: agent.records for name, agent in agents.items()},
        epochs={name: agent.epochs for name, agent in agents.items()},
        opened_twice={name: agent.opened_twice for name, agent in agents.items()},
        sought=sought,
        last_output=last_output,
    )


def _look_at(metrics: MetricSearch, listener: Listener, line: str) -> None:
    found = metrics.look_at(line)
    listener.line(line)
    for name, value in found:
        listener.metric(name, value)


def _agent(job: Job, channel: Channel, folder: Path, most_epochs: int | None) -> ChannelAgent:
    limits = job.limits
    return ChannelAgent(
        channel,
        folder,
        job.objects,
        longest_part=limits.longest_part,
        most_examples=limits.records,
        most_epochs=most_epochs or limits.epochs,
        late=True,
    )


def _program(job: Job, root: Path, mounted: bool, on_line: Callable[[str], object]) -> Program:
    region = job.request["RoleArn"].split(":")[3] or "us-east-1"
    arn = f"arn:aws:sagemaker:{region}:{_ACCOUNT}:training-job/{job.request['TrainingJobName']}"
    environment = service_environment(job.request, arn)
    return Program(job.command, root, mounted=mounted, environment=environment, on_line=on_line)


class _Following:
    """Watches a program and its channels, and ends it where it is to end."""

    def __init__(
        self,
        limits: Limits,
        folders: TrainingFolders,
        agents: Mapping[str, ChannelAgent],
        interrupted: bool,
        deadline: float,
    ) -> None:
        self._limits, self._folders, self._agents = limits, folders, agents
        self._interrupted = interrupted
        self._deadline = deadline
        self._measured = time.monotonic()
        self._second_pipes = SecondPipes(agents.values())

    def until_end(self, program: Program, listener: Listener) -> tuple[int | None, EndedBy, set[str]]:
        """The exit code, what ended it, and what it sought if its time was over."""
        sought: set[str] = set()
        while (code := program.wait(_LOOKS_EVERY)) is None:
            self._tell(listener)
            self._second_pipes.look()
            self._refuse_failures()
            if ended_by := self._reason():
                if ended_by == "time":
                    sought = program.sought()
                return program.terminate(self._limits.grace), ended_by, sought
        self._tell(listener)
        self._refuse_failures()
        return code, "itself", sought

    def _tell(self, listener: Listener) -> None:
        listener.channels({name: agent.epochs for name, agent in self._agents.items()})

    def _refuse_failures(self) -> None:
        for agent in self._agents.values():
            if agent.failure is not None:
                raise agent.failure
        if time.monotonic() - self._measured >= _MEASURES_EVERY:
            self._measured = time.monotonic()
            if (written := self._folders.written()) > self._limits.bytes_written:
                raise TooMuchWrittenError(
                    f"the program wrote {written / 1e9:,.1f} GB below /opt/ml, and"
                    f" {self._limits.bytes_written / 1e9:,.1f} GB are all there is",
                    fix="write less, keep fewer checkpoints, or free disk space",
                )

    def _reason(self) -> EndedBy | None:
        agents = self._agents.values()
        if any(agent.opened_twice for agent in agents):
            return "second-opening"
        if any(agent.waits_for_more for agent in agents):
            return "interruption" if self._interrupted and next(iter(agents)).waits_for_more else "epochs"
        return "time" if time.monotonic() >= self._deadline else None
