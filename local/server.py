"""The embedded AWS as a process: `python -m local.server [--port N] [--training-seconds S] …`.

One loopback port for everything. Prints `ready PORT` when it can be used; runs until it is killed, and keeps
nothing. It executes whatever functions are put into it: it never listens on anything but 127.0.0.1.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
import threading
from typing import BinaryIO

from local.asgi import Application, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Serve until killed; 1 when the port is taken."""
    options = _read_options()
    try:
        # Listening before ministack is imported: whoever connects early waits instead of being refused.
        listener = socket.create_server((LOOPBACK, options.port), backlog=128)
    except OSError as error:
        print(f"error: port {options.port} of {LOOPBACK} cannot be used ({error.strerror})", flush=True)  # noqa: T201
        return 1
    port = listener.getsockname()[1]
    _set_environment(port)
    if options.guarded:
        threading.Thread(target=_end_with_guard, daemon=True).start()
    with open(options.request_log, "ab") as request_log:  # noqa: PTH123  os.devnull is not a path to open by method
        asyncio.run(_serve(listener, port, options, request_log))
    return 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--training-seconds", type=float, default=3.0)
    parser.add_argument("--program", action="append", default=[], metavar="IMAGE=COMMAND")
    parser.add_argument("--guarded", action="store_true", help="end when standard input closes")
    parser.add_argument("--request-log", default=os.devnull)
    return parser.parse_args()


def _end_with_guard() -> None:
    """Wait until the guard is gone, then end with every process that was started here."""
    sys.stdin.buffer.read()
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _set_environment(port: int) -> None:
    """Say what ministack reads when it is imported, and forget credentials of the person's own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AUTH="true",
        BIND_HOST=LOOPBACK,
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="WARNING",
        PYTHONDONTWRITEBYTECODE="1",
    )


async def _serve(
    listener: socket.socket, port: int, options: argparse.Namespace, request_log: BinaryIO
) -> None:
    # Imported late: ministack reads the environment when it is imported.
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from local.asgi_application import embedded_aws_application
    from local.request_log import logged
    from local.sagemaker.programs import parse_programs

    configuration = Config()
    configuration.bind = [f"fd://{listener.detach()}"]
    configuration.loglevel = "WARNING"
    configuration.keep_alive_timeout = 75
    aws = embedded_aws_application(port, options.training_seconds, parse_programs(options.program))
    application = logged(aws, request_log)
    await serve(_announce_start(application, port), configuration, shutdown_trigger=asyncio.Event().wait)


def _announce_start(application: Application, port: int) -> Application:
    async def announcing(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                print(f"ready {port}", flush=True)  # noqa: T201  the parent waits for this line

        await application(scope, receive, sending if scope["type"] == "lifespan" else send)

    return announcing


if __name__ == "__main__":
    sys.exit(main())
