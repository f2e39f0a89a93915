"""SageMaker's inference protocol, spoken by a real client on loopback; no torch is needed."""

import http.client
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image

from groundtrain.evaluation import FoundBox
from groundtrain_detector import inference_server
from groundtrain_detector.inference import predict_with
from groundtrain_detector.inference_server import InferenceServer
from tests.waiting import PATIENCE

Ask = Callable[..., tuple[int, Any]]


def png(size: tuple[int, int] = (80, 40)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size).save(content, "PNG")
    return content.getvalue()


class OneBox:
    """Finds a box over the left half of each image."""

    def detect(self, images: Any) -> list[list[FoundBox]]:
        return [[FoundBox(1, 0.75, 0.0, 0.0, one.width / 2, float(one.height))] for one in images]


class Broken:
    def detect(self, _: Any) -> Any:
        raise RuntimeError("no memory")


@contextmanager
def served(detector: Any) -> Iterator[InferenceServer]:
    with InferenceServer("127.0.0.1", 0) as server:
        server.predict = detector and predict_with(detector)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[InferenceServer]:
    with served(OneBox()) as server:
        yield server


@pytest.fixture
def ask(server: InferenceServer) -> Ask:
    return lambda *arguments, **options: answer(server, *arguments, **options)


def answer(
    server: InferenceServer,
    method: str,
    path: str,
    body: bytes | None = None,
    kind: str = "application/x-image",
    **headers: str,
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
    connection.request(method, path, body, {"Content-Type": kind, **headers})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content) if content else None


def raw(server: InferenceServer, request: bytes) -> bytes:
    """What is answered to bytes that no client would send."""
    with socket.create_connection(("127.0.0.1", server.server_port), PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "application/x-image", "IMAGE/PNG; q=1"])
def test_an_image_is_answered_in_the_form_of_the_built_in_algorithm(ask: Ask, kind: str) -> None:
    """Class, score, xmin, ymin, xmax, ymax; the corners as shares of width and height."""
    status, said = ask("POST", "/invocations", png(), kind)
    assert (status, said) == (200, {"prediction": [[1.0, 0.75, 0.0, 0.0, 0.5, 1.0]]})


def test_a_ping_is_answered_once_the_model_is_there(ask: Ask) -> None:
    assert ask("GET", "/ping") == (200, None)


def test_until_the_model_is_loaded_neither_is_answered() -> None:
    with served(None) as server:
        assert answer(server, "GET", "/ping")[0] == 503
        status, said = answer(server, "POST", "/invocations", png())
    assert (status, said["error"]) == (503, "the model is still being loaded")


def test_a_request_while_the_model_is_loaded_leaves_nothing_behind() -> None:
    """An exception that is raised again and again keeps the frames of all who raised it."""
    with served(None) as server:
        answer(server, "POST", "/invocations", png())
    assert inference_server._LOADING.__traceback__ is None


@pytest.mark.parametrize("body", [b"", b"no image", png()[:40], b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_a_body_that_is_no_image_is_refused_with_a_sentence(ask: Ask, body: bytes) -> None:
    status, said = ask("POST", "/invocations", body)
    assert (status, said["error"][:22]) == (400, "the body is no image: ")


@pytest.mark.parametrize("kind", ["text/csv", "", "application/json"])
def test_another_content_type_is_refused_by_naming_those_that_are_taken(ask: Ask, kind: str) -> None:
    status, said = ask("POST", "/invocations", b"1,2", kind)
    assert (status, "image/jpeg, image/png, application/x-image" in said["error"]) == (415, True)


def test_a_body_that_is_too_large_is_refused_before_it_is_kept(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is sent, and the answer still arrives."""
    monkeypatch.setattr(inference_server, "MOST_BYTES", 1000)
    status, said = ask("POST", "/invocations", bytes(8 << 20))
    assert (status, said["error"]) == (413, "the body has 8,388,608 bytes, and at most 1,000 are taken")


def test_an_image_of_too_many_pixels_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundtrain_detector.images.MOST_PIXELS", 1000)
    status, said = ask("POST", "/invocations", png())
    assert (status, "80 x 40 pixels" in said["error"]) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/models", 404),
        ("GET", "/invocations", 405),
        ("POST", "/ping", 405),
        ("PUT", "/invocations", 501),
    ],
)
def test_other_requests_are_refused(ask: Ask, method: str, path: str, status: int) -> None:
    got, said = ask(method, path)
    assert (got, bool(said["error"])) == (status, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"", b"411"),
        (b"Content-Length: -1\r\n", b"400"),
        (b"Content-Length: many\r\n", b"400"),
        (b"Content-Length: 99999999999999999999\r\n", b"400"),
        (b"Content-Length: 999999999999\r\n", b"413"),
        (b"Transfer-Encoding: chunked\r\n", b"411"),
        (b"Content-Length: 500\r\n", b"400"),  # more than comes
    ],
)
def test_a_body_of_no_sound_length_is_refused(server: InferenceServer, headers: bytes, status: bytes) -> None:
    head = b"POST /invocations HTTP/1.1\r\nContent-Type: image/png\r\n" + headers + b"\r\n"
    assert raw(server, head + b"abc").split(b" ")[1] == status


@pytest.mark.parametrize(
    "request_", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
)
def test_what_is_no_request_gets_a_sentence_and_no_page(server: InferenceServer, request_: bytes) -> None:
    said = raw(server, request_)
    assert b'{"error": "' in said
    assert b"<html" not in said.lower()


def test_a_client_that_stops_sending_gets_a_sentence_and_holds_nothing(
    server: InferenceServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference_server._Handler, "timeout", 0.1)
    head = b"POST /invocations HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.server_port), PATIENCE) as connection:
        connection.sendall(head + b"ab")
        said = connection.makefile("rb").read()
    assert said.split(b" ")[1] == b"408"
    assert b"nothing more of the body came for 0.1 seconds" in said
    monkeypatch.undo()
    assert ask("POST", "/invocations", png())[0] == 200


def test_a_client_that_goes_away_harms_nobody(server: InferenceServer, ask: Ask, capsys: Any) -> None:
    connection = socket.create_connection(("127.0.0.1", server.server_port), PATIENCE)
    connection.sendall(
        b"POST /invocations HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\nab"
    )
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset
    connection.close()
    assert ask("POST", "/invocations", png())[0] == 200
    assert "Traceback" not in capsys.readouterr().err


def test_a_fault_of_the_model_is_logged_and_the_next_request_is_answered(capsys: Any) -> None:
    with served(Broken()) as server:
        status, said = answer(server, "POST", "/invocations", png())
        server.predict = predict_with(OneBox())
        assert answer(server, "POST", "/invocations", png())[0] == 200
    assert (status, said["error"]) == (500, "the model failed on this image: see the container's log")
    assert "RuntimeError: no memory" in capsys.readouterr().err


def test_many_requests_at_once_are_answered_one_after_the_other(server: InferenceServer) -> None:
    answers: list[tuple[int, Any]] = []

    def ask_once(size: int) -> None:
        status, said = answer(server, "POST", "/invocations", png((size, size)))
        answers.append((status, said["prediction"][0][4]))

    threads = [threading.Thread(target=ask_once, args=(size,)) for size in range(10, 18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(200, 0.5)] * 8


def test_more_requests_than_can_be_held_are_told_to_come_again(server: InferenceServer) -> None:
    held = [server.free.acquire() for _ in range(8)]
    assert answer(server, "POST", "/invocations", png()) == (
        503,
        {"error": "too many images at once: try again"},
    )
    assert answer(server, "GET", "/ping")[0] == 200
    for _ in held:
        server.free.release()
