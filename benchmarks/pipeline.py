"""From a labeling job's event to an accepted training job: where the time goes, on the embedded AWS.

The manifest has as many images as CBCL StreetScenes. The moments are those of the requests that reach the
embedded AWS, so that nothing is added to what is measured. The first labeling job meets cold functions, the
others warm ones.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from benchmarks.manifests import BUCKET, CLASSES, LABEL, image_uri, manifest_lines
from benchmarks.tables import number_columns
from groundtrain.errors import GroundtrainError
from groundtrain.progress_reporter import SilentReporter
from local import cdk
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.labeled_data import LabeledData, Upload
from local.demo.workspace import Workspace, fresh_workspace
from local.request_log import Request, read_request_log

IMAGES = 3548
_PATIENCE_SECONDS = 120.0


def run(rounds: int = 4) -> None:
    """Deploy, finish so many labeling jobs one after the other, and print a table."""
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        workspace = fresh_workspace(Path(directory) / "benchmark")
        region = write_settings(
            cdk.ROOT / "environments" / "dev.toml", workspace.environments, [BUCKET], own=False
        )
        console = Console(width=100)
        console.print(f"pipeline: {IMAGES} images, {rounds} labeling jobs one after the other …")
        with deployed(workspace, region, SilentReporter(), training_seconds=0.2) as deployment:
            jobs = _take_rounds(rounds, deployment, workspace)
            _print(console, [_seconds_by_part(requests) for requests in jobs])


def _take_rounds(rounds: int, deployment: Deployment, workspace: Workspace) -> Iterator[list[Request]]:
    data = LabeledData(
        job="",
        label=LABEL,
        manifest=b"".join(manifest_lines(IMAGES)),
        uploads=tuple(Upload(BUCKET, image_uri(i).split("/", 3)[3], b"image") for i in range(IMAGES)),
        classes=CLASSES,
        buckets=(BUCKET,),
    )
    for number in range(rounds):
        data = replace(data, job=f"Scenes-{number}")
        put_labels(data, deployment)
        create_labeling_job(data, deployment)
        before = len(read_request_log(workspace.request_log))
        finish_labeling_job(data, deployment)
        yield _requests_of_one_job(workspace.request_log, before)
        data = replace(data, uploads=(), buckets=())


def _requests_of_one_job(request_log: Path, before: int) -> list[Request]:
    """All requests since then, once the model is registered and nothing disturbs the next job."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        requests = read_request_log(request_log)[before:]
        if any(request.asks == "SageMaker.CreateModelPackage" for request in requests):
            return sorted(requests, key=lambda request: request.began)
        time.sleep(0.2)
    raise GroundtrainError(f"no model was registered in {_PATIENCE_SECONDS:.0f} s")


class _Part(NamedTuple):
    """A part of the way: it ends where the first (or last) such request that comes after begins or ends."""

    name: str
    asks: str
    until: Literal["first began", "first ended", "last ended"]


_PARTS = (
    _Part("event reaches convert_manifest", r"SageMaker\.DescribeLabelingJob", "first began"),
    _Part("find the manifest; is there a dataset?", r"GET .*/output\.manifest", "first began"),
    _Part("read the manifest's sources", rf"GET /{BUCKET}", "first began"),
    _Part("ask whether the images exist", rf"GET /{BUCKET}", "last ended"),
    _Part("parse the answers, check, split, write", r"PUT .*/train\.manifest", "first began"),
    _Part("upload the dataset", r"PUT .*/dataset\.json", "first ended"),
    _Part("announce it", r"AWSEvents\.PutEvents", "first ended"),
    _Part("event reaches start_training", r"GET .*/dataset\.json", "first began"),
    _Part("build the request", r"SageMaker\.CreateTrainingJob", "first began"),
    _Part("request is accepted", r"SageMaker\.CreateTrainingJob", "first ended"),
)


def _seconds_by_part(requests: list[Request]) -> list[float]:
    start = next(each.began for each in requests if each.asks == "SageMaker.LocalFinishLabelingJob")
    moments = [start]
    for part in _PARTS:
        matching = [
            each for each in requests if re.fullmatch(part.asks, each.asks) and each.ended > moments[-1]
        ]
        found = matching[-1 if part.until.startswith("last") else 0]
        moments.append(max(moments[-1], found.began if part.until.endswith("began") else found.ended))
    return [end - begin for begin, end in pairwise(moments)]


def _print(console: Console, rounds: list[list[float]]) -> None:
    cold, warm = rounds[0], [statistics.median(seconds) for seconds in zip(*rounds[1:], strict=True)]
    table = Table(
        "part", *number_columns("cold, ms", f"warm, ms (median of {len(rounds) - 1})", "share of warm")
    )
    for part, first, usual in zip(_PARTS, cold, warm, strict=True):
        table.add_row(part.name, f"{1000 * first:.0f}", f"{1000 * usual:.0f}", f"{usual / sum(warm):.0%}")
    table.add_row("event to accepted request", f"{1000 * sum(cold):.0f}", f"{1000 * sum(warm):.0f}", "")
    console.print(table)
