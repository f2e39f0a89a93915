"""The wire between the functions and AWS: it records every request, and breaks where a test says.

It sits where botocore sends a request, below its retries: a break is met as in the cloud.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.retries.bucket import TokenBucket
from botocore.retries.quota import RetryQuota
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse


class CrashError(Exception):
    """The function ends here; nothing of ours may catch this and go on."""


class Break(NamedTuple):
    """An interruption.

    Attributes:
        at: number of the request that is interrupted, from 0.
        kind: "crash", "throttling", "timeout", "error" (500) or "reset".
        done: AWS did what was asked, but the answer is lost.
        lasting: every later request of this call of the function breaks as well; a crash always lasts.
    """

    at: int
    kind: str
    done: bool = False
    lasting: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether later requests break too."""
        return self.lasting or self.kind == "crash"


class Wire:
    """Records and breaks the requests made while a function runs.

    Attributes:
        requests: operations in the order of their requests, since the last plan.
        meanwhile: called once, in place of a break, before the request that the plan names.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests: list[str] = []
        self.meanwhile: Callable[[], object] | None = None
        self._plan: Break | None = None
        self._running = self._broken = False
        self._lock = threading.Lock()
        self._send = BotocoreStubber.__call__
        monkeypatch.setattr(BotocoreStubber, "__call__", lambda stubber, **sent: self._pass(stubber, **sent))
        _retry_at_once(monkeypatch)

    def plan(self, interruption: Break | None) -> None:
        """From now on break so, counting from here."""
        self._plan, self.requests = interruption, []

    @contextmanager
    def carries(self) -> Iterator[None]:
        """While the block runs the requests are those of a function; what broke is whole again after it."""
        self._running, self._broken = True, False
        try:
            yield
        finally:
            self._running = self._broken = False

    def _pass(self, stubber: BotocoreStubber, **sent: Any) -> Any:
        if not self._running:
            return self._send(stubber, **sent)
        with self._lock:
            here = self._plan is not None and len(self.requests) == self._plan.at
            self.requests.append(sent["event_name"].rpartition(".")[2])
        if here and self.meanwhile is not None:
            self._do_meanwhile(self.meanwhile)
        elif self._plan is not None and (here or (self._broken and self._plan.goes_on)):
            self._broken = True
            return self._break(self._plan, stubber, **sent)
        return self._send(stubber, **sent)

    def _do_meanwhile(self, do: Callable[[], object]) -> None:
        """Its requests are not recorded."""
        self._running = False
        try:
            do()
        finally:
            self._running = True

    def _break(self, plan: Break, stubber: BotocoreStubber, **sent: Any) -> AWSResponse:
        request = sent["request"]
        if plan.done and plan.at == len(self.requests) - 1:
            self._send(stubber, **sent)
        if plan.kind == "crash":
            raise CrashError(sent["event_name"])
        if plan.kind == "reset":
            raise ConnectionClosedError(endpoint_url=request.url)
        if plan.kind == "timeout":
            raise ReadTimeoutError(endpoint_url=request.url)
        status, code = (400, "ThrottlingException") if plan.kind == "throttling" else (500, "InternalFailure")
        return _refusal(request.url, status, code, is_json="X-Amz-Target" in request.headers)


def _refusal(url: str, status: int, code: str, *, is_json: bool) -> AWSResponse:
    text = f'{{"__type":"{code}","message":"m"}}' if is_json else f"<Error><Code>{code}</Code></Error>"
    return AWSResponse(url, status, {}, MockRawResponse(text.encode()))


def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore retries as often as ever, but neither waits nor learns to go slower."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr(TokenBucket, "acquire", lambda *_, **__: True)
    monkeypatch.setattr(RetryQuota, "acquire", lambda *_: True)
