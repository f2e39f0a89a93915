"""Follow one labeling job or upload from its event to the final message, and show each step."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from groundtrain.dataset.description import DESCRIPTION, REJECTED, Dataset, parse_dataset
from groundtrain.errors import GroundtrainError
from groundtrain.events.dataset_announcement import DATASET_READY, DATASET_REJECTED, parse_announcement
from groundtrain.events.event import Event
from groundtrain.events.labeling_job_event import LABELING_JOB_STATE_CHANGE
from groundtrain.events.object_created import OBJECT_CREATED, uploaded_object_of
from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES, TRAINING_JOB_STATE_CHANGE
from groundtrain.progress_reporter import ProgressReporter
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.uploads import MANIFEST
from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener, Message, function_logs, last_error
from local.demo.training_progress import INVENTED, NO_MODEL, TrainingProgress
from local.demo.workspace import Workspace
from local.sagemaker.model_packages import STATE_CHANGE as MODEL_PACKAGE_STATE_CHANGE

PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.2
_EXAMPLES = 8
_CRASHED_SECONDS = 5.0


class StuckError(GroundtrainError):
    """Nothing has happened for too long."""

    exit_code = 1


class Follower:
    """Shows what happens to one labeling job, or upload of that name; events of others are ignored.

    Attributes:
        dataset: None until it is made.
        training_job, model_package: name and ARN, "" until they exist.
        messages: messages to subscribers about the job.
        progress: of its training.
    """

    def __init__(
        self,
        labeling_job: str,
        deployment: Deployment,
        listener: Listener,
        workspace: Workspace,
        reporter: ProgressReporter,
    ) -> None:
        self._names = [labeling_job.lower()]
        self._deployment = deployment
        self._listener = listener
        self._workspace = workspace
        self._reporter = reporter
        self.progress = TrainingProgress(deployment.aws.client("sagemaker"))
        self.dataset: Dataset | None = None
        self.training_job = ""
        self.model_package = ""
        self.messages: list[Message] = []
        self._steps_shown = {
            LABELING_JOB_STATE_CHANGE: self._show_labeling_job,
            OBJECT_CREATED: self._show_upload,
            DATASET_READY: self._show_dataset,
            DATASET_REJECTED: self._show_dataset,
            TRAINING_JOB_STATE_CHANGE: self._show_training_job,
            MODEL_PACKAGE_STATE_CHANGE: self._show_model_package,
        }

    def follow(self, messages: int = 1) -> None:
        """Wait until so many messages to people have come: the last says how it ended.

        Raises:
            StuckError: a function failed, or nothing happened for a minute.
        """
        last = time.monotonic()
        while len(self.messages) < messages:
            if self._receive() or self._shows_progress():
                last = time.monotonic()
            else:
                self._fail_when_stuck(time.monotonic() - last)
            time.sleep(_POLL_SECONDS)

    def _receive(self) -> bool:
        received = False
        messages = list(self._listener.messages())  # first: what a message tells of has had its events by now
        for event, text in self._listener.events():
            if self._is_about_this_job(text.decode()):
                received = True
                self._keep_event(text)
                self._steps_shown.get(event.detail_type, lambda _: None)(event)
        for message in messages:
            if self._is_about_this_job(f"{message.subject} {message.message}"):
                received = True
                self._show_message(message)
        return received

    def _shows_progress(self) -> bool:
        """Whether the training job has told another metric; it is shown."""
        if not self.training_job or not self.progress.look(self.training_job):
            return False
        if now := self.progress.now():
            self._reporter.begins(f"training job: {now}")
        return True

    def _is_about_this_job(self, text: str) -> bool:
        """Whether a text is about this job: every event and message names the labeling or training job."""
        return any(name in text.lower() for name in self._names)

    def _show_labeling_job(self, event: Event) -> None:
        status, arn = event.detail["LabelingJobStatus"], event.resources[0]
        self._reporter.reports(f"event: labeling job {status}", [arn])
        self._reporter.begins("convert_manifest reads the output manifest")

    def _show_upload(self, event: Event) -> None:
        upload = uploaded_object_of(event)
        if upload.key.endswith(MANIFEST):
            self._reporter.reports("event: object created", [str(upload), f"version {upload.version or '-'}"])
            self._reporter.begins("convert_manifest reads the manifest")

    def _show_dataset(self, event: Event) -> None:
        announcement = parse_announcement(event)
        self._download(announcement.dataset)
        self.dataset = parse_dataset((self._workspace.dataset / DESCRIPTION).read_bytes())
        verdict = "ready" if event.detail_type == DATASET_READY else "not fit to train"
        self._reporter.reports(
            f"event: dataset {announcement.dataset_id} is {verdict}", self._dataset_details()
        )
        if event.detail_type == DATASET_READY:
            self._reporter.begins("start_training builds the request")

    def _dataset_details(self) -> Iterator[str]:
        data = self.dataset
        assert data is not None
        yield (
            f"{data.source.records} records: {data.train.records} train,"
            f" {data.validation.records} validation, {data.rejected} rejected"
        )
        yield f"classes: {', '.join(data.classes) or 'none'}"
        yield from data.gate.reasons
        yield from self._rejected_lines()

    def _rejected_lines(self) -> Iterator[str]:
        path = self._workspace.dataset / REJECTED
        lines = path.read_bytes().splitlines() if path.exists() else []
        for line in lines[:_EXAMPLES]:
            entry = msgspec.json.decode(line)
            yield f"line {entry['line']}: {entry['code']} {entry['reason']}"
        if len(lines) > _EXAMPLES:
            yield f"… and {len(lines) - _EXAMPLES} more in {path}"

    def _show_training_job(self, event: Event) -> None:
        if not self.training_job:
            self._show_request(event.detail["TrainingJobName"])
        status, secondary = event.detail["TrainingJobStatus"], event.detail["SecondaryStatus"]
        if status in TRAINING_JOB_END_STATUSES:
            self.progress.look(self.training_job)
            reason = event.detail.get("FailureReason")
            self._reporter.reports(
                f"event: training job {status}", [reason] if reason else self.progress.summary()
            )
            self._reporter.begins("record_outcome registers the model")
        else:
            self._reporter.begins(f"training job: {secondary}")

    def _show_request(self, name: str) -> None:
        self.training_job = name
        self._names.append(name)
        request = self._deployment.aws.control("LocalDescribeTrainingRequest", TrainingJobName=name)
        path = self._workspace.root / "request.json"
        path.write_text(json.dumps(request, indent=2) + "\n", "utf-8")
        self._reporter.reports("CreateTrainingJob", _request_details(request))

    def _show_model_package(self, event: Event) -> None:
        self.model_package = event.detail["ModelPackageArn"]
        status = event.detail["ModelApprovalStatus"]
        what = [self.model_package, *([NO_MODEL] if self.progress.is_emulated else [])]
        self._reporter.reports(f"event: model package registered, {status}", what)

    def _show_message(self, message: Message) -> None:
        self.messages.append(message)
        number = len(self.messages)
        path = self._workspace.messages / f"{number}.txt"
        path.write_text(f"Subject: {message.subject}\n\n{message.message}", "utf-8")
        invented = self.progress.is_emulated and any(
            name in message.message for name in self.progress.metrics
        )
        lines = [*message.message.rstrip().splitlines(), *([INVENTED] if invented else [])]
        self._reporter.reports(f"message to people: {message.subject}", lines)

    def _keep_event(self, text: bytes) -> None:
        with (self._workspace.root / "events.jsonl").open("ab") as file:
            file.write(text + b"\n")

    def _download(self, folder: str) -> None:
        s3: Any = self._deployment.aws.client("s3")
        bucket, prefix = parse_s3_address(folder)
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            target = self._workspace.dataset / entry["Key"].removeprefix(prefix)
            target.write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())

    def _fail_when_stuck(self, seconds: float) -> None:
        if seconds > _CRASHED_SECONDS and (error := last_error(self._deployment)):
            raise StuckError(f"a function failed: {error}", fix=f"its log is in {self._workspace.logs}")
        if seconds > PATIENCE_SECONDS:
            raise StuckError(f"nothing has happened for {seconds:.0f} s", fix=f"see {self._workspace.logs}")


def keep_logs(deployment: Deployment, workspace: Workspace) -> None:
    """Write the functions' logs into the workspace."""
    for name, text in function_logs(deployment):
        (workspace.logs / f"{name.strip('/').replace('/', '-')}.log").write_text(text, "utf-8")


def _request_details(request: Mapping[str, Any]) -> Iterator[str]:
    resources, spot = request["ResourceConfig"], request.get("EnableManagedSpotTraining")
    yield request["TrainingJobName"]
    yield request["AlgorithmSpecification"]["TrainingImage"]
    yield (
        f"{resources['InstanceCount']} x {resources['InstanceType']}{', spot' if spot else ''},"
        f" {request['AlgorithmSpecification']['TrainingInputMode']} mode"
    )
    for channel in request["InputDataConfig"]:
        source = channel["DataSource"]["S3DataSource"]
        names = ", ".join(source.get("AttributeNames", ()))
        yield f"{channel['ChannelName']}: {source['S3DataType']} of {names}"
    yield ", ".join(f"{name}={value}" for name, value in sorted(request["HyperParameters"].items()))
