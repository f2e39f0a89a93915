"""Have every image of a manifest looked at by a Distributed Map, once, and go on when it has ended."""

from array import array
from collections.abc import Callable, Iterator, Sequence

from groundtrain.aws import notifications
from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.notifications import NotificationTopic
from groundtrain.aws.step_functions import Execution, ExecutionExistsError, arn_of_execution, start_execution
from groundtrain.dataset.passes.label_choice import Labels
from groundtrain.errors import NotReadyError, SettingsError
from groundtrain.events.event import Event
from groundtrain.images.image_check_cost import (
    ImageCheckCost,
    image_check_cost,
    pixels_to_decode,
    refuse_costly,
)
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.json_text import dump_ascii_json
from groundtrain.linting.image_batch import Findings
from groundtrain.linting.image_check_files import EVENT, IMAGES, SHARDS
from groundtrain.linting.image_shards import CutImages, cut_images, number_of_shards
from groundtrain.linting.images_of_manifest import images_of_manifest, labeled_lines_of
from groundtrain.observability import logger
from groundtrain.output.messages.image_checks import image_check_started, images_not_looked_at
from groundtrain.pipeline.image_check_run import (
    ImageCheck,
    ImageCheckRun,
    ImageMap,
    RunningImageCheck,
    current_run,
)
from groundtrain.pipeline.image_map_findings import collected_findings, failure_of
from groundtrain.pipeline.triggers.labeled_manifest import refuse_incomplete
from groundtrain.s3_addresses import S3Address, find_s3_address

_JSON, _LINES = "application/json", "application/x-ndjson"


def look_by_map(
    labels: Labels, check: ImageCheck, classes: Sequence[str], aws: Clients
) -> Findings | RunningImageCheck | None:
    """Findings by line if the map has succeeded; start it if it never was. None where there is no image.

    Args:
        labels: the label attribute of the manifest.
        check: which manifest is looked at, and how.
        classes: names in the label category file, in order; empty when there is none.
        aws: clients.

    Raises:
        SettingsError: the environment has no state machine.
        ManifestError: it may cost more than the settings allow.
        NotReadyError: the manifest is not complete yet, or another worker is ahead of this one.
        ImageCheckFailedError: it ended without success.
        AccessError: an image lies in a bucket that the environment does not name.
    """
    if check.image_map is None:
        raise SettingsError(
            'images = "full" under [dataset], and the functions know no state machine that looks at images',
            fix="deploy again, which makes it",
        )
    run = current_run(check.dataset, check.image_map.state_machine, aws)
    execution = run.execution
    if execution and not execution.has_ended:
        return RunningImageCheck(execution.arn, execution.redrives)
    if execution and execution.status != "SUCCEEDED":
        raise failure_of(execution, run.folder, aws)
    read = images_of_manifest(check.labeled.manifest, labels, classes)
    if execution:
        found = collected_findings(run.folder, read, labels.keys, check, aws)
        _tell_of_failures(found, execution, check, check.image_map.topic, aws)
        return found
    cost = _cost(read, check)
    if not cost.files:
        return None
    _refuse_incomplete(labels, check, classes)
    return _start(cut_images(read(), labels.keys, run.folder), cost, run, check, check.image_map, aws)


def _cost(read: Callable[[], Iterator[LabeledImage]], check: ImageCheck) -> ImageCheckCost:
    """Refuse what costs too much, and others' buckets before any function asks them.

    The manifest is read for this alone: what its images take to write down may fill the memory, for a check
    that is not to start.
    """
    pixels, lines = array("Q"), 0
    for lines, image in enumerate(read(), 1):  # noqa: B007 - the last is their number
        for uri in filter(None, (image.source, image.mask)):
            pixels.append(pixels_to_decode(image.size, uri))
            if address := find_s3_address(uri):
                check.store.refuse_other_buckets(address.bucket)
    cost = image_check_cost(pixels, number_of_shards(lines))
    refuse_costly(check.labeled.manifest.name, cost, check.environment.gate.max_image_cost)
    return cost


def _refuse_incomplete(labels: Labels, check: ImageCheck, classes: Sequence[str]) -> None:
    """Lines that name an image are others than those with a label: what cannot be read has one, too."""
    if check.labeled.counters:
        refuse_incomplete(check.labeled, labeled_lines_of(check.labeled.manifest, labels, classes))


def _start(
    cut: CutImages,
    cost: ImageCheckCost,
    run: ImageCheckRun,
    check: ImageCheck,
    image_map: ImageMap,
    aws: Clients,
) -> RunningImageCheck:
    _write(run.folder, cut, image_map.event, aws)
    arn = arn_of_execution(image_map.state_machine, run.name)
    _tell(cost, arn, check, image_map.topic, aws)
    try:
        start_execution(aws.step_functions, image_map.state_machine, run.name, run.document)
    except ExecutionExistsError as error:
        raise NotReadyError(f"the execution {run.name} was started by another worker") from error
    return RunningImageCheck(arn)


def _write(folder: S3Address, cut: CutImages, labels: Event, aws: Clients) -> None:
    """The shards last, since a run without them was never started."""
    objects.put(aws.s3, folder.beside(EVENT), dump_ascii_json(labels) + b"\n", content_type=_JSON)
    objects.put(aws.s3, folder.beside(IMAGES), cut.images, content_type=_LINES)
    objects.put(aws.s3, folder.beside(SHARDS), cut.shard_lines, content_type=_LINES)


def _tell(
    cost: ImageCheckCost, execution: str, check: ImageCheck, topic: NotificationTopic, aws: Clients
) -> None:
    limit, name = check.environment.gate.max_image_cost, check.environment.name
    logger.info("Every image is looked at", execution=execution, estimate=str(cost), max_image_cost=limit)
    message = image_check_started(check.labeled.title, name, str(cost), limit, execution)
    notifications.notify(aws, topic, message)


def _tell_of_failures(
    found: Findings, execution: Execution, check: ImageCheck, topic: NotificationTopic, aws: Clients
) -> None:
    failed = sum(each.code == "GT614" for findings in found.values() for each in findings)
    if failed:
        logger.warning("Images were not looked at", execution=execution.arn, lines=failed)
        message = images_not_looked_at(
            check.labeled.title, check.environment.name, failed, execution.arn, str(check.dataset)
        )
        notifications.notify(aws, topic, message)
