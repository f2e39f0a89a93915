"""The CDK's command line for the settings of the acceptance run; what it says is kept in a log."""

import os
import signal
import subprocess
from pathlib import Path

from groundtrain.errors import GroundtrainError
from stacks.acceptance.settings import NAME

ROOT = Path(__file__).parents[2]
_GRACE = 20  # seconds
_PATIENCE = 30 * 60  # seconds; the longest command deploys three stacks, in about four minutes


class CdkFailedError(GroundtrainError):
    """The CDK's command line failed."""

    exit_code = 1


class CdkApp:
    """The app with one folder of settings, synthesized into one folder.

    Args:
        settings: folder of the settings file.
        assembly: where templates and assets are put.
        log: what the command line says is added to it.
        bundle: "lambda" for functions that run in AWS, "host" for those that an emulator runs here.
    """

    def __init__(self, settings: Path, assembly: Path, log: Path, bundle: str = "lambda") -> None:
        self._settings, self.assembly, self._log, self._bundle = settings, assembly, log, bundle

    def synthesize(self) -> None:
        """Make the templates.

        Raises:
            CdkFailedError
        """
        context = ["-c", f"environments={self._settings.resolve()}", "-c", f"bundle={self._bundle}"]
        self._run("synth", "--quiet", "--output", str(self.assembly), *context)

    def deploy(self) -> None:
        """Deploy the three stacks.

        Raises:
            CdkFailedError
        """
        self._run("deploy", f"{NAME}/*", "--require-approval", "never", *self._app(), "--concurrency", "3")

    def destroy(self) -> None:
        """Delete the three stacks.

        Raises:
            CdkFailedError
        """
        self._run("destroy", f"{NAME}/*", "--force", *self._app())

    def _app(self) -> tuple[str, ...]:
        return "--app", str(self.assembly), "--progress", "events"

    def _run(self, command: str, *arguments: str) -> None:
        """In a group of its own: Ctrl-C reaches us alone, and we end the command before anything else."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  our own command
                ["cdk", command, *arguments, "--ci", "--no-color", "--no-notices"],  # noqa: S607  of make's PATH
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                code = process.wait(_PATIENCE)
            finally:
                _end(process)
        if code:
            raise CdkFailedError(f"cdk {command} failed: {self._last_words()}", fix=f"see {self._log}")

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._log.read_text("utf-8", errors="replace").splitlines()]
        marks = ("groundtrain:", "❌", "Error", "fail: ")
        telling = [line for line in lines if any(mark in line for mark in marks)]
        return (telling or [line for line in lines if line] or ["it said nothing"])[-1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that was not waited for, and what it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
