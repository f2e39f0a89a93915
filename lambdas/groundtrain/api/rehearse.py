"""`groundtrain.rehearse`."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.api.call import AnyPath, called
from groundtrain.api.result import Finding, Result, Table, findings_table
from groundtrain.calls.rehearse import rehearse as rehearse_program
from groundtrain.durations import parse_duration
from groundtrain.errors import WrongCallError
from groundtrain.output.rehearsal_report import rehearsal_document
from groundtrain.rehearsal.attempt import EndedBy
from groundtrain.rehearsal.program import CommandError

_AS_WORDS = 'write its words as a list, such as ["python", "train.py"]'


class ChannelCounts(Struct, frozen=True):
    """What a program read of a channel: epochs, records and bytes; `unread` records of epochs that ended."""

    epochs: int
    records: int
    bytes: int
    unread: int


class Metric(Struct, frozen=True):
    """How often a metric was found in what the program printed, and its last value."""

    found: int
    last: float | None


class Rehearsal(Result, frozen=True, kw_only=True):
    """How a training program went through its job.

    Attributes:
        exit_code: the program's; None when it had to be killed.
        folders: where the program had its folders: "/opt/ml", or where SAGEMAKER_BASE_DIR says.
        model_files: bytes by path below /opt/ml/model.
        failure: text of /opt/ml/output/failure.
    """

    verdict: Literal["rehearsed", "rehearsed-with-warnings", "failed"]
    exit_code: int | None
    ended_by: EndedBy
    folders: str
    channels: dict[str, ChannelCounts]
    metrics: dict[str, Metric]
    model_files: dict[str, int]
    failure: str
    seconds: float
    seconds_to_first_record: float | None
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        because = "; ".join(finding.message for finding in self.findings if finding.severity == "error")
        return f"{self.verdict}: {because}" if because else self.verdict

    def tables(self) -> dict[str, Table]:
        """Findings, channels and metrics."""
        channels = [
            [name, each.epochs, each.records, each.bytes, each.unread] for name, each in self.channels.items()
        ]
        metrics = [[name, each.found, each.last] for name, each in self.metrics.items()]
        return {
            "findings": findings_table(self.findings),
            "channels": Table(("channel", *ChannelCounts.__struct_fields__), channels),
            "metrics": Table(("metric", *Metric.__struct_fields__), metrics),
        }


def rehearse(
    dataset: AnyPath,
    command: Iterable[str],
    *,
    settings: AnyPath | None = None,
    label: str | None = None,
    image_dir: AnyPath | None = None,
    epochs: int | None = None,
    records: int | None = None,
    split_records: int | None = None,
    interrupt_after: int | None = None,
    timeout: str | float = "10m",
    grace: str | float = "2m",
    override_gate: bool = False,
) -> Rehearsal:
    """Run a training program on this machine as SageMaker would, as `groundtrain rehearse` does.

    Args:
        dataset: a dataset's directory, its s3:// address, or a plain manifest.
        command: words of the program, such as ["python", "train.py"].
        settings: settings file.
        label: label attribute of a plain manifest; needed when there are several.
        image_dir: folder that holds the images, instead of S3.
        epochs: end the program when it opens one more epoch of a channel.
        records: end each channel's epoch after so many records.
        split_records: send records in parts of this many bytes.
        interrupt_after: interrupt the job after so many epochs as spot does, and start it again.
        timeout: end the program after so long: seconds, or a text such as "90s" or "2h".
        grace: time between SIGTERM and SIGKILL where the program is ended.
        override_gate: rehearse although the gate is closed.

    Raises:
        GroundtrainError: the gate is closed, the program or the dataset is not there, or the call is wrong.
    """
    with called(rehearse, locals()) as call:
        arguments = call.arguments
        for name in ("timeout", "grace"):
            arguments[name] = _seconds(name, arguments[name])
        words = arguments.pop("command")
        if not words:
            raise WrongCallError("no program is named", fix=_AS_WORDS)
        try:
            done = rehearse_program(arguments.pop("dataset"), words, **arguments)
        except CommandError as error:
            error.fix = f"check its name; {_AS_WORDS}"
            raise
        findings = tuple(replace(one, fix=call.words.worded(one.advice)) for one in done.findings)
        return Rehearsal.of(rehearsal_document(done.rehearsal, findings))


def _seconds(name: str, time: str | float) -> float:
    if isinstance(time, float) and time > 0:
        return time
    try:
        return parse_duration(f"{time}s" if str(time).isdecimal() else time)
    except ValueError as error:
        raise WrongCallError(f"`--{name}`: {error}", fix='write seconds, or a text such as "10m"') from error
