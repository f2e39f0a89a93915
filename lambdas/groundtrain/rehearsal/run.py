"""Rehearse a job: one attempt, or two with an interruption between; and what was found."""

import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from groundtrain.errors import GroundtrainError
from groundtrain.pipe.sending import Epoch
from groundtrain.quantities import quantity
from groundtrain.rehearsal.attempt import Attempt, Job, attempt
from groundtrain.rehearsal.checkpoints import forget_reading, reading_is_seen, was_read
from groundtrain.rehearsal.folders import TrainingFolders, files_below
from groundtrain.rehearsal.listener import Listener
from groundtrain.rehearsal.metrics import Metric, MetricSearch
from groundtrain.rehearsal.program import can_mount


class Resumption(Struct, frozen=True):
    """What an interruption showed.

    Attributes:
        attempt: the interrupted one.
        checkpoints: files that it left in /opt/ml/checkpoints.
        read: whether the next attempt read one of them; None where the file system does not say.
    """

    attempt: Attempt
    checkpoints: int
    read: bool | None


class Rehearsal(Struct, frozen=True, kw_only=True):
    """How a program went through its job.

    Attributes:
        mounted: whether it had its folders at /opt/ml; if not, SAGEMAKER_BASE_DIR named them.
        attempt: the last one.
        resumption: of the attempt before it; None when nothing was interrupted.
        model_files: bytes by path below /opt/ml/model.
        failure_text: of /opt/ml/output/failure.
        first_record: seconds from the call until the program had taken an example; None when it took none.
    """

    job: Job
    mounted: bool
    attempt: Attempt
    resumption: Resumption | None
    metrics: dict[str, Metric]
    model_files: dict[str, int]
    failure_text: str
    seconds: float
    first_record: float | None

    @property
    def epochs(self) -> dict[str, list[Epoch]]:
        """The epochs of each channel, those of an interrupted attempt first."""
        attempts = [*([self.resumption.attempt] if self.resumption else []), self.attempt]
        return {name: [e for one in attempts for e in one.epochs[name]] for name in self.attempt.epochs}


class NotInterruptedError(GroundtrainError):
    """The program had ended before it was to be interrupted."""


def rehearse(job: Job, listener: Listener | None = None, *, mount: bool = True) -> Rehearsal:
    """Run the program through its job.

    Args:
        job: what is rehearsed.
        listener: told what goes on.
        mount: whether to mount its folders at /opt/ml where the system allows it.

    Raises:
        GroundtrainError: a line or an object could not be sent, too much was written, or the program ended
            before it was to be interrupted.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="groundtrain-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch) / "ml"
        root.mkdir()
        mounted = mount and can_mount(root)
        timed = _FirstRecord(listener or Listener(), began)
        timed.start(mounted)
        stage = _Stage(job, TrainingFolders(root), mounted, began, timed)
        resumption = stage.interrupted() if job.limits.interrupt_after else None
        last = stage.attempt()
        if resumption:
            resumption = stage.resumed(resumption)
        return Rehearsal(
            job=job,
            mounted=mounted,
            attempt=last,
            resumption=resumption,
            metrics=stage.metrics.metrics,
            model_files=stage.folders.model_files(),
            failure_text=stage.folders.failure_text(),
            seconds=time.monotonic() - began,
            first_record=timed.seconds,
        )


class _FirstRecord(Listener):
    """Passes on what it is told, and measures when the program had taken its first example."""

    def __init__(self, listener: Listener, began: float) -> None:
        self._listener, self._began = listener, began
        self.seconds: float | None = None

    def start(self, mounted: bool) -> None:
        self._listener.start(mounted)

    def line(self, text: str) -> None:
        self._listener.line(text)

    def metric(self, name: str, value: float) -> None:
        self._listener.metric(name, value)

    def channels(self, epochs: Mapping[str, Sequence[Epoch]]) -> None:
        if self.seconds is None and any(epoch.read for those in epochs.values() for epoch in those):
            self.seconds = time.monotonic() - self._began
        self._listener.channels(epochs)


class _Stage:
    """Folders and limits that the attempts of a job share."""

    def __init__(
        self, job: Job, folders: TrainingFolders, mounted: bool, began: float, listener: Listener
    ) -> None:
        self.job, self.folders, self.mounted = job, folders, mounted
        self.metrics = MetricSearch(job.request["AlgorithmSpecification"].get("MetricDefinitions", ()))
        self._deadline = began + job.limits.seconds
        self._listener = listener

    def attempt(self, *, interrupted: bool = False) -> Attempt:
        """One attempt, with everything laid out anew but the checkpoints."""
        return attempt(
            self.job,
            self.folders,
            self.metrics,
            mounted=self.mounted,
            interrupted=interrupted,
            deadline=self._deadline,
            listener=self._listener,
        )

    def interrupted(self) -> Resumption | None:
        """The attempt that is interrupted; None when something else ended it, which is found again."""
        first = self.attempt(interrupted=True)
        after = self.job.limits.interrupt_after
        if first.ended_by == "itself" and first.exit_code == 0:
            channel = self.job.channels[0].name
            raise NotInterruptedError(
                f"the program had ended after {quantity(len(first.epochs[channel]), 'epoch')} of {channel},"
                f" before it was to be interrupted after {after}",
                fix="choose a smaller number, or have it train for more epochs",
            )
        if first.ended_by != "interruption":
            return None
        forget_reading(self.folders.checkpoints)
        return Resumption(first, len(files_below(self.folders.checkpoints)), None)

    def resumed(self, interrupted: Resumption) -> Resumption:
        """With what the attempt after it read."""
        folder = self.folders.checkpoints
        read = was_read(folder) or (False if reading_is_seen(folder) else None)
        return Resumption(interrupted.attempt, interrupted.checkpoints, read)


def free_bytes() -> int:
    """Half of the bytes that are free where the folders are made."""
    return shutil.disk_usage(tempfile.gettempdir()).free // 2
