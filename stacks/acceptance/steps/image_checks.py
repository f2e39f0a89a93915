"""Every image of a small upload is looked at by a map of Step Functions, before any GPU is asked for."""

from collections.abc import Iterator

from groundtrain.dataset.description import DESCRIPTION, Dataset, parse_dataset
from groundtrain.events.dataset_announcement import DATASET_REJECTED
from groundtrain.events.image_check_event import EXECUTION_STATUS_CHANGE
from groundtrain.s3_addresses import parse_s3_address
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.drawn_labels import image_manifest
from stacks.acceptance.step import Outcome
from stacks.acceptance.steps.training_jobs import upload_with_images

_IMAGES = 10  # fewer than the gate asks for, so that nothing is trained
_LOOKED_AT = 300  # seconds


def look_at_images(run: AcceptanceRun) -> Outcome:
    """Upload ten images, one of them cut off: it alone is left out, and the gate stays closed."""
    name, bucket = f"looked-{run.seed}", run.output("LabelingBucketName")
    manifest, images = image_manifest(run.seed, f"s3://{bucket}/{name}/", _IMAGES)
    first = min(images)
    images[first] = images[first][: len(images[first]) // 2]
    upload_with_images(run, name, manifest, images)
    told = run.subscriptions.message("not trained", name, seconds=_LOOKED_AT)
    if told is None:
        heard = run.subscriptions.subjects(name)
        return Outcome(1, (f"no message that it is not trained; people were told: {heard or 'nothing'}",))
    return Outcome(_IMAGES, tuple(_faults(run, name)))


def _faults(run: AcceptanceRun, name: str) -> Iterator[str]:
    dataset = _rejected_dataset(run, name)
    if dataset is None:
        yield "no event that the dataset is rejected"
    elif dataset.rejected != 1 or not any(code.startswith("GT6") for code in dataset.reasons):
        yield f"left out are {dataset.rejected} lines, for {dataset.reasons or 'nothing'}"
    if event := run.subscriptions.event(EXECUTION_STATUS_CHANGE, name, seconds=60):
        run.examples.add("execution_succeeded", event)
    else:
        yield "no event that the map has ended"


def _rejected_dataset(run: AcceptanceRun, name: str) -> Dataset | None:
    event = run.subscriptions.event(DATASET_REJECTED, name, seconds=60)
    if event is None:
        return None
    folder = parse_s3_address(event["detail"]["dataset"])
    found = run.services("s3").get_object(Bucket=folder.bucket, Key=f"{folder.key}{DESCRIPTION}")
    return parse_dataset(found["Body"].read())
