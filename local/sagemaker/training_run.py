"""A training job's life: its states, what it reads and writes, how it can fail.

It trains where there is a program for the request's image. For any other image nothing is trained: the
metrics are invented, and every status says "(emulated)".
It reads as the training role, so a policy that lacks something fails the job here as it would in AWS.
Reasons of failure follow texts that people reported; their exact wording in AWS is not confirmed (C23).
"""

import io
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import ministack_internals
from local.sagemaker.accounts import Account, Json, now
from local.sagemaker.algorithms import algorithm_of
from local.sagemaker.program_run import Ending, ProgramRun
from local.sagemaker.s3_folders import split_uri
from local.sagemaker.training_data import TrainingFailedError, check_data
from local.sagemaker.training_event import event_detail

STATE_CHANGE = "SageMaker Training Job State Change"
STAGES = (
    "Starting",
    "LaunchingMLInstances",
    "PreparingTrainingStack",
    "Downloading",
    "Training",
    "Uploading",
)
EPOCHS = 3
"""So often a metric is told while a job trains."""


def accepted(account: Account, request: Json) -> Json:
    """The job as DescribeTrainingJob gives it right after it was created."""
    job = {key: value for key, value in request.items() if key != "Tags"}
    return {
        **job,
        "HyperParameters": request.get("HyperParameters", {}),
        "TrainingJobArn": account.arn(f"training-job/{request['TrainingJobName']}"),
        "TrainingJobStatus": "InProgress",
        "SecondaryStatus": "Starting",
        "SecondaryStatusTransitions": [],
        "CreationTime": now(),
        "LastModifiedTime": now(),
    }


class _OutOfWaitError(Exception):
    """The job's MaxWaitTime is over."""


class TrainingRun:
    """One job on its way through its states; `program` is the command for its image, if there is one."""

    def __init__(
        self, account: Account, job: Json, endpoint: str, seconds: float, program: tuple[str, ...] = ()
    ) -> None:
        self._account = account
        self._job = job
        self._pause = seconds / len(STAGES)
        self._endpoint = endpoint
        self._client: Any = None
        self._program, self._note = program, "" if program else " (emulated)"
        self._model = b""
        self._outcome = account.next_outcomes.pop(0) if account.next_outcomes else {}

    def run(self) -> None:
        """Go through all states, a little time in each."""
        try:
            for stage in STAGES:
                self._enter("InProgress", stage)
                time.sleep(0 if stage == "Training" else self._pause)
                if self._job["TrainingJobStatus"] == "Stopping":
                    if self._model:
                        self._upload()
                    self._end("Stopped", "Stopped")
                    return
                self._work(stage)
        except _OutOfWaitError:
            self._waited_in_vain()
        except TrainingFailedError as failure:
            self._job["FailureReason"] = str(failure)[:1024]
            self._end("Failed", "Failed")
        else:
            ran_out = self._outcome.get("Outcome") == "MaxRuntimeExceeded"
            self._end(*(("Stopped", "MaxRuntimeExceeded") if ran_out else ("Completed", "Completed")))

    def _waited_in_vain(self) -> None:
        """MaxWaitTime is over, before or after the job had a machine."""
        self._enter("Stopping", "Stopping")
        self._end("Stopped", "MaxWaitTimeExceeded")

    def _work(self, stage: str) -> None:
        if stage == "Starting":
            self._launch()
        elif stage == "Downloading":
            self._job["TrainingStartTime"] = now()
            check_data(self._job, self._s3())
        elif stage == "Training":
            self._train()
        elif stage == "Uploading":
            self._upload()

    def _launch(self) -> None:
        """As the guide says, a spot job without capacity waits in Starting, and one on demand fails."""
        spot = self._job.get("EnableManagedSpotTraining", False)
        if (self._job["ResourceConfig"]["InstanceType"], spot) not in self._account.without_capacity:
            return
        if spot:
            raise _OutOfWaitError
        raise TrainingFailedError(
            "CapacityError: Unable to provision requested ML compute capacity."
            " Please retry using a different ML instance type."
        )

    def _train(self) -> None:
        if self._outcome.get("Outcome") == "Failed":
            raise TrainingFailedError(
                self._outcome.get("FailureReason", "InternalServerError: emulated failure")
            )
        if self._program:
            self._run_program()
            return
        for epoch in range(EPOCHS):
            time.sleep(self._pause / EPOCHS)
            self._job["FinalMetricDataList"] = self._metrics(epoch)
        if self._outcome.get("Outcome") == "MaxWaitTimeExceeded":
            self._keep_checkpoint()
            self._enter("InProgress", "Interrupted")
            raise _OutOfWaitError

    def _run_program(self) -> None:
        """Run it until it has ended by itself or by request; a spot interruption starts another attempt."""
        while True:
            with TemporaryDirectory(prefix="groundtrain-training-") as folder:
                run = ProgramRun(self._job, self._s3(), self._program, Path(folder))
                ending = run.attempt(self._ending_of(run, time.monotonic()))
                self._model = run.packed_model()
            if ending != "kill":
                return
            self._outcome = {}
            self._enter("InProgress", "Interrupted")
            self._enter("InProgress", "Starting")
            self._enter("InProgress", "Training")

    def _ending_of(self, run: ProgramRun, started: float) -> Callable[[], Ending | None]:
        """Whether the program is to end now, and how."""
        longest = self._job["StoppingCondition"]["MaxRuntimeInSeconds"]

        def ending() -> Ending | None:
            if self._outcome.get("Outcome") == "Interrupted" and run.has_checkpoint():
                return "kill"
            if time.monotonic() - started > longest:
                self._outcome = {**self._outcome, "Outcome": "MaxRuntimeExceeded"}
                return "terminate"
            return "terminate" if self._job["TrainingJobStatus"] == "Stopping" else None

        return ending

    def _metrics(self, epoch: int) -> list[Json]:
        """Better from epoch to epoch; of somebody's own image those that the request defines."""
        algorithm = algorithm_of(self._job)
        defined = self._job["AlgorithmSpecification"].get("MetricDefinitions", [])
        first = [algorithm.metric] if algorithm else [(metric["Name"], 0.5) for metric in defined]
        return [
            {"MetricName": name, "Value": round(value + epoch / 10, 2), "Timestamp": now()}
            for name, value in first
        ]

    def _keep_checkpoint(self) -> None:
        if "CheckpointConfig" in self._job:
            bucket, key = split_uri(f"{self._job['CheckpointConfig']['S3Uri'].rstrip('/')}/EMULATED.txt")
            self._s3().put_object(Bucket=bucket, Key=key, Body=b"not a checkpoint, nothing was trained\n")

    def _upload(self) -> None:
        folder = self._job["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        uri = f"{folder}/{self._job['TrainingJobName']}/output/model.tar.gz"
        bucket, key = split_uri(uri)
        try:
            self._s3().put_object(Bucket=bucket, Key=key, Body=self._model or _stand_in_model(self._job))
        except ClientError as error:
            raise TrainingFailedError(f"ClientError: Artifact upload failed: {error}") from error
        self._job["ModelArtifacts"] = {"S3ModelArtifacts": uri}

    def _s3(self) -> Any:  # boto3's clients are typed only by stubs
        if self._client is None:
            role, region = self._job["RoleArn"], self._account.region
            keys = ministack_internals.role_credentials(role, self._job["TrainingJobName"], region)
            session: Any = boto3.Session(*keys, region_name=region)
            configuration = Config(proxies={}, s3={"addressing_style": "path"})
            self._client = session.client("s3", endpoint_url=self._endpoint, config=configuration)
        return self._client

    def _enter(self, status: str, secondary: str, *, events: int = 1, modified: float | None = None) -> None:
        with self._account.lock:
            if self._job["TrainingJobStatus"] == "Stopping" and status == "InProgress":
                return
            moment = now()
            transitions = self._job["SecondaryStatusTransitions"]
            if transitions:
                transitions[-1]["EndTime"] = moment
            transitions.append(
                {"Status": secondary, "StartTime": moment, "StatusMessage": f"{secondary}{self._note}"}
            )
            self._job.update(
                TrainingJobStatus=status, SecondaryStatus=secondary, LastModifiedTime=modified or moment
            )
            detail = event_detail(self._job, self._account.tags.get(self._job["TrainingJobArn"], {}))
        for _ in range(events):
            self._account.publish(STATE_CHANGE, self._job["TrainingJobArn"], detail)

    def _end(self, status: str, secondary: str) -> None:
        started = self._job.get("TrainingStartTime")
        self._job["TrainingEndTime"] = now()
        if started is not None:
            self._job["TrainingTimeInSeconds"] = self._job["BillableTimeInSeconds"] = max(
                1, round(now() - started)
            )
        modified = self._outcome.get("LastModifiedTime")
        self._enter(status, secondary, events=self._outcome.get("Events", 1), modified=modified)


def _stand_in_model(job: Json) -> bytes:
    note = (
        f"Made by the embedded AWS for {job['TrainingJobName']}: not a model, nothing was trained.\n".encode()
    )
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo("EMULATED.txt")
        entry.size = len(note)
        archive.addfile(entry, io.BytesIO(note))
    return buffer.getvalue()
