"""Many labeling jobs and uploads at once, large ones beside them: does all end, once, in the memory it has?

Every job's event is sent twice, and every upload is made twice. On the embedded AWS each queue has two
workers, where the cloud has up to five; so the time says little, the rest a lot. Of the large ones' images
none exists, so that every line is rejected: that is the most that a conversion may have to write.
"""

import re
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from benchmarks.manifests import BUCKET, CLASSES, LABEL, image_uri, manifest_lines
from benchmarks.tables import number_columns
from groundtrain.dataset.description import DESCRIPTION
from groundtrain.errors import GroundtrainError
from groundtrain.progress_reporter import SilentReporter
from local import cdk
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.event_listener import Listener
from local.demo.labeled_data import LabeledData, Upload
from local.demo.labels_in_s3 import upload_manifest
from local.demo.workspace import fresh_workspace

JOBS, LINES, LARGE, SECONDS = 200, 2000, 1_000_000, 60
_PATIENCE_SECONDS = 900.0  # two workers may both be at the large job
_LARGE_ONES = 2  # one of each kind
_NAME = "POWERTOOLS_SERVICE_NAME"


class Outcome(Struct, frozen=True):
    """What there is when nothing happens any more.

    Attributes:
        once: each kind of thing, how many there are, and how many there should be.
        memory: most megabytes that a process of a function held, and how many it may, by function.
        seconds: from the first event to the last message.
    """

    once: dict[str, tuple[int, int]]
    memory: dict[str, tuple[int, int]]
    seconds: float


class LoadError(GroundtrainError):
    """Something is missing, double or too large."""

    exit_code = 1


def run() -> None:
    """Deploy, finish and upload all within a minute, and print what became of them.

    Raises:
        LoadError
    """
    console = Console(width=100)
    console.print(
        f"load: {JOBS} labeling jobs and uploads of {LINES} lines within {SECONDS} s, two of {LARGE} …"
    )
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        workspace = fresh_workspace(Path(directory) / "load")
        template = cdk.ROOT / "environments" / "dev.toml"
        region = write_settings(template, workspace.environments, [BUCKET], own=False, trigger="both")
        _lift_limits(workspace.environments / "dev.toml")
        with deployed(workspace, region, SilentReporter(), training_seconds=0.6) as deployment:
            where = {"LocationConstraint": region}
            deployment.aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
            outcome = under_load(deployment, jobs=JOBS, lines=LINES, large=LARGE, seconds=SECONDS)
    _print(console, outcome)
    refuse_wrong(outcome)


def _lift_limits(settings: Path) -> None:
    """Otherwise most training jobs would wait for tomorrow, as they should."""
    lines = settings.read_text("utf-8").splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if not re.match(r"max_\w*jobs", line)), "utf-8")


def under_load(deployment: Deployment, *, jobs: int, lines: int, large: int, seconds: float) -> Outcome:
    """Finish the labeling jobs, evenly over so many seconds, and wait for the end of it all.

    Every second one is an upload instead. The bucket of their images has to be there.
    """
    listener, name = Listener(deployment), f"load-{time.time_ns():x}"
    small = _data(name, lines, images=lines)
    put_labels(small, deployment)
    names = [f"{name}-{number}" for number in range(jobs)]
    data = [replace(small, job=job, uploads=()) for job in names]
    large_one = _data(name, large, images=0)
    data[:0] = [replace(large_one, job=f"{name}-large-{number}") for number in range(_LARGE_ONES)]
    for each in data[::2]:
        put_labels(each, deployment)
        create_labeling_job(each, deployment)
    began = time.monotonic()
    for number, each in enumerate(data):
        time.sleep(max(0.0, began + seconds * number / len(data) - time.monotonic()))
        if number % 2:
            upload_manifest(each, deployment)
            upload_manifest(each, deployment)
        else:
            finish_labeling_job(each, deployment, events=2)
    memory = _until_all_is_told(deployment, listener, len(data))
    deque(listener.events(), maxlen=0)  # whoever listens next wants to hear of other jobs
    return Outcome(_count(deployment, name, jobs), memory, time.monotonic() - began)


def _data(job: str, lines: int, *, images: int) -> LabeledData:
    keys = (image_uri(number).split("/", 3)[3] for number in range(images))
    return LabeledData(
        job=job,
        label=LABEL,
        manifest=b"".join(manifest_lines(lines)),
        uploads=tuple(Upload(BUCKET, key, b"image") for key in keys),
        classes=CLASSES,
    )


def _until_all_is_told(deployment: Deployment, listener: Listener, jobs: int) -> dict[str, tuple[int, int]]:
    """Most memory of each function's processes, once people were told of every job and the queues are empty.

    Raises:
        LoadError: nothing was told for a quarter of an hour.
    """
    told, last, peaks = set[str](), time.monotonic(), Counter[str]()
    while len(told) < jobs or _waiting(deployment):
        if heard := {message.subject for message in listener.messages()}:
            told, last = told | heard, time.monotonic()
        if time.monotonic() - last > _PATIENCE_SECONDS:
            raise LoadError(
                f"of {jobs} labeling jobs and uploads only {len(told)} ended", fix=f"see {deployment.aws.log}"
            )
        for function, megabytes in _memory(deployment.aws.process.pid):
            peaks[function] = max(peaks[function], megabytes)
        time.sleep(0.5)
    functions = deployment.aws.client("lambda").list_functions()["Functions"]
    limits = {each["Environment"]["Variables"][_NAME]: each["MemorySize"] for each in functions}
    return {name: (peak, limits[name]) for name, peak in sorted(peaks.items())}


def _waiting(deployment: Deployment) -> int:
    sqs = deployment.aws.client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    urls = sqs.list_queues(QueueNamePrefix="groundtrain-")["QueueUrls"]
    held = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] for url in urls]
    return sum(int(number) for queue in held for number in queue.values())


def _memory(root: int) -> Iterator[tuple[str, int]]:
    """Most megabytes that each process of a function below `root` has held, where /proc tells."""
    for process in _processes_below(root):
        with suppress(OSError):  # it has ended meanwhile
            named = re.search(rf"{_NAME}=(\w+)", (process / "environ").read_text(errors="replace"))
            peak = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
            if named and peak:
                yield named[1], int(peak[1]) // 1024


def _processes_below(root: int) -> list[Path]:
    """Children may have smaller numbers than their parents, once the system begins anew with 1."""
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = (process / "stat").read_text()
            parents[int(process.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return [Path("/proc", str(process)) for process in found - {root}]


def _count(deployment: Deployment, name: str, jobs: int) -> dict[str, tuple[int, int]]:
    sqs, sagemaker = deployment.aws.client("sqs"), deployment.aws.client("sagemaker")
    datasets = [key for key in _keys(deployment, f"datasets/{name}-") if key.endswith(f"/{DESCRIPTION}")]
    trained = sagemaker.get_paginator("list_training_jobs").paginate(NameContains=name)
    models = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName="groundtrain-dev")
    descriptions = [
        package["ModelPackageDescription"] for page in models for package in page["ModelPackageSummaryList"]
    ]
    dead = [url for url in sqs.list_queues()["QueueUrls"] if "DeadLetters" in url]
    letters = [sqs.receive_message(QueueUrl=url).get("Messages", []) for url in dead]
    return {
        "datasets": (len(datasets), jobs + _LARGE_ONES),
        "training jobs": (sum(len(page["TrainingJobSummaries"]) for page in trained), jobs),
        "model packages": (sum(name in text for text in descriptions), jobs),
        "dead letters": (sum(map(len, letters)), 0),
    }


def _keys(deployment: Deployment, prefix: str) -> Iterator[str]:
    pages = deployment.aws.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=deployment.datasets_bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", ()))


def refuse_wrong(outcome: Outcome) -> None:
    """Check that nothing is missing, double or too large.

    Raises:
        LoadError
    """
    wrong = [
        f"{there} {what}, not {wanted}" for what, (there, wanted) in outcome.once.items() if there != wanted
    ]
    wrong += [
        f"{name} held {peak} MB of {limit}" for name, (peak, limit) in outcome.memory.items() if peak > limit
    ]
    if wrong:
        raise LoadError("; ".join(wrong))


def _print(console: Console, outcome: Outcome) -> None:
    table = Table("what", *number_columns("there", "wanted"))
    for what, (there, wanted) in outcome.once.items():
        table.add_row(what, str(there), str(wanted))
    for name, (peak, limit) in outcome.memory.items():
        table.add_row(f"{name}, most MB", str(peak), f"at most {limit}")
    table.add_row("seconds from first event to last message", f"{outcome.seconds:.0f}", "")
    console.print(table)
