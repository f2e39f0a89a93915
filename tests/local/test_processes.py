import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.embedded_aws import EmbeddedAws, EmbeddedAwsError, embedded_aws
from local.processes import guarded
from tests.waiting import eventually

HOLDER = """
import sys, time
from pathlib import Path
from local.embedded_aws import embedded_aws
with embedded_aws(region="eu-west-1", log=Path(sys.argv[1])) as aws:
    print(aws.port, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path, private_temp: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds an embedded AWS, which is ready."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "log")]
    environment = {**os.environ, "TMPDIR": str(private_temp)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def private_temp(tmp_path: Path) -> Path:
    """Where the processes of a test put their temporary files."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    return directory


def port_of(holder: subprocess.Popen[str]) -> int:
    assert holder.stdout is not None
    return int(holder.stdout.readline())


def processes_with(text: str) -> list[int]:
    """Ids of the processes that have the text in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_when_the_holder_is_killed(
    holder: subprocess.Popen[str], private_temp: Path, number: signal.Signals
) -> None:
    port_of(holder)
    assert len(processes_with(str(private_temp))) == 3  # holder, guard, server
    holder.send_signal(number)
    assert eventually(lambda: not processes_with(str(private_temp)))
    assert eventually(lambda: not list(private_temp.iterdir()))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_port_can_be_used_again_at_once(
    holder: subprocess.Popen[str], private_temp: Path, tmp_path: Path
) -> None:
    port = port_of(holder)
    holder.kill()
    assert eventually(lambda: not processes_with(str(private_temp)))
    with embedded_aws(region="eu-west-1", log=tmp_path / "again", port=port) as again:
        assert again.client("s3").list_buckets()["Buckets"] == []


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(EmbeddedAwsError, match="cannot be used"),
        embedded_aws(region="eu-west-1", log=tmp_path / "log", port=taken.getsockname()[1]),
    ):
        pass


def test_directories_of_guards_that_were_killed_are_removed_by_the_next(private_temp: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = private_temp / f"groundtrain-{ended.pid}-abc"
    left.mkdir()
    environment = {**os.environ, "TMPDIR": str(private_temp)}
    with guarded([sys.executable, "-c", ""], environment=environment, log=None) as guard:
        guard.wait()
    assert not left.exists()


def test_a_guarded_command_has_its_own_temporary_directory(private_temp: Path) -> None:
    program = "import tempfile; print(tempfile.gettempdir())"
    environment = {**os.environ, "TMPDIR": str(private_temp)}
    with guarded([sys.executable, "-c", program], environment=environment, log=None) as guard:
        assert guard.stdout is not None
        directory = Path(guard.stdout.read().strip())
    assert directory.parent == private_temp
    assert not directory.exists()


def test_the_exit_code_is_the_command_s_own() -> None:
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    with guarded(command, environment=os.environ, log=None) as guard:
        assert guard.wait() == 3


FOREIGN = (
    "example.com",
    "evillocalhost:80",
    "localhost.example.com",
    "127.0.0.1.example.com:80",
    "x127.0.0.1",
)
OWN = ("localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:80", "bucket.localhost:80")


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine_reach_it(aws: EmbeddedAws, host: str) -> None:
    where = f"{aws.endpoint}/_ministack/health"
    request = urllib.request.Request(where, headers={"Host": host})  # noqa: S310  loopback
    with urllib.request.urlopen(request) as response:  # noqa: S310  loopback
        assert response.status == 200


def test_the_server_ends_with_its_guard_even_when_that_is_killed(tmp_path: Path) -> None:
    with embedded_aws(region="eu-west-1", log=tmp_path / "log") as aws:
        os.kill(aws.process.pid, signal.SIGKILL)

        def refuses() -> bool:
            with socket.socket() as connection:
                return connection.connect_ex(("127.0.0.1", aws.port)) != 0

        assert eventually(refuses)


@pytest.mark.parametrize(
    "header", [{"Origin": "https://example.com"}, *({"Host": host} for host in FOREIGN)], ids=str
)
def test_a_web_page_cannot_reach_it(aws: EmbeddedAws, header: dict[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(aws.endpoint, headers=header))  # noqa: S310  loopback


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc")
def test_it_listens_on_the_loopback_interface_alone(aws: EmbeddedAws) -> None:
    port = f":{aws.port:04X} "
    lines = Path("/proc/net/tcp").read_text().splitlines()
    listening = [line.split()[1] for line in lines if port in line and line.split()[3] == "0A"]
    assert listening == [f"0100007F:{aws.port:04X}"]
