"""The job that groundtrain rehearse runs: the request of train --dry-run, with manifests and images here."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.calls.manifests import opened_manifest
from groundtrain.cli.commands.train.buckets_and_role import BucketsAndRoleOptions
from groundtrain.cli.commands.train.dry_run import assumed_request
from groundtrain.cli.commands.train.gate_refusal import gate_refusal
from groundtrain.cli.printing import print_line
from groundtrain.errors import GroundtrainError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe.channel import is_streamed, streamed_channel
from groundtrain.pipe.examples import Objects, objects_of
from groundtrain.rehearsal.attempt import Job, Limits
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment import Environment

_AT_ONCE = 16


@contextmanager
def rehearsed_job(
    located: LocatedDataset,
    environment: Environment,
    image_dir: Path | None,
    command: tuple[str, ...],
    limits: Limits,
    *,
    override_gate: bool,
) -> Iterator[Job]:
    """The job, while its manifests are at hand.

    Raises:
        NotTrainedError: the gate is closed.
        GroundtrainError: the request cannot be made, or does not fit what is asked for.
    """
    if not override_gate and (refusal := gate_refusal(located, environment, "rehearse")):
        raise refusal
    request, _ = assumed_request(located, environment, BucketsAndRoleOptions("", "", ""), 0)
    if limits.interrupt_after and "CheckpointConfig" not in request:
        raise GroundtrainError(
            "the request has no CheckpointConfig, so that nothing would be kept for another attempt",
            fix='set spot = true or "auto" in [training] of the settings, or leave out --interrupt-after',
        )
    if environment.training.algorithm != "own-image":
        print_line(
            "The request is that of an image of SageMaker's own: for one of yours, set"
            ' algorithm = "own-image" and image_uri in [training] of the settings.',
            to_stderr=True,
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
        return objects_of(DirectoryStore(image_dir))
    from groundtrain.aws.clients import connect
    from groundtrain.aws.image_store import S3ImageStore

    return objects_of(S3ImageStore(connect().s3), _AT_ONCE)
