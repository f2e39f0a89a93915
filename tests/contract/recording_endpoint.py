"""An endpoint on loopback that accepts every call and keeps it; training jobs start, as SageMaker's do."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import msgspec

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/{}"


class Call(NamedTuple):
    operation: str  # "SageMaker.CreateTrainingJob"; for a service without JSON 1.1, method and path
    body: dict[str, Any]


class RecordingEndpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[Call] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def training_job(self) -> dict[str, Any]:
        """The one request for a training job that came in."""
        (request,) = (call.body for call in self.calls if call.operation == "SageMaker.CreateTrainingJob")
        return request


class _Handler(BaseHTTPRequestHandler):
    server: RecordingEndpoint

    def do_POST(self) -> None:
        target = self.headers.get("X-Amz-Target")
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = msgspec.json.decode(sent) if target else {}
        self.server.calls.append(Call(target or f"{self.command} {self.path}", body))
        self._answer(msgspec.json.encode(_described(body)))

    do_GET = do_PUT = do_HEAD = do_POST  # noqa: N815  # the base class looks for these names

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Standard error stays the tests' own."""


def _described(body: dict[str, Any]) -> dict[str, Any]:
    name = body.get("TrainingJobName", "")
    return {
        "TrainingJobArn": ARN.format(name),
        "TrainingJobName": name,
        "TrainingJobStatus": "InProgress",
        "SecondaryStatus": "Starting",
    }
