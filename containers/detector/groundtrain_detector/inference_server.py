"""An HTTP server for SageMaker's inference protocol: GET /ping, POST /invocations.

Source: SageMaker Developer Guide, "Use Your Own Inference Code with Hosting Services": port 8080, or what
SAGEMAKER_BIND_TO_PORT says; /ping answers 200 once the container takes requests.
"""

import json
import socket
import sys
import time
import traceback
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, ClassVar

from groundtrain.training.algorithms.groundtrain_detector import IMAGE_TYPES
from groundtrain_detector.errors import UnreadableImageError

if TYPE_CHECKING:
    from groundtrain_detector.inference import Predict

MOST_BYTES = 100 << 20
"""Of a request's body: the most that a batch transform job sends (MaxPayloadInMB)."""
_AT_ONCE = 8  # requests; each may hold a body and a decoded image
_PATIENCE = 60  # seconds for a client to send; SageMaker itself waits no longer for an answer
_LINGERS = 5.0  # seconds to read what a client still sends, so that it reads its answer before it sees an end
_PIECE = 1 << 16


class InferenceServer(ThreadingHTTPServer):
    """Answers requests in threads, and ends when all that began are answered.

    Attributes:
        predict: gives the answers; None while the model is being loaded.
    """

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.predict: Predict | None = None
        self.free = BoundedSemaphore(_AT_ONCE)
        self.one_at_a_time = Lock()  # a GPU's memory is for one request

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Close a connection; what comes after the answer is read and forgotten, for a little while."""
        end = time.monotonic() + _LINGERS
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_LINGERS)
            while request.recv(_PIECE) and time.monotonic() < end:
                pass
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (the library's signature)
        """A client that went away is no fault; whatever else it is stands in the log."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            traceback.print_exc()


class _RefusedError(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class _Handler(BaseHTTPRequestHandler):
    server: InferenceServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "groundtrain-detector", ""
    timeout: ClassVar[float] = _PATIENCE

    def do_GET(self) -> None:
        """Whether requests are taken."""
        if self.path != "/ping":
            self._refuse(self._wrong_place())
        elif self.server.predict is None:
            self._refuse(_LOADING)
        else:
            self._answer(HTTPStatus.OK, b"")

    def do_POST(self) -> None:
        """What the model finds on the image in the body."""
        if self.path != "/invocations":
            self._refuse(self._wrong_place())
        elif (predict := self.server.predict) is None:
            self._refuse(_LOADING)
        elif not self.server.free.acquire(blocking=False):
            self._refuse(_BUSY)
        else:
            try:
                self._predict(predict)
            finally:
                self.server.free.release()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As the library calls it for what is no request: a sentence in place of its page."""
        status = HTTPStatus(code)
        self._refuse(_RefusedError(status, message or explain or status.description or status.phrase))

    def log_message(self, *_: Any) -> None:
        """Nothing: SageMaker asks /ping every few seconds."""

    def _predict(self, predict: "Predict") -> None:
        try:
            found = self._predicted(predict)
        except _RefusedError as refused:
            self._refuse(refused)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 (the log says what it is, and the next request is answered)
            traceback.print_exc()
            self._refuse(_FAULT)
        else:
            self._answer(HTTPStatus.OK, json.dumps(found).encode())

    def _predicted(self, predict: "Predict") -> dict[str, Any]:
        content = self._body()
        try:
            with self.server.one_at_a_time:
                return predict(content)
        except UnreadableImageError as error:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, f"the body is no image: {error}") from error

    def _body(self) -> bytes:
        length = self._length()
        if self._content_type() not in IMAGE_TYPES:
            sentence = f"the body's content type is none of {', '.join(IMAGE_TYPES)}"
            raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, sentence)
        if length > MOST_BYTES:
            sentence = f"the body has {length:,} bytes, and at most {MOST_BYTES:,} are taken"
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
        try:
            content = self.rfile.read(length)
        except TimeoutError as error:
            sentence = f"nothing more of the body came for {self.timeout:g} seconds"
            raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT, sentence) from error
        if len(content) < length:
            sentence = f"the body ends after {len(content):,} of {length:,} bytes"
            raise _RefusedError(HTTPStatus.BAD_REQUEST, sentence)
        return content

    def _length(self) -> int:
        text = self.headers.get("Content-Length", "")
        if not text:
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED, "the request says no Content-Length")
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "the Content-Length is no number of bytes")
        return int(text)

    def _content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def _wrong_place(self) -> _RefusedError:
        if self.path in ("/ping", "/invocations"):
            return _RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "/ping is asked by GET, /invocations by POST")
        return _RefusedError(HTTPStatus.NOT_FOUND, "there are GET /ping and POST /invocations")

    def _refuse(self, refused: _RefusedError) -> None:
        self._answer(refused.status, json.dumps({"error": refused.sentence}).encode())

    def _answer(self, status: HTTPStatus, content: bytes) -> None:
        """Answer, and take no other request on this connection."""
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


_LOADING = _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "the model is still being loaded")
_BUSY = _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "too many images at once: try again")
_FAULT = _RefusedError(
    HTTPStatus.INTERNAL_SERVER_ERROR, "the model failed on this image: see the container's log"
)
