"""Runs of a check of every image, each of which is a folder in S3 and an execution of the state machine.

The folder of a run is `image-checks/<name>/<dataset id>/<run>/`: images.jsonl, shards.jsonl, and the event of
the labels, to which the map's end leads back. The execution is named by dataset id and run, so that a
repeated event starts no other. When its dataset is made the run is marked as used: whoever deletes
dataset.json afterwards has the images looked at again, in the next run.
"""

from itertools import count

from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.aws.notifications import NotificationTopic
from groundtrain.aws.step_functions import Execution, arn_of_execution, find_execution
from groundtrain.dataset.description import DESCRIPTION
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events.event import Event, parse_event
from groundtrain.linting.image_check_files import EVENT, FOLDER, SHARDS, USED
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Environment


class ImageMap(Struct, frozen=True):
    """What has images looked at, and who is told.

    Attributes:
        state_machine: its ARN.
        topic: whom it is told.
        event: of the labels; the map's end leads back to it.
    """

    state_machine: str
    topic: NotificationTopic
    event: Event


class ImageCheck(Struct, frozen=True):
    """The images of a manifest that are to be looked at.

    Attributes:
        image_map: what has every pixel looked at; None where nothing can.
        labeled: the manifest.
        environment: the settings.
        dataset: the folder of its dataset, whose key ends in "/".
        store: where the images are.
    """

    image_map: ImageMap | None
    labeled: LabeledManifest
    environment: Environment
    dataset: S3Address
    store: S3ImageStore


class RunningImageCheck(Struct, frozen=True):
    """A map is at work; its end is an event. `redrives`: how often it was let go on after a failure."""

    execution: str
    redrives: int = 0


class ImageCheckRun(Struct, frozen=True):
    """A run: its folder, whose key ends in "/", and its execution if there is one."""

    folder: S3Address
    number: int
    name: str
    execution: Execution | None

    @property
    def document(self) -> dict[str, str]:
        """The input of the execution."""
        return {"bucket": self.folder.bucket, "key": self.folder.beside(SHARDS).key}


def current_run(dataset: S3Address, state_machine: str, aws: Clients) -> ImageCheckRun:
    """The first run that is not used.

    A name stays taken for longer than its folder is kept, so a run that ended without one is used, too.

    Raises:
        NotReadyError: the dataset was made meanwhile.
    """
    dataset_id = dataset.key.rstrip("/").rpartition("/")[2]
    for number in count(1):
        folder = _folder_of(dataset, number)
        if objects.exists(aws.s3, folder.beside(USED)):
            if objects.exists(aws.s3, dataset.beside(DESCRIPTION)):
                raise NotReadyError(f"{dataset} was made meanwhile")
            continue
        name = f"{dataset_id}-{number}"
        execution = find_execution(aws.step_functions, arn_of_execution(state_machine, name))
        ended = execution is not None and execution.has_ended
        if not ended or objects.exists(aws.s3, folder.beside(SHARDS)):
            return ImageCheckRun(folder, number, name, execution)
    raise AssertionError("there is a run for each number")


def mark_used(dataset: S3Address, aws: Clients) -> None:
    """Mark the run that a dataset was made of; nothing where none is left to mark."""
    for number in count(1):
        folder = _folder_of(dataset, number)
        if not objects.exists(aws.s3, folder.beside(USED)):
            if objects.exists(aws.s3, folder.beside(SHARDS)):
                objects.put(aws.s3, folder.beside(USED), b"{}\n", content_type="application/json")
            return


def labels_of(shards: S3Address, datasets_bucket: str, aws: Clients) -> Event:
    """The event of the labels whose images were looked at, kept beside their shards.

    Raises:
        MissingObjectError: it is there no longer.
        GroundtrainError: the shards lie elsewhere.
        AccessError
    """
    if shards.bucket != datasets_bucket or not shards.key.startswith(FOLDER):
        raise GroundtrainError(
            f"{shards} does not lie in s3://{datasets_bucket}/{FOLDER}",
            fix="start no execution by hand; a check of images is started with its dataset",
        )
    return parse_event(objects.read(aws.s3, shards.beside(EVENT)))


def _folder_of(dataset: S3Address, number: int) -> S3Address:
    """`image-checks/<name>/<dataset id>/<run>/`, beside `datasets/<name>/<dataset id>/`."""
    return S3Address(dataset.bucket, f"{FOLDER}{dataset.key.partition('/')[2]}{number}/")
