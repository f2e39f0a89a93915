"""A training program, run on this machine as SageMaker runs an image, with the rights of the training role.

Source: SageMaker Developer Guide, "How Amazon SageMaker Runs Your Training Image" and "Managed Spot
Training". The number that pipes begin with in another attempt is not confirmed (C15); here it is 0.
"""

import io
import tarfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import is_streamed, streamed_channel
from groundtrain.pipe.examples import objects_of
from groundtrain.rehearsal.folders import TrainingFolders, files_below
from groundtrain.rehearsal.metrics import MetricSearch
from groundtrain.rehearsal.program import GRACE, Program, can_mount, service_environment
from local.sagemaker.accounts import Json, now
from local.sagemaker.s3_folders import download_folder, split_uri, upload_folder
from local.sagemaker.training_data import TrainingFailedError

Ending = Literal["terminate", "kill"]
"""By request, with time to react, or as when a spot machine is taken away."""
_LOOKS_EVERY = 0.05
_AT_ONCE = 8


class ProgramRun:
    """A training job's program; another attempt is another run.

    Args:
        job: as DescribeTrainingJob gives it; metrics are added to it.
        s3: a client with the rights of the training role.
        command: the program, with its arguments.
        root: an empty folder that stands for /opt/ml.
    """

    def __init__(self, job: Json, s3: Any, command: Sequence[str], root: Path) -> None:
        self._job, self._s3, self._command = job, s3, command
        self._folders = TrainingFolders(root)
        self._checkpoints = job.get("CheckpointConfig", {}).get("S3Uri", "")
        self._search = MetricSearch(job["AlgorithmSpecification"].get("MetricDefinitions", []))

    def has_checkpoint(self) -> bool:
        """Whether the program has written a file into the folder of checkpoints."""
        return bool(files_below(self._folders.checkpoints))

    def attempt(self, ending: Callable[[], Ending | None]) -> Ending | None:
        """Run the program; None when it has ended by itself, and else how it was ended.

        Raises:
            TrainingFailedError: it failed, or a channel cannot be sent.
        """
        self._folders.lay_out(self._job)
        if self._checkpoints:
            download_folder(self._s3, self._checkpoints, self._folders.checkpoints)
        with ExitStack() as stack:
            agents = self._agents(stack)
            code, ended_by = self._followed(agents, ending, stack)
        if self._checkpoints:
            upload_folder(self._s3, self._folders.checkpoints, self._checkpoints)
        if code:
            raise TrainingFailedError(f"AlgorithmError: {self._folders.failure_text()}, exit code: {code}")
        return ended_by

    def packed_model(self) -> bytes:
        """The folder of the model as model.tar.gz; empty where the program left nothing."""
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            archive.add(self._folders.model, arcname=".")
        return content.getvalue()

    def _followed(
        self, agents: Sequence[ChannelAgent], ending: Callable[[], Ending | None], stack: ExitStack
    ) -> tuple[int, Ending | None]:
        """The exit code of a program that ended by itself, 0 of another, and how it was ended."""
        root, environment = self._folders.root, service_environment(self._job, self._job["TrainingJobArn"])
        mounted = can_mount(root)
        program = Program(
            self._command, root, mounted=mounted, environment=environment, on_line=self._look_at
        )
        stack.callback(program.kill)
        while (code := program.wait(_LOOKS_EVERY)) is None:
            if failed := next((agent.failure for agent in agents if agent.failure), None):
                raise TrainingFailedError(f"ClientError: {failed}")
            if ended_by := ending():
                if ended_by == "terminate":
                    program.terminate(GRACE)
                return 0, ended_by
        return code, None

    def _look_at(self, line: str) -> None:
        """Keep the last value of each metric that the line tells."""
        for name, value in self._search.look_at(line):
            others = [one for one in self._job.get("FinalMetricDataList", []) if one["MetricName"] != name]
            metric = {"MetricName": name, "Value": value, "Timestamp": now()}
            self._job["FinalMetricDataList"] = [*others, metric]

    def _agents(self, stack: ExitStack) -> list[ChannelAgent]:
        """Agents that send the channels in Pipe mode; those in File mode are copied."""
        objects = objects_of(S3ImageStore(self._s3), at_once=_AT_ONCE)
        mode, folder, agents = (
            self._job["AlgorithmSpecification"]["TrainingInputMode"],
            self._folders.data,
            [],
        )
        for channel in self._job["InputDataConfig"]:
            uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
            if not is_streamed(channel, mode):
                download_folder(self._s3, uri, folder / channel["ChannelName"])
                continue
            manifest = self._folders.root / f"{channel['ChannelName']}.manifest"
            self._s3.download_file(*split_uri(uri), str(manifest))
            agents.append(ChannelAgent(streamed_channel(channel, manifest), folder, objects))
            agents[-1].start()
            stack.callback(agents[-1].stop)
        return agents
