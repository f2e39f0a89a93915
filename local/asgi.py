"""The ASGI types and helpers that the embedded AWS uses."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def header(scope: Scope, name: bytes) -> str:
    """First value of a request header, "" when it is not there; `name` in lower case."""
    values = (value for key, value in scope["headers"] if key.lower() == name)
    return str(next(values, b"").decode("latin-1"))


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


async def respond(send: Send, status: int, body: bytes, headers: Headers | None = None) -> None:
    """Send a whole response in JSON 1.1."""
    fields = [(b"content-type", b"application/x-amz-json-1.1"), *(headers or [])]
    fields.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})
