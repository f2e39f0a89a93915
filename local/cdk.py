"""Deploy the real app into the embedded AWS with the real CDK command line."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from groundtrain.errors import GroundtrainError
from local.embedded_aws import ACCOUNT, EmbeddedAws, child_environment
from local.processes import guarded

ROOT = Path(__file__).parent.parent
CDK = ROOT / "node_modules" / ".bin" / "cdk"
SETUP = "run make setup in a checkout of groundtrain"
_QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_VALIDATION": "false",  # CloudFormation's rules have a test of their own, and cost seconds
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    "NODE_NO_WARNINGS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class MissingToolError(GroundtrainError):
    """Something that `make setup` installs is missing."""


class CdkError(GroundtrainError):
    """The CDK command line failed."""

    exit_code = 1


def require_tools(*, deploy: bool) -> None:
    """Check that the embedded AWS can run on this machine, and with `deploy`, that CDK can.

    Raises:
        MissingToolError: names the first tool that is missing.
    """
    missing = "the embedded AWS (ministack)" if importlib.util.find_spec("ministack") is None else ""
    if deploy:
        missing = missing or _missing_for_cdk()
    if missing:
        raise MissingToolError(f"{missing} is missing", fix=SETUP)


def _missing_for_cdk() -> str:
    if not (ROOT / "cdk.json").is_file():
        return "the CDK app"
    if importlib.util.find_spec("aws_cdk") is None:
        return "aws-cdk-lib"
    if shutil.which("node") is None:
        return "Node.js"
    return "" if CDK.exists() else "the CDK command line"


def bootstrap(aws: EmbeddedAws, cdk_home: Path, log: Path) -> None:
    """Create CDK's own resources in the account.

    Raises:
        CdkError: it failed.
    """
    empty = cdk_home / "empty"  # in a folder with a cdk.json it would synthesize the app first
    empty.mkdir(exist_ok=True)
    _cdk(["bootstrap", f"aws://{ACCOUNT}/{aws.region}"], _environment(cdk_home, aws), log, empty)


@contextlib.contextmanager
def synthesis(environments: Path, assembly: Path, cdk_home: Path, log: Path) -> Iterator[Callable[[], None]]:
    """Synthesize every environment of a folder while the block runs; yields a function that waits for it.

    The functions are bundled for this machine.

    Raises:
        CdkError: on waiting, when the app did not synthesize.
    """
    context = ["-c", f"environments={environments.resolve()}", "-c", "bundle=host"]
    arguments = ["synth", "--quiet", "--output", str(assembly.resolve()), *context]
    with _started(arguments, _environment(cdk_home), log, ROOT) as process:
        yield lambda: _finish(process, "synth", log)


def deploy(aws: EmbeddedAws, assembly: Path, stage: str, cdk_home: Path, log: Path) -> None:
    """Deploy a stage of a synthesized app.

    Raises:
        CdkError: CloudFormation or CDK refused.
    """
    options = ["--require-approval", "never", "--progress", "events", "--concurrency", "3"]
    _cdk(
        ["deploy", f"{stage}/*", "--app", str(assembly.resolve()), *options],
        _environment(cdk_home, aws),
        log,
        ROOT,
    )


def destroy(aws: EmbeddedAws, assembly: Path, stage: str, cdk_home: Path, log: Path) -> None:
    """Delete the stacks of a stage; resources with a retain policy are kept.

    Raises:
        CdkError: CloudFormation or CDK refused.
    """
    arguments = ["destroy", f"{stage}/*", "--force", "--app", str(assembly.resolve())]
    _cdk(arguments, _environment(cdk_home, aws), log, ROOT)


def _cdk(arguments: Sequence[str], environment: Mapping[str, str], log: Path, directory: Path) -> None:
    with _started(arguments, environment, log, directory) as process:
        _finish(process, arguments[0], log)


def _started(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, directory: Path
) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    command = [str(CDK), *arguments, "--no-notices", "--ci", "--no-color"]
    return guarded(command, environment=environment, log=log, directory=directory)


def _finish(process: subprocess.Popen[str], command: str, log: Path) -> None:
    assert process.stdout is not None
    output = process.stdout.read()
    code = process.wait()
    with log.open("a", encoding="utf-8") as file:
        file.write(output)
    if code:
        raise CdkError(f"cdk {command} failed: {_last_words(log)}", fix=f"its log is {log}")


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("groundtrain:", "❌", "Error"))]
    return (telling or lines or ["it said nothing"])[-1].removeprefix("groundtrain: ")


def _environment(cdk_home: Path, aws: EmbeddedAws | None = None) -> dict[str, str]:
    tools = os.pathsep.join((str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")))
    settings = aws.settings() if aws is not None else {}
    return {**child_environment(), **settings, **_QUIET, "PATH": tools, "CDK_HOME": str(cdk_home.resolve())}
