"""`serve` as a process: it says when it is ready, and ends in order."""

import http.client
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundtrain_detector.errors import SettingsError
from groundtrain_detector.serving import port, serve
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
PROGRAM = """
    import sys, threading
    sys.path[:0] = ["containers/detector"]
    from groundtrain_detector.errors import DetectorError
    from groundtrain_detector import serving

    def load():
        if "broken" in sys.argv:
            raise DetectorError("there is no model.json")
        def predict(content):
            sys.stdout.write("begun\\n"); sys.stdout.flush()
            threading.Event().wait(0.3)
            return {"prediction": []}
        return predict

    serving.load_model = load
    serving.port = lambda: 0
    serving.serve.__defaults__ = ("127.0.0.1",)
    sys.exit(serving.main())
"""


@pytest.fixture
def start() -> Iterator[object]:
    processes = list[subprocess.Popen[str]]()

    def begin(*arguments: str) -> subprocess.Popen[str]:
        program = [sys.executable, "-u", "-c", textwrap.dedent(PROGRAM), *arguments]
        processes.append(
            subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        )
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def connected(process: subprocess.Popen[str]) -> http.client.HTTPConnection:
    assert process.stdout is not None
    number = process.stdout.readline().rpartition(" ")[2]
    return http.client.HTTPConnection("127.0.0.1", int(number), timeout=PATIENCE)


def test_sigterm_ends_it_after_the_request_that_has_begun(start):
    process = start()
    connection = connected(process)
    connection.request("POST", "/invocations", b"image", {"Content-Type": "image/png"})
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    assert connection.getresponse().status == 200
    assert process.wait(PATIENCE) == 0
    assert process.stdout.read() == "stopped\n"


def test_a_model_that_cannot_be_loaded_ends_it_with_a_sentence(start):
    process = start("broken")
    assert process.wait(PATIENCE) == 1
    assert process.stderr.read() == "there is no model.json\n"


@pytest.mark.parametrize(("text", "number"), [("", 8080), ("8081", 8081)])
def test_the_port_is_8080_or_what_sagemaker_binds_to(text, number, monkeypatch):
    monkeypatch.setenv("SAGEMAKER_BIND_TO_PORT", text)
    assert port() == number


@pytest.mark.parametrize("text", ["80a", "-1", "65536", "٨٠"])
def test_what_is_no_port_is_said(text, monkeypatch):
    monkeypatch.setenv("SAGEMAKER_BIND_TO_PORT", text)
    with pytest.raises(SettingsError, match=r"SAGEMAKER_BIND_TO_PORT is .* and no port"):
        port()


def test_a_port_that_is_taken_is_said():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SettingsError, match="cannot be listened at"),
    ):
        serve(lambda: lambda _: {}, taken.getsockname()[1], "127.0.0.1")
