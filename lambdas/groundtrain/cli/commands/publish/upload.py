"""What publish asks of AWS: where to put labels and images, what is there, and what became of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.aws.aws_errors import refusals_explained
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.aws.stack_outputs import BucketsOfStack, find_buckets
from groundtrain.aws.upload_store import UploadStore
from groundtrain.cli.commands.publish.labels import ReadLabels
from groundtrain.cli.commands.train.start_job import refuse_other_region
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.printing import print_json, print_line
from groundtrain.cli.progress import reporter_for, transferred
from groundtrain.durations import Duration
from groundtrain.linting.check import Check
from groundtrain.manifest.source import ManifestSource
from groundtrain.pipeline.triggers.upload import name_of_upload
from groundtrain.publishing.destination import Destination, find_destination
from groundtrain.publishing.follow import Outcome, follow
from groundtrain.publishing.image_sources import ImageSources, find_sources
from groundtrain.publishing.image_upload import Upload, upload_images
from groundtrain.publishing.patience import NoModelError, Patience
from groundtrain.publishing.publish import (
    MissingImagesError,
    Published,
    placed_manifest,
    publish_labels,
    refuse_missing,
)
from groundtrain.publishing.upload_processes import on_all_cores
from groundtrain.quantities import first_few, quantity
from groundtrain.settings.environment import Environment

_SHOWN = 5

Checking = Callable[[ManifestSource], Check]
"""Checks the manifest with the addresses that its images will have, and ends the command if it must."""


class Order(Struct, frozen=True):
    """What the options say of publishing; `timeout` is None for not to wait."""

    name: str
    folders: tuple[Path, ...]
    is_chosen: bool
    force: bool
    dry_run: bool
    timeout: Duration | None
    workplace: Path


class Result(Struct, frozen=True):
    """What was published, and what came of it as far as it was waited for."""

    destination: Destination
    datasets: str
    sources: ImageSources
    check: Check
    upload: Upload
    published: Published


def upload_and_print(
    found: ReadLabels, checking: Checking, environment: Environment, order: Order, form: str
) -> None:
    """Upload, print where to look, and follow it to the model if that is asked for.

    Raises:
        GroundtrainError: region, stacks or images do not fit, or AWS refuses.
    """
    refuse_other_region(environment)
    aws = connect()
    with refusals_explained("publishing"):
        buckets = find_buckets(aws.cloudformation, environment.name)
        result = _upload(found, checking, environment, order, buckets, aws)
        if form != "json":
            _print(result, environment, order)
        outcome, failure = _followed(result, environment, order, buckets, aws, form)
    if form == "json":
        print_json(_document(result, order, outcome, failure))
    elif outcome:
        print_line(f"A model was registered: {outcome.model_package}")
    if failure is not None:
        if form != "json":
            tell_failure(failure.message, failure.fix)
        exit_with(FINDINGS)


def _upload(
    found: ReadLabels,
    checking: Checking,
    environment: Environment,
    order: Order,
    buckets: BucketsOfStack,
    aws: Clients,
) -> Result:
    destination = find_destination(environment, buckets.labeling, order.name)
    sources = find_sources(found.labels.manifest, destination, order.folders, is_chosen=order.is_chosen)
    try:
        refuse_missing(sources, S3ImageStore(aws.s3), destination)
    except MissingImagesError as error:
        if not order.force:
            raise
        print_line(f"--force: {error.message}", to_stderr=True)
    check = checking(placed_manifest(found.labels, sources, destination, order.workplace))
    store, images = UploadStore(aws.uploads), list(sources.local.values())
    size = sum(image.size for image in images)
    with transferred("Images", len(images), size) as tell:
        spread = on_all_cores(destination.images, aws)
        upload = upload_images(images, destination.images, store, tell, dry_run=order.dry_run, spread=spread)
    published = publish_labels(
        found.labels, sources, upload, destination, store, order.workplace, dry_run=order.dry_run
    )
    name = name_of_upload(destination.manifest)
    datasets = f"s3://{buckets.datasets}/datasets/{name}/"
    return Result(destination, datasets, sources, check, upload, published)


def _followed(
    result: Result, environment: Environment, order: Order, buckets: BucketsOfStack, aws: Clients, form: str
) -> tuple[Outcome | None, NoModelError | None]:
    if order.timeout is None or order.dry_run:
        return None, None
    with reporter_for(form) as reporter:
        try:
            patience = Patience(order.timeout, reporter)
            return follow(result.published, environment, buckets.datasets, aws, patience), None
        except NoModelError as error:
            return None, error


def _print(result: Result, environment: Environment, order: Order) -> None:
    would, check = "would be " if order.dry_run else "", result.check
    print_line(_images_in_words(result, would))
    if counted := result.published.left_out.count:
        names = first_few(result.published.left_out.examples, _SHOWN)
        print_line(f"Labels of other attributes, not published: {counted:,}, {names}")
    if classes := result.published.classes_of_before:
        print_line(
            f"The classes are those of {classes}, which is there from before; --category-file replaces it"
        )
    manifest = result.published.manifest
    if result.published.is_new:
        print_line(f"Manifest {would}put at {manifest}")
    else:
        print_line(f"This was published before: the same manifest is at {manifest}, and nothing starts again")
    print_line(f"Datasets: {result.datasets}")
    print_line(
        f"A message tells what becomes of it. The dashboard is groundtrain-{environment.name} in CloudWatch;"
        f" what failed is shown by groundtrain redrive {environment.name} --dry-run"
    )
    print_line(f"{check.records:,} records of {check.label} ({check.type}): {check.verdict}")


def _images_in_words(result: Result, would: str) -> str:
    upload, folder = result.upload, result.destination.images
    parts = [f"{upload.there:,} were there", f"{upload.new:,} {would or 'were '}uploaded"]
    if upload.replaced:
        parts.append(f"{upload.replaced:,} {would or 'were '}replaced")
    if result.sources.stored:
        parts.append(f"{len(result.sources.stored):,} stay where they are in S3")
    total = len(upload.sha256) + len(result.sources.stored)
    size = f" ({upload.bytes / 1e6:,.1f} MB)" if upload.bytes else ""
    where = f"; {folder}" if upload.sha256 else ""
    return f"{quantity(total, 'image')}: {', '.join(parts)}{size}{where}"


def _document(
    result: Result, order: Order, outcome: Outcome | None, failure: NoModelError | None
) -> dict[str, Any]:
    upload, check = result.upload, result.check
    return {
        "manifest": result.published.manifest,
        "manifest_sha256": result.published.sha256,
        "published_before": not result.published.is_new,
        "dry_run": order.dry_run,
        "label": check.label,
        "records": check.records,
        "train": check.train,
        "validation": check.validation,
        **({} if check.test is None else {"test": check.test}),
        "verdict": str(check.verdict),
        "images": {
            "folder": str(result.destination.images),
            "there": upload.there,
            "uploaded": upload.new,
            "replaced": upload.replaced,
            "bytes": upload.bytes,
            "in_s3": len(result.sources.stored),
        },
        "classes_of_before": result.published.classes_of_before,
        "labels_left_out": msgspec.to_builtins(result.published.left_out),
        "datasets": result.datasets,
        **(msgspec.to_builtins(outcome) if outcome else {}),
        **({"error": {"message": failure.message, "fix": failure.fix}} if failure else {}),
    }
