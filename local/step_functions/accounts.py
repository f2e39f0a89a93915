"""The state of the service, by account and region: state machines, executions, map runs."""

import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from local.sagemaker.accounts import now
from local.step_functions.aws_calls import AwsCalls
from local.step_functions.definition import Definition

ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
Json = dict[str, Any]


@dataclass
class StateMachine:
    """A state machine; a running execution keeps the definition that it began with."""

    arn: str
    name: str
    definition: Definition
    text: str
    role: str
    created: float
    logging: Json = field(default_factory=lambda: {"level": "OFF", "includeExecutionData": False})
    tracing: Json = field(default_factory=lambda: {"enabled": False})
    tags: list[Json] = field(default_factory=list)
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Execution:
    """An execution of a state machine, or of a map's child; hold the account's lock while changing it.

    Attributes:
        machine_arn: of a child, that of the map: `…:stateMachine:name/label`.
        ended: set while it does not run; what works for it looks there.
        attempt: how often it was started or redriven; what an earlier attempt still brings is ignored.
        map_run: of a child, the ARN of the map run that dispatched it.
        at: the state that was entered last, and its input: a redrive goes on there.
        tokens: client tokens of redrives, with the date that each was answered with.
    """

    arn: str
    machine_arn: str
    name: str
    definition: Definition
    role: str
    input: str
    map_run: str | None = None
    status: str = "RUNNING"
    started: float = field(default_factory=now)
    stopped: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    redrives: int = 0
    redriven: float | None = None
    attempt: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    at: tuple[str, Any] | None = None
    tokens: dict[str, float] = field(default_factory=dict)


@dataclass
class MapRun:
    """What became of a distributed map: its items, and a child for each that was started.

    Attributes:
        percentage: of its children that may fail; None where the definition does not say.
        count: the same as a number.
        items: what was read, an item a child.
        children: by number of item; an item that waits has none.
    """

    arn: str
    execution: str
    state: str
    machine_arn: str
    concurrency: int
    percentage: float | None
    count: int | None
    items: list[Any]
    status: str = "RUNNING"
    started: float = field(default_factory=now)
    stopped: float | None = None
    redrives: int = 0
    redriven: float | None = None
    children: dict[int, Execution] = field(default_factory=dict)


@dataclass
class Account:
    """One account's Step Functions in one region; hold `lock` while reading or changing it.

    Attributes:
        calls: of other services.
        machines: by ARN.
        executions: by ARN, the children of maps among them.
        map_runs: by ARN.
    """

    number: str
    region: str
    calls: AwsCalls
    lock: threading.RLock = field(default_factory=threading.RLock)
    machines: dict[str, StateMachine] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    map_runs: dict[str, MapRun] = field(default_factory=dict)

    def arn(self, resource: str) -> str:
        """ARN of "stateMachine:name" and the like."""
        return f"arn:aws:states:{self.region}:{self.number}:{resource}"

    def end_unseen(self) -> None:
        """Have what runs end, and tell nobody."""
        with self.lock:
            for execution in self.executions.values():
                execution.attempt += 1
                execution.ended.set()
