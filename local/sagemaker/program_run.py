"""A training program, run on this machine as SageMaker runs an image, with the rights of the training role.

Source: SageMaker Developer Guide, "How Amazon SageMaker Runs Your Training Image" and "Managed Spot
Training". The number that pipes begin with in another attempt is not documented; here it is 0.
"""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import is_streamed, streamed_channel
from groundtrain.pipe.examples import objects_of
from local.sagemaker.accounts import Json, now
from local.sagemaker.s3_folders import download_folder, split_uri, upload_folder
from local.sagemaker.training_data import TrainingFailedError
from local.sagemaker.training_folders import failure_text, lay_out

GRACE = 120.0
"""Seconds between SIGTERM and SIGKILL."""
Ending = Literal["terminate", "kill"]
"""By request, with time to react, or as when a spot machine is taken away."""
_LOOKS_EVERY = 0.05
_AT_ONCE = 8


class ProgramRun:
    """One attempt after another to run a training job's program.

    Args:
        job: as DescribeTrainingJob gives it; metrics are added to it.
        s3: a client with the rights of the training role.
        command: the program, with its arguments.
        base: an empty folder that stands for /opt/ml.
    """

    def __init__(self, job: Json, s3: Any, command: tuple[str, ...], base: Path) -> None:
        self._job, self._s3, self._command, self.base = job, s3, command, base

    def has_checkpoint(self) -> bool:
        """Whether the program has written a file into the folder of checkpoints."""
        return any((self.base / "checkpoints").iterdir())

    def attempt(self, ending: Callable[[], Ending | None]) -> Ending | None:
        """Run the program; None when it has ended by itself, and else how it was ended.

        Raises:
            TrainingFailedError: it failed, or a channel cannot be sent.
        """
        lay_out(self.base, self._job)
        self._restore_checkpoints()
        with ExitStack() as stack:
            agents = [stack.enter_context(agent) for agent in self._agents()]
            program = stack.enter_context(self._started())
            ended_by = self._wait(program, agents, ending)
        self._keep_checkpoints()
        if ended_by is None and program.returncode:
            raise TrainingFailedError(_reason(self.base, program.returncode))
        return ended_by

    def _wait(
        self,
        program: "subprocess.Popen[str]",
        agents: list[ChannelAgent],
        ending: Callable[[], Ending | None],
    ) -> Ending | None:
        while program.poll() is None:
            if failed := next((agent.failure for agent in agents if agent.failure), None):
                raise TrainingFailedError(f"ClientError: {failed}")
            if ended_by := ending():
                _end(program, ended_by)
                return ended_by
            time.sleep(_LOOKS_EVERY)
        return None

    @contextmanager
    def _started(self) -> "Iterator[subprocess.Popen[str]]":
        """The program, in a group of processes of its own, of which nothing is left behind."""
        with subprocess.Popen(  # noqa: S603 - what this machine's own user asked to run
            self._command,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as program:
            assert program.stdout is not None
            reader = threading.Thread(target=self._read_log, args=(program.stdout,), daemon=True)
            reader.start()
            try:
                yield program
            finally:
                _kill_all(program)
                reader.join(1)

    def _environment(self) -> dict[str, str]:
        """What the service sets, beside what this process has but its AWS settings."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **own,
            **self._job.get("Environment", {}),
            "TRAINING_JOB_NAME": self._job["TrainingJobName"],
            "TRAINING_JOB_ARN": self._job["TrainingJobArn"],
            "SAGEMAKER_BASE_DIR": str(self.base),
        }

    def _read_log(self, log: IO[str]) -> None:
        """Keep the log, and the last value of each metric that it tells."""
        defined = self._job["AlgorithmSpecification"].get("MetricDefinitions", [])
        expressions = [(one["Name"], re.compile(one["Regex"])) for one in defined]
        with (self.base / "output" / "log").open("a", encoding="utf-8") as kept:
            for line in log:
                kept.write(line)
                kept.flush()
                for name, expression in expressions:
                    if found := expression.search(line):
                        self._tell(name, found[1])

    def _tell(self, name: str, text: str) -> None:
        others = [one for one in self._job.get("FinalMetricDataList", []) if one["MetricName"] != name]
        try:
            metric = {"MetricName": name, "Value": float(text), "Timestamp": now()}
        except ValueError:
            return
        self._job["FinalMetricDataList"] = [*others, metric]

    def _agents(self) -> Iterator[Any]:
        objects = objects_of(S3ImageStore(self._s3), at_once=_AT_ONCE)
        mode = self._job["AlgorithmSpecification"]["TrainingInputMode"]
        for channel in self._job["InputDataConfig"]:
            folder = self.base / "input" / "data"
            if is_streamed(channel, mode):
                manifest = folder / f".{channel['ChannelName']}.manifest"
                bucket, key = split_uri(channel["DataSource"]["S3DataSource"]["S3Uri"])
                self._s3.download_file(bucket, key, str(manifest))
                yield _running(ChannelAgent(streamed_channel(channel, manifest), folder, objects))
            else:
                uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
                download_folder(self._s3, uri, folder / channel["ChannelName"])

    def _restore_checkpoints(self) -> None:
        if uri := self._job.get("CheckpointConfig", {}).get("S3Uri"):
            download_folder(self._s3, uri, self.base / "checkpoints")

    def _keep_checkpoints(self) -> None:
        if uri := self._job.get("CheckpointConfig", {}).get("S3Uri"):
            upload_folder(self._s3, self.base / "checkpoints", uri)


@contextmanager
def _running(agent: ChannelAgent) -> Iterator[ChannelAgent]:
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()


def _end(program: "subprocess.Popen[str]", ending: Ending) -> None:
    """End it as SageMaker does: a request first, and force after the grace."""
    program.send_signal(signal.SIGTERM if ending == "terminate" else signal.SIGKILL)
    try:
        program.wait(GRACE)
    except subprocess.TimeoutExpired:
        program.kill()


def _kill_all(program: "subprocess.Popen[str]") -> None:
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    program.wait()


def _reason(base: Path, code: int) -> str:
    """In the form of SageMaker's FailureReason: the program's own words, if any, and the exit code."""
    return f"AlgorithmError: {failure_text(base)}, exit code: {code}"
