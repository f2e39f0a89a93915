"""What each function is asked in the tests of interruptions, and what is there in the end."""

import contextlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest
from boto3.s3.transfer import TransferConfig
from moto.s3.models import s3_backends
from msgspec.structs import replace
from s3transfer.utils import ChunksizeAdjuster

from groundtrain.dataset.description import dump_dataset
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.training_settings import Training
from groundtrain.settings.uploads import watched_folder
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER_ADDRESS, KEYS, a_dataset, an_announcement
from tests.mocked_aws import DATASETS, GROUP, LABELS, ROLE, mocked_aws
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.training_plans import planned_request
from tests.unit.functions.image_map import end, executions, look_at_every_image, run_map
from tests.unit.functions.pipeline import (
    Pipeline,
    finish_labeling_job,
    labeled_line,
    labeling_event,
    training_event,
    upload_event,
)
from tests.unit.images.pictures import jpeg
from tests.wire import Wire

JOB = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/pallets-07"
NO_CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."
READY = {
    "source": "groundtrain",
    "detail-type": "Dataset Ready",
    "detail": msgspec.to_builtins(an_announcement()),
}


@dataclass(frozen=True)
class Case:
    """A function, what is there before it is asked, and the event that asks; the sweep needs none.

    Attributes:
        training: settings that it takes. Grants follow from settings, so the tests of grants use their own.
        labels: where they come from: "labeling job", "upload" to the stack's own bucket, "upload elsewhere"
            to an existing one, "" for a case that asks nothing of either; "images" of a labeling job where
            the settings have every image looked at.
    """

    function: str
    prepare: Callable
    event: dict | Callable | None = None
    training: dict = field(default_factory=dict)
    labels: str = ""


def finished(**more):
    def prepare(pipeline):
        finish_labeling_job(pipeline.aws, **({"lines": 6} | more))

    return prepare


def finished_with_faults(pipeline):
    """A category file, a missing image."""
    categories = pipeline.aws.put("categories.json", '{"labels": [{"label": "pallet"}]}')
    finish_labeling_job(pipeline.aws, lines=9, LabelCategoryConfigS3Uri=categories)
    pipeline.aws.clients.s3.delete_object(Bucket="labels", Key="images/0003.jpg")


def finished_with_images(pipeline):
    """The settings have images looked at: one is what its line says, the other is none."""
    dataset = replace(pipeline.settings.dataset, images="header")
    pipeline.settings = replace(pipeline.settings, dataset=dataset)
    finish_labeling_job(pipeline.aws, lines=2)
    pipeline.aws.put("images/0000.jpg", jpeg(size=(640, 480)))


def finished_to_be_looked_at(pipeline):
    """The settings have every image looked at: one is what its line says, the other is none."""
    finished_with_images(pipeline)
    look_at_every_image(pipeline)


def looked_at(pipeline):
    """A map has looked at every image, and ended."""
    finished_to_be_looked_at(pipeline)
    pipeline.convert(labeling_event(JOB))
    run_map(pipeline, *executions())


def end_of_map(pipeline):
    (execution,) = executions()
    return end(execution, execution.status)


def put_there(folder, *, jobs=False, first=0, lines=6):
    """A manifest, a label category file and images, where the settings watch; no event has come yet."""

    def prepare(pipeline):
        labeling = replace(pipeline.settings.labeling, jobs=jobs, uploads=(folder,))
        pipeline.settings = replace(pipeline.settings, labeling=labeling)
        bucket, prefix = watched_folder(folder, LABELS)
        make_bucket(pipeline, bucket)
        for number in range(first, first + lines):
            pipeline.aws.put(f"images/{number:04}.jpg", b"jpeg")
        text = "".join(f"{labeled_line(number)}\n" for number in range(first, first + lines))
        pipeline.aws.put(f"{prefix}yard.classes.json", '{"labels": [{"label": "pallet"}]}', bucket)
        pipeline.aws.put(f"{prefix}yard.manifest", text, bucket)

    return prepare


def put_in_versions(folder, *, jobs=False):
    """The manifest was replaced before its event came; the bucket keeps the first version."""

    def prepare(pipeline):
        bucket, prefix = watched_folder(folder, LABELS)
        make_bucket(pipeline, bucket)
        versions = {"Status": "Enabled"}
        pipeline.aws.clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versions)
        for first in (0, 6):
            put_there(folder, jobs=jobs, first=first)(pipeline)
        older, _ = s3_backends[ACCOUNT]["aws"].buckets[bucket].keys.getlist(f"{prefix}yard.manifest")
        older._version_id = "v1"

    return prepare


def age_objects(bucket, when):
    """Have moto say that all objects of a bucket were put there then."""
    for version in s3_backends[ACCOUNT]["aws"].buckets[bucket].keys.values():
        version.last_modified = when.replace(tzinfo=None)


def make_bucket(pipeline, bucket):
    """It may be there already."""
    place = {"LocationConstraint": REGION}
    with contextlib.suppress(pipeline.aws.clients.s3.exceptions.BucketAlreadyOwnedByYou):
        pipeline.aws.clients.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)


def missed_uploads(folder, *, jobs=False):
    """Of two manifests nobody heard of one, and nothing trains the other one's dataset."""

    def prepare(pipeline):
        put_there(folder, jobs=jobs)(pipeline)
        bucket, prefix = watched_folder(folder, LABELS)
        pipeline.convert(upload_event(f"{prefix}yard.manifest", bucket=bucket))
        pipeline.aws.put(f"{prefix}other.manifest", "no manifest", bucket)
        age_objects(bucket, datetime.now(UTC) - timedelta(days=1))

    return prepare


def converted(pipeline):
    pipeline.aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket=DATASETS)


def converted_but_poor(pipeline):
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=5000))
    converted(pipeline)


def converted_without_quota(*instance_types):
    def prepare(pipeline):
        pipeline.aws.sagemaker.without_quota |= set(instance_types)
        converted(pipeline)

    return prepare


def converted_under(**training):
    def prepare(pipeline):
        limited = msgspec.structs.replace(pipeline.settings.training, **training)
        pipeline.settings = msgspec.structs.replace(pipeline.settings, training=limited)
        converted(pipeline)

    return prepare


def trained_enough(pipeline):
    """One job is all that the settings allow in a day."""
    trained("Completed")(pipeline)
    converted_under(max_jobs_per_day=1)(pipeline)


def trained(status, **more):
    def prepare(pipeline):
        converted(pipeline)
        pipeline.aws.clients.sagemaker.create_training_job(**TRAINING)
        pipeline.aws.sagemaker.end_training_job(TRAINING["TrainingJobName"], status, **more)

    return prepare


def trained_without_a_machine(**more):
    """A job of the environment's own settings; only such a job goes on to the next instance type."""

    def prepare(pipeline):
        pipeline.settings = msgspec.structs.replace(pipeline.settings, training=Training())
        trained("Failed", FailureReason=NO_CAPACITY, **more)(pipeline)

    return prepare


TRAINING = planned_request(
    a_dataset(), Environment(name="test", region=REGION), BucketsAndRole(FOLDER_ADDRESS, "models", ROLE)
)


def after_a_model(pipeline):
    """A dataset that a registered model was trained on."""
    trained("Completed")(pipeline)
    pipeline.record(training_event(TRAINING["TrainingJobName"]))


def finished_large(pipeline):
    """Manifests so large that they are uploaded in parts."""
    finished()(pipeline)
    upload_in_parts(pipeline)


class AtMostThreeParts(ChunksizeAdjuster):
    """A first part, one in the middle and a last: further ones would be as the middle."""

    def adjust_chunksize(self, current_chunksize, file_size=None):
        return max(super().adjust_chunksize(current_chunksize, file_size), -(-(file_size or 0) // 3))


def upload_in_parts(pipeline, size=1000):
    """What is larger is large, to boto3 and to S3."""
    patch = pipeline.patch.setattr
    in_parts = partial(TransferConfig, multipart_threshold=size, multipart_chunksize=size)
    patch("boto3.s3.transfer.TransferConfig", in_parts)
    patch("s3transfer.upload.ChunksizeAdjuster", partial(AtMostThreeParts, min_size=size))
    patch("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", size)


def missed_training_jobs(pipeline):
    """Of seven training jobs three were missed: others are known, under way, or not of this environment."""
    converted(pipeline)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for name, status in (
        ("groundtrain-test-known", "Completed"),
        ("groundtrain-test-one", "Completed"),
        ("groundtrain-test-two", "Failed"),
        ("groundtrain-test-three", "Stopped"),
        ("groundtrain-test-under-way", "InProgress"),
        ("groundtrain-test2-one", "Completed"),
        ("not-groundtrain-test-one", "Completed"),
    ):
        pipeline.aws.clients.sagemaker.create_training_job(**{**TRAINING, "TrainingJobName": name})
        pipeline.aws.sagemaker.end_training_job(name, status, at=yesterday)
    pipeline.record(training_event("groundtrain-test-known"))


def missed_labeling_jobs(pipeline):
    """Of four labeling jobs one is known, and one failed."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    labeling = Labeling(statuses=("Completed", "Failed"))
    pipeline.settings = msgspec.structs.replace(pipeline.settings, labeling=labeling)
    pipeline.convert(labeling_event(finish_labeling_job(pipeline.aws, "known", lines=2, at=yesterday)))
    for name, status in (("one", "Completed"), ("two", "Completed"), ("three", "Failed")):
        finish_labeling_job(pipeline.aws, name, lines=0, at=yesterday, status=status)


def missed_datasets(pipeline):
    """Nothing trains the dataset of a labeling job, and the next attempt of a training job did not begin."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    trained_without_a_machine(at=yesterday)(pipeline)
    pipeline.record(training_event(TRAINING["TrainingJobName"]))
    pipeline.convert(labeling_event(finish_labeling_job(pipeline.aws, lines=4, at=yesterday)))


CASES = {
    "a labeling job": Case(
        "convert_manifest", finished_with_faults, labeling_event(JOB), labels="labeling job"
    ),
    "a large labeling job": Case(
        "convert_manifest", finished_large, labeling_event(JOB), labels="labeling job"
    ),
    "a labeling job and its images": Case(
        "convert_manifest", finished_with_images, labeling_event(JOB), labels="labeling job"
    ),
    "a labeling job whose images are to be looked at": Case(
        "convert_manifest", finished_to_be_looked_at, labeling_event(JOB), labels="images"
    ),
    "images that were looked at": Case("convert_manifest", looked_at, end_of_map, labels="images"),
    "too few labels": Case("convert_manifest", finished(lines=2), labeling_event(JOB), labels="labeling job"),
    "no labels": Case("convert_manifest", finished(lines=0), labeling_event(JOB), labels="labeling job"),
    "a failed labeling job": Case(
        "convert_manifest", finished(status="Failed"), labeling_event(JOB), labels="labeling job"
    ),
    "an unknown labeling job": Case(
        "convert_manifest", lambda _: None, labeling_event(JOB), labels="labeling job"
    ),
    "an upload": Case(
        "convert_manifest",
        put_there("manifests/"),
        upload_event("manifests/yard.manifest"),
        labels="upload",
    ),
    "an upload of too few labels": Case(
        "convert_manifest",
        put_there("manifests/", lines=2),
        upload_event("manifests/yard.manifest"),
        labels="upload",
    ),
    "an upload that was replaced": Case(
        "convert_manifest",
        put_in_versions("manifests/"),
        upload_event("manifests/yard.manifest", version="v1"),
        labels="upload",
    ),
    "an upload that was deleted": Case(
        "convert_manifest",
        put_there("manifests/"),
        upload_event("manifests/gone.manifest"),
        labels="upload",
    ),
    "a dataset": Case("start_training", converted, READY),
    "a dataset that the gate refuses": Case("start_training", converted_but_poor, READY),
    "no quota for the first choice": Case("start_training", converted_without_quota("ml.g5.2xlarge"), READY),
    "no quota at all": Case(
        "start_training", converted_without_quota("ml.g5.2xlarge", "ml.g4dn.2xlarge"), READY
    ),
    "a dataset, and jobs are limited": Case(
        "start_training", converted_under(max_jobs_per_day=50, max_concurrent_jobs=4), READY
    ),
    "a dataset after the last job of the day": Case("start_training", trained_enough, READY),
    "a dataset after a model": Case(
        "start_training",
        after_a_model,
        {**READY, "detail": {**READY["detail"], "attempt": 1}},
        training={"incremental": True},
    ),
    "a trained model": Case(
        "record_outcome", trained("Completed"), training_event(TRAINING["TrainingJobName"])
    ),
    "a failed training": Case(
        "record_outcome", trained("Failed", FailureReason="?"), training_event(TRAINING["TrainingJobName"])
    ),
    "a training without a machine": Case(
        "record_outcome",
        trained_without_a_machine(),
        training_event(TRAINING["TrainingJobName"]),
    ),
    "a training stopped by a person": Case(
        "record_outcome", trained("Stopped"), training_event(TRAINING["TrainingJobName"])
    ),
    "missed labeling jobs": Case("sweep", missed_labeling_jobs, labels="labeling job"),
    "missed training jobs": Case("sweep", missed_training_jobs),
    "missed datasets": Case("sweep", missed_datasets, labels="labeling job"),
    "missed uploads": Case("sweep", missed_uploads("manifests/"), labels="upload"),
}


@dataclass
class Ending:
    """What is there in the end, and what it took.

    Attributes:
        state: objects, training jobs, model packages; messages by id; events and queued messages each once.
        messages: how many were sent, copies included.
        requests: of the last delivery.
    """

    state: dict
    messages: int
    requests: list[str]
    deliveries: int


def run(clients, case, *interruptions, meanwhile=False, again=False) -> Ending:
    """Ask in an AWS of its own, once for each interruption; then, unless it is done, once more.

    With `again` it is asked once more although it is done. With `meanwhile`, the place of an interruption is
    where another worker does the same from start to end.
    """
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        pipeline, wire = Pipeline(aws, patch), Wire(patch)
        prepare(pipeline, case)
        pipeline.around = wire.carries
        if meanwhile:
            wire.meanwhile = lambda: ask(pipeline, case, 1)
        for number, interruption in enumerate((*interruptions, None), 1):
            wire.plan(interruption)
            done = ask(pipeline, case, number)
            if done:
                break
        if again:
            ask(pipeline, case, number + 1)
        return Ending(*look(aws, pipeline), wire.requests, number)


def run_at_once(clients, case, workers) -> dict:
    """What is there when so many workers were asked in the same moment, and all have ended."""
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        pipeline = Pipeline(aws, patch)
        prepare(pipeline, case)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _: ask(pipeline, case, 1), range(workers)))
        return look(aws, pipeline)[0]


def prepare(pipeline, case):
    """Have there what is there before; what was said then is past."""
    training = msgspec.structs.replace(pipeline.settings.training, **case.training)
    pipeline.settings = msgspec.structs.replace(pipeline.settings, training=training)
    case.prepare(pipeline)
    for past in (pipeline.aws.mails, pipeline.aws.events):
        past()


def ask(pipeline, case, number) -> bool:
    """Whether the function did not fail."""
    with contextlib.suppress(Exception):
        if case.event is None:
            pipeline.call_sweep()
        else:
            event = case.event(pipeline) if callable(case.event) else case.event
            pipeline.deliver(case.function, event, number)
        return True
    return False


def look(aws, pipeline):
    mails = aws.mails()
    state = {
        "objects": {key: aws.get(key) for key in aws.written()},
        "executions": [(each.name, each.execution_input, each.status) for each in executions()],
        "training jobs": dict(aws.sagemaker.training_requests),
        "model packages": _packages(aws),
        "messages": {mail["MessageAttributes"]["id"]["Value"]: _words(mail) for mail in mails},
        "events": _each_once((event["detail-type"], event["detail"]) for event in aws.events()),
        "asked for by the sweep": {
            name: _each_once(aws.receive(pipeline.queues[name]))
            for name in ("convert_manifest", "record_outcome")
        },
    }
    return state, len(mails)


def _words(mail):
    return mail.get("Subject"), mail["Message"]


def _packages(aws):
    found = aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    return [package["ModelPackageArn"] for package in found]


def _each_once(things):
    return sorted({json.dumps(thing, sort_keys=True) for thing in things})
