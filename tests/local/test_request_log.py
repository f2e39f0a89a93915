import asyncio
from pathlib import Path
from typing import Any

from local.asgi import Headers, Receive, Scope, Send, respond
from local.request_log import logged, read_request_log


async def refusing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await respond(send, 404, b"{}")


def ask(request_log: Path, path: str, headers: Headers) -> None:
    async def nothing(*_: Any) -> Any:
        return {}

    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    with request_log.open("ab") as file:
        asyncio.run(logged(refusing, file)(scope, nothing, nothing))


def test_the_log_has_every_request_with_its_answer_in_order(tmp_path: Path) -> None:
    ask(tmp_path / "request_log", "/", [(b"X-Amz-Target", b"SageMaker.ListLabelingJobs")])
    ask(tmp_path / "request_log", "/bucket/key", [])
    first, second = read_request_log(tmp_path / "request_log")
    assert (first.asks, first.status) == ("SageMaker.ListLabelingJobs", 404)
    assert second.asks == "GET /bucket/key"
    assert first.began <= first.ended <= second.began


def test_a_line_that_is_being_written_is_not_read(tmp_path: Path) -> None:
    ask(tmp_path / "request_log", "/bucket/key", [])
    with (tmp_path / "request_log").open("ab") as file:
        file.write(b'{"asks":"GET /')
    assert len(read_request_log(tmp_path / "request_log")) == 1


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert read_request_log(tmp_path / "request_log") == []
