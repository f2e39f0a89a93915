"""Start the embedded AWS, and configure clients for it."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from msgspec import Struct

from groundtrain.errors import GroundtrainError
from local.processes import guarded
from local.sagemaker.programs import Command, as_options

ACCOUNT = "000000000000"
SECRET = "test"  # noqa: S105  the emulator takes any
_SEE_SETUP = "run make setup again"
_LOOPBACK = "127.0.0.1,localhost"


class EmbeddedAwsError(GroundtrainError):
    """The embedded AWS did not start, or refused a request of ours."""


class Endpoint(Struct, frozen=True):
    """An embedded AWS that somebody runs on this machine."""

    port: int
    region: str

    @property
    def endpoint(self) -> str:
        """Where all its services are."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, str]:
        """The environment variables that point the AWS CLI, boto3 and CDK at it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of one of its services, as the account's root."""
        session: Any = boto3.Session(ACCOUNT, SECRET, region_name=self.region)
        configuration = Config(
            proxies={},
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"},
        )
        return session.client(service, endpoint_url=self.endpoint, config=configuration)

    def control(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation that only this SageMaker has, such as LocalFinishLabelingJob.

        Raises:
            EmbeddedAwsError: it was refused.
        """
        credential = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20200101/{self.region}/sagemaker/aws4_request"
        call = urllib.request.Request(  # noqa: S310  always our own loopback address
            self.endpoint,
            json.dumps(request).encode(),
            {"X-Amz-Target": f"SageMaker.{operation}", "Authorization": credential},
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(call, timeout=30) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise EmbeddedAwsError(
                f"{operation}: {error.read().decode()}", fix="correct what was asked for"
            ) from error


class EmbeddedAws(Endpoint, frozen=True):
    """An embedded AWS that this process runs."""

    log: Path
    process: subprocess.Popen[str]


@contextlib.contextmanager
def embedded_aws(
    *,
    region: str,
    log: Path,
    port: int = 0,
    training_seconds: float = 3.0,
    request_log: Path | None = None,
    programs: Mapping[str, Command] = {},
) -> Iterator[EmbeddedAws]:
    """Run an embedded AWS on a loopback port (0: a free one) while the block runs; its state is not kept.

    Every request is logged to `request_log`, if given: see `local.request_log`. A training job whose image is
    among `programs` runs that command; any other trains nothing, for `training_seconds`.

    Raises:
        EmbeddedAwsError: the port is taken, or the emulator cannot start.
    """
    command = [sys.executable, "-m", "local.server", "--guarded", "--port", str(port)]
    command += ["--training-seconds", str(training_seconds)]
    command += as_options(programs)
    command += ["--request-log", str(request_log.resolve())] if request_log else []
    with guarded(command, environment=child_environment(), log=log) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line.startswith("ready "):
            reason = line.removeprefix("error: ") or f"see {log}"
            fix = "end what uses it, or take a free one: --port 0" if "port" in reason else _SEE_SETUP
            raise EmbeddedAwsError(f"the embedded AWS did not start: {reason}", fix=fix)
        yield EmbeddedAws(int(line.removeprefix("ready ")), region, log, process)


def child_environment() -> dict[str, str]:
    """Our environment without a person's own AWS settings, and with loopback kept off any proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK}
