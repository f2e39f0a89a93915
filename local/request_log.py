"""Log the requests to the embedded AWS: a line of JSON for each, written when its response is complete."""

import time
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from local.asgi import Application, Message, Receive, Scope, Send, header


class Request(Struct, frozen=True):
    """A request that was answered.

    Attributes:
        asks: the operation, such as "SageMaker.CreateTrainingJob"; for S3 and others that are asked by path,
            method and path.
        status: HTTP status of the answer.
        began: seconds since the epoch.
        ended: of the answer's last byte.
    """

    asks: str
    status: int
    began: float
    ended: float


def read_request_log(path: Path) -> list[Request]:
    """The requests in the order in which they were answered; none when nothing was asked yet."""
    text = path.read_bytes() if path.exists() else b""
    complete, _, _ = text.rpartition(b"\n")
    return msgspec.json.decode(b"[" + complete.replace(b"\n", b",") + b"]", type=list[Request])


def logged(application: Application, request_log: BinaryIO) -> Application:
    """The application, each request of which is written down."""

    async def logging_requests(scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        began = time.time()
        await application(scope, receive, noting)
        if scope["type"] == "http":
            request = Request(_asks(scope), status, began, time.time())
            request_log.write(msgspec.json.encode(request) + b"\n")
            request_log.flush()

    return logging_requests


def _asks(scope: Scope) -> str:
    return header(scope, b"x-amz-target") or f"{scope['method']} {scope['path']}"
