"""Manifests that were put into S3 and not processed, because their event was lost: found, and queued."""

from collections.abc import Iterator
from datetime import datetime

from groundtrain.aws import queues
from groundtrain.aws.clients import Clients
from groundtrain.aws.uploads import list_manifests
from groundtrain.events.object_created import UploadedObject, upload_event
from groundtrain.observability import Metric, count, logger
from groundtrain.pipeline.collected_failures import Failures
from groundtrain.pipeline.environment_variables import SweepVariables, watched_folders
from groundtrain.pipeline.sweep.missed_jobs import window_of
from groundtrain.pipeline.sweep.processed_jobs import upload_was_processed
from groundtrain.settings.uploads import WatchedFolder


def queue_uploads(variables: SweepVariables, aws: Clients, now: datetime, failures: Failures) -> None:
    """Send an event for every missed manifest to convert_manifest's queue."""
    for upload in _find_missed_uploads(variables, aws, now, failures):
        with failures.caught("manifest", str(upload)):
            logger.warning("Missed manifest", manifest=str(upload))
            event = upload_event(upload.bucket, upload.key, upload.etag)
            queues.send(aws.sqs, variables.convert_queue_url, event)
            count(Metric.UPLOADS_SWEPT)


def _find_missed_uploads(
    variables: SweepVariables, aws: Clients, now: datetime, failures: Failures
) -> Iterator[UploadedObject]:
    """Manifests in the watched folders that went no further, each in its current version."""
    for upload in _uploads(variables, aws, now, failures):
        with failures.caught("manifest", str(upload)):
            if not upload_was_processed(upload, variables, aws):
                yield upload


def _uploads(
    variables: SweepVariables, aws: Clients, now: datetime, failures: Failures
) -> Iterator[UploadedObject]:
    """Each once, though one folder may lie in another."""
    seen = set[UploadedObject]()
    for folder in watched_folders(variables):
        where = f"manifests in s3://{folder.bucket}/{folder.prefix}"
        for upload in failures.listed(where, _put_lately(folder, variables, aws, now)):
            if upload not in seen:
                seen.add(upload)
                yield upload


def _put_lately(
    folder: WatchedFolder, variables: SweepVariables, aws: Clients, now: datetime
) -> Iterator[UploadedObject]:
    window = window_of(variables, aws, now)
    if window.since < window.until:
        yield from list_manifests(aws.s3, folder, since=window.since, until=window.until)
