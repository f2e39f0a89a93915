"""Paragraphs that several messages share: which dataset, how it came out, and what people can do next."""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from groundtrain.dataset.description import DESCRIPTION, REPORT_PAGE, Dataset
from groundtrain.events.dataset_announcement import (
    DATASET_READY,
    GROUNDTRAIN,
    LAST_ATTEMPT,
    DatasetAnnouncement,
)
from groundtrain.output.messages.message_text import Words, bullets, command, first, joined, lines, words
from groundtrain.rules import RULES
from groundtrain.rules.advice import DEPLOYED
from groundtrain.s3_addresses import find_s3_address, key_of
from groundtrain.settings.uploads import CLASS_FILE
from groundtrain.training.cost import Estimate

MOST_LINES = 10
_MOST_CLASSES = 100
_LONGEST_CLASS = 100  # characters
_LONGEST_URL = 4000  # characters; one that is cut leads nowhere
_UNTRAINABLE = {"GT237", "GT508"}


def reason_of_sagemaker(reason: str | None) -> Words:
    """SageMaker's own sentence."""
    return words("SageMaker's reason: {reason}", reason=reason or "none given")


def dataset_folder(dataset: Dataset, announcement: DatasetAnnouncement) -> Iterator[Words]:
    """Where the dataset lies, and where the page to look at is, which says what is in it."""
    yield words("Dataset: {folder}", folder=announcement.dataset)
    yield from report_page(dataset, announcement)


def report_page(dataset: Dataset, announcement: DatasetAnnouncement) -> Iterator[Words]:
    """The page in the console, for whoever is signed in there, and the command that fetches it.

    The address never expires, and opens nothing to anybody. It is that of the console's page on an object
    (Amazon S3 User Guide, "Viewing object properties in the Amazon S3 console").
    """
    folder = find_s3_address(announcement.dataset)
    if dataset.page is UNSET or folder is None:
        return
    page = folder.beside(REPORT_PAGE)
    key = quote(page.key, safe="")
    url = f"https://console.aws.amazon.com/s3/object/{quote(page.bucket, safe='')}?prefix={key}"
    yield words("A report to look at: {url}", url=url, most=_LONGEST_URL)
    yield command("To fetch it:", "aws", "s3", "cp", str(page), REPORT_PAGE)


def name_of(dataset: Dataset) -> str:
    """What people call the dataset: the labeling job by its name, an upload by the key of its manifest."""
    if dataset.is_of_upload:
        return key_of(dataset.source.uri)
    return dataset.labeling_job or f"dataset {dataset.dataset_id}"


def all_classes(dataset: Dataset) -> Words:
    """The names of the classes in the order of their ids, the first hundred of them."""
    return joined(first(dataset.classes, _MOST_CLASSES, f"all in {DESCRIPTION}", longest=_LONGEST_CLASS))


def counts_in_words(dataset: Dataset) -> Words:
    """How many records there are on each side, and why most of the others were left out."""
    of_test = "" if dataset.test_records is None else f" {dataset.test_records} for test,"
    counts = (
        f"{dataset.source.records} records: {dataset.train.records} for training,"
        f" {dataset.validation.records} for validation,{of_test} {dataset.rejected} left out."
    )
    most = sorted(dataset.reasons.items(), key=lambda item: (-item[1], item[0]))[:MOST_LINES]
    lines = bullets([words("{reason}", reason=_reason(code, number)) for code, number in most])
    return words("{counts}\n{lines}", counts=counts, lines=lines) if most else words("{it}", it=counts)


def _reason(code: str, number: int) -> str:
    rule = RULES.get(code)
    return f"{number} {rule.name} ({code}): {DEPLOYED.worded(rule.fix)}" if rule else f"{number} {code}"


def how_to_make_again(dataset: Dataset, announcement: DatasetAnnouncement) -> Words | None:
    """How to have a dataset made again, of the same labels; None for one that was made by hand."""
    if dataset.is_of_upload:
        return command(
            f"If you upload images or correct the {CLASS_FILE} file beside the manifest, delete {DESCRIPTION}"
            " and put the manifest there again, as it is: the dataset is made again.",
            *("aws", "s3", "rm", f"{announcement.dataset}{DESCRIPTION}"),
        )
    if not dataset.labeling_job:
        return None
    return command(
        f"If you upload images or correct the label category file, delete {DESCRIPTION}: the next sweep makes"
        " the dataset again within sweep.look_back of the labeling job's end.",
        *("aws", "s3", "rm", f"{announcement.dataset}{DESCRIPTION}"),
    )


def how_to_override(
    dataset: Dataset, announcement: DatasetAnnouncement, costs: Sequence[Estimate]
) -> Iterator[Words]:
    """How to train although the gate is closed; nothing where that cannot lead to a training job."""
    if _can_be_trained_on(dataset):
        yield command(
            "To train on it all the same, send this event; with false for override_gate the gate is decided"
            " again, by the settings that are deployed then:",
            *ready_event(announcement, override_gate=True),
        )
        yield costs_in_words(costs)


def how_to_start_again(announcement: DatasetAnnouncement) -> Words:
    """How to start the next attempt of a training job that has ended."""
    if announcement.attempt >= LAST_ATTEMPT:
        return words(
            "No attempt is left of it: {last} is the last. Any other setting under [training] gives it a name"
            " of its own: change one and deploy, then send the event of its dataset with attempt 0.",
            last=LAST_ATTEMPT,
        )
    return command(
        "To start it again, send this event:", *ready_event(announcement, attempt=announcement.attempt + 1)
    )


def how_to_start_on_demand(announcement: DatasetAnnouncement) -> Words | None:
    """How to start the next attempt on demand, whatever the settings say; None when none is left."""
    if announcement.attempt >= LAST_ATTEMPT:
        return None
    return command(
        "To start it once on machines on demand, send this event:",
        *_event_of(announcement.on_machines_on_demand()),
    )


def how_to_go_on(announcement: DatasetAnnouncement) -> Words | None:
    """How to go on from the checkpoints of `go_on_from`; None when there are none, or no attempt is left."""
    if announcement.go_on_from is None or announcement.attempt >= LAST_ATTEMPT:
        return None
    return command(
        "Its checkpoints are kept. To go on from them instead of from the start, send this event:",
        *_event_of(replace(announcement, attempt=announcement.attempt + 1, after_instance_type="")),
    )


def _can_be_trained_on(dataset: Dataset) -> bool:
    both_sides = dataset.train.records and dataset.validation.records
    unread = _UNTRAINABLE & dataset.findings.keys()
    return bool(both_sides and dataset.classes) and not unread


def costs_in_words(costs: Sequence[Estimate]) -> Words:
    """Estimates, a line each."""
    return lines([words("It costs {estimate}.", estimate=estimate) for estimate in costs])


def ready_event(
    announcement: DatasetAnnouncement, *, attempt: int | None = None, override_gate: bool | None = None
) -> tuple[str, ...]:
    """The command that sends the ready event by hand, as its arguments."""
    detail = {
        "environment": announcement.environment,
        "labeling_job": announcement.labeling_job,
        "dataset_id": announcement.dataset_id,
        "dataset": announcement.dataset,
        "attempt": announcement.attempt if attempt is None else attempt,
        "override_gate": announcement.override_gate if override_gate is None else override_gate,
    }
    return _put_events(json.dumps(detail))


def _event_of(announcement: DatasetAnnouncement) -> tuple[str, ...]:
    """The command that sends the ready event of exactly this announcement."""
    return _put_events(msgspec.json.encode(announcement).decode())


def _put_events(detail: str) -> tuple[str, ...]:
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": detail}
    return "aws", "events", "put-events", "--entries", json.dumps([entry])
