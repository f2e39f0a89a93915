"""Run a training program on a dataset as SageMaker would: the request, with manifests and images here."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from groundtrain.calls.datasets import LocatedDataset, opened_dataset
from groundtrain.calls.files import refuse_other_than_folder
from groundtrain.calls.image_files import image_store
from groundtrain.calls.manifests import opened_manifest
from groundtrain.calls.settings import environment_of
from groundtrain.calls.training_request import BucketsAndRoleOptions, assumed_request, gate_refusal
from groundtrain.errors import GroundtrainError
from groundtrain.pipe.channel import is_streamed, streamed_channel
from groundtrain.pipe.examples import Objects, objects_of
from groundtrain.pipe.recordio import LONGEST_PART
from groundtrain.rehearsal import run
from groundtrain.rehearsal.attempt import Job, Limits
from groundtrain.rehearsal.findings import findings_of
from groundtrain.rehearsal.listener import Listener
from groundtrain.rehearsal.program import refuse_unknown_command
from groundtrain.rehearsal.run import Rehearsal, free_bytes
from groundtrain.rules import active_codes
from groundtrain.rules.findings import Finding
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment import Environment
from groundtrain.training.algorithms.registry import IN_OWN_REGISTRY

_AT_ONCE = 16


class Rehearsed(Struct, frozen=True):
    """How a program went through its job, and what was found by active rules."""

    rehearsal: Rehearsal
    findings: tuple[Finding, ...]


def rehearse(
    dataset: str,
    command: tuple[str, ...],
    *,
    settings: Path | None = None,
    label: str | None = None,
    image_dir: Path | None = None,
    epochs: int | None = None,
    records: int | None = None,
    split_records: int | None = None,
    interrupt_after: int | None = None,
    timeout: float = Limits().seconds,
    grace: float = Limits().grace,
    override_gate: bool = False,
    listener: Listener | None = None,
    hint: Callable[[str], object] = bool,
) -> Rehearsed:
    """Run the program; the options are those of the command line, times in seconds.

    `listener` is told what goes on, and `hint` is called with what may not have been meant.

    Raises:
        CommandError: there is no such program.
        NotTrainedError: the gate is closed.
        SettingsError, ManifestError, LabelAttributeError, GroundtrainError
    """
    refuse_unknown_command(command)
    environment = environment_of(settings, label=label)
    limits = Limits(
        epochs=epochs,
        records=records,
        longest_part=min(split_records or LONGEST_PART, LONGEST_PART),
        interrupt_after=interrupt_after,
        seconds=timeout,
        grace=grace,
        bytes_written=min(environment.training.volume_gb << 30, free_bytes()),
    )
    with opened_dataset(dataset, environment) as located:
        if not override_gate and (refusal := gate_refusal(located, environment, "rehearse")):
            raise refusal
        with _job(located, environment, image_dir, command, limits, hint) as job:
            rehearsal = run.rehearse(job, listener)
    active = active_codes(environment.dataset.select, environment.dataset.ignore)
    return Rehearsed(rehearsal, tuple(one for one in findings_of(rehearsal) if one.code in active))


@contextmanager
def _job(
    located: LocatedDataset,
    environment: Environment,
    image_dir: Path | None,
    command: tuple[str, ...],
    limits: Limits,
    hint: Callable[[str], object],
) -> Iterator[Job]:
    """The job, while its manifests are at hand."""
    request, _ = assumed_request(located, environment, BucketsAndRoleOptions("", "", ""), 0)
    if limits.interrupt_after and "CheckpointConfig" not in request:
        raise GroundtrainError(
            "the request has no CheckpointConfig, so that nothing would be kept for another attempt",
            fix='set spot = true or "auto" in [training] of the settings, or leave out `--interrupt-after`',
        )
    if environment.training.algorithm not in {one.name for one in IN_OWN_REGISTRY}:
        hint(
            "The request is that of an image of SageMaker's own: for one of yours, set"
            ' algorithm = "own-image" and image_uri in [training] of the settings.'
        )
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as scratch:
        entries = [entry for entry in request["InputDataConfig"] if is_streamed(entry, "Pipe")]
        channels = tuple(
            streamed_channel(
                entry, _manifest(located, entry["DataSource"]["S3DataSource"]["S3Uri"], Path(scratch))
            )
            for entry in entries
        )
        yield Job(
            request=request, channels=channels, objects=_objects(image_dir), command=command, limits=limits
        )


def _manifest(located: LocatedDataset, address: str, scratch: Path) -> Path:
    """A manifest of the dataset as a file of this machine."""
    parsed = parse_s3_address(address)
    name = parsed.key.rpartition("/")[2]
    if located.directory is not None:
        return located.directory / name
    with opened_manifest(address) as source, (scratch / name).open("wb") as file:
        file.writelines(source.open())
    return scratch / name


def _objects(image_dir: Path | None) -> Objects:
    if image_dir is not None:
        refuse_other_than_folder("--image-dir", image_dir)
    return objects_of(image_store(image_dir), _AT_ONCE if image_dir is None else 1)
