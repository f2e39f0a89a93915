"""A manifest that is put into S3 becomes one dataset for each key and content."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from moto.s3.models import s3_backends
from msgspec.structs import replace

from groundtrain.aws.manifest_store import S3Manifest
from groundtrain.dataset.description import parse_dataset
from groundtrain.errors import NotReadyError
from groundtrain.events.object_created import UploadedObject
from groundtrain.pipeline.collected_failures import SomeFailedError
from groundtrain.pipeline.triggers.upload import labeled_by_upload, name_of_upload
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Labeling
from groundtrain.training.job_name import training_job_name
from groundtrain.training.plan import plan_for
from tests.mocked_aws import DATASETS, LABELS
from tests.sagemaker_fake import ACCOUNT
from tests.unit.functions.pipeline import labeled_line, upload_event

KEY = "manifests/yard.manifest"


@pytest.fixture
def pipeline(pipeline):
    pipeline.settings = replace(pipeline.settings, labeling=Labeling(jobs=False, uploads=("manifests/",)))
    return pipeline


def keep_versions(aws):
    aws.clients.s3.put_bucket_versioning(Bucket=LABELS, VersioningConfiguration={"Status": "Enabled"})


def lines(first=0, number=9, **more):
    return "".join(f"{labeled_line(n, **more)}\n" for n in range(first, first + number))


def upload(aws, text=None, *, key=KEY, **more):
    """Put it there, with its images; the event that S3 sends."""
    for number in range(30):
        aws.put(f"images/{number:04}.jpg", b"jpeg")
    put = aws.clients.s3.put_object(Bucket=LABELS, Key=key, Body=text or lines(), **more)
    return upload_event(key, etag=put["ETag"].strip('"'), version=put.get("VersionId"))


def datasets(aws):
    return [parse_dataset(aws.get(key)) for key in aws.written() if key.endswith("/dataset.json")]


def announced(aws):
    return [event["detail"]["dataset"] for event in aws.events()]


def test_an_upload_becomes_a_dataset_that_is_announced(aws, pipeline):
    assert pipeline.convert(upload(aws)) == []
    [dataset], [address] = datasets(aws), announced(aws)
    assert dataset.train.records + dataset.validation.records == 9
    assert dataset.source.uri == f"s3://{LABELS}/{KEY}"
    assert (dataset.label, dataset.is_of_upload, dataset.labeling_job_arn) == ("boxes", True, "")
    assert address == f"s3://{DATASETS}/datasets/{dataset.labeling_job}/{dataset.dataset_id}/"


def test_the_same_event_and_the_same_bytes_once_more_make_no_other_dataset(aws, pipeline):
    event = upload(aws)
    pipeline.convert(event, event, upload(aws))
    assert len(datasets(aws)) == 1
    assert len(set(announced(aws))) == 1


def test_the_same_bytes_in_parts_are_the_same_upload_though_s3_has_another_etag(aws, pipeline):
    text = lines()
    first = upload(aws, text)
    pipeline.convert(first)
    s3 = aws.clients.s3
    begun = s3.create_multipart_upload(Bucket=LABELS, Key=KEY)["UploadId"]
    of = {"Bucket": LABELS, "Key": KEY, "UploadId": begun}
    part = s3.upload_part(**of, PartNumber=1, Body=text.encode())
    done = s3.complete_multipart_upload(
        **of, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    again = upload_event(KEY, etag=done["ETag"].strip('"'), reason="CompleteMultipartUpload")
    assert again["detail"]["object"]["etag"] != first["detail"]["object"]["etag"]
    pipeline.convert(again)
    assert len(datasets(aws)) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_in_whatever_order_the_events_of_three_versions_come_each_content_becomes_a_dataset(
    aws, pipeline, order
):
    keep_versions(aws)
    events = [upload(aws, lines(first)) for first in (0, 10, 20)]
    pipeline.convert(*(events[number] for number in order))
    assert sorted(dataset.source.etag for dataset in datasets(aws)) == DIGESTS
    assert len(set(announced(aws))) == 3


DIGESTS = sorted(__import__("hashlib").sha256(lines(first).encode()).hexdigest() for first in (0, 10, 20))


def test_without_versions_the_last_content_becomes_a_dataset_whichever_event_comes(aws, pipeline):
    first, _ = upload(aws, lines(0)), upload(aws, lines(10))
    pipeline.convert(first)
    [dataset] = datasets(aws)
    assert dataset.source.etag in DIGESTS
    assert b"0010.jpg" in b"".join(aws.get(key) for key in aws.written() if "train.manifest" in key)


def test_a_version_that_is_gone_leaves_its_event_to_the_one_that_is_there(aws, pipeline):
    keep_versions(aws)
    gone, _ = upload(aws, lines(0)), upload(aws, lines(10))
    version = gone["detail"]["object"]["version-id"]
    aws.clients.s3.delete_object(Bucket=LABELS, Key=KEY, VersionId=version)
    assert pipeline.convert(gone) == []
    assert len(datasets(aws)) == 1


def test_the_same_bytes_under_another_key_are_another_upload(aws, pipeline):
    pipeline.convert(upload(aws), upload(aws, key="manifests/depot.manifest"))
    assert len({dataset.labeling_job for dataset in datasets(aws)}) == 2


def test_a_manifest_that_is_replaced_while_it_is_read_is_read_again_later(aws, monkeypatch):
    upload(aws)
    get = aws.clients.s3.get_object

    def replaced_first(**call):
        aws.put(KEY, lines(10))
        return get(**call)

    monkeypatch.setattr(aws.clients.s3, "get_object", replaced_first)
    with pytest.raises(NotReadyError, match="changed while it was read"):
        labeled_by_upload(UploadedObject(LABELS, KEY), aws.clients, DATASETS)
    assert labeled_by_upload(UploadedObject(LABELS, KEY), aws.clients, DATASETS).manifest.etag() in DIGESTS


def test_a_manifest_that_was_deleted_starts_nothing(aws, pipeline, caplog):
    event = upload(aws)
    aws.clients.s3.delete_object(Bucket=LABELS, Key=KEY)
    assert pipeline.convert(event) == []
    assert (datasets(aws), aws.mails()) == ([], [])


@pytest.mark.parametrize("key", ["other/yard.manifest", "manifests/yard.classes.json", "manifests/yard.json"])
def test_what_is_no_manifest_in_a_watched_folder_starts_nothing(aws, pipeline, key):
    assert pipeline.convert(upload(aws, key=key)) == []
    assert datasets(aws) == []


def test_what_the_functions_write_starts_nothing_whatever_the_settings_say(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, labeling=Labeling(uploads=(f"s3://{DATASETS}/datasets/",)))
    key = "datasets/x/train.manifest"
    aws.put(key, lines(), bucket=DATASETS)
    assert pipeline.convert(upload_event(key, bucket=DATASETS)) == []
    assert datasets(aws) == []


def test_the_label_category_file_beside_it_gives_the_classes(aws, pipeline):
    aws.put("manifests/yard.classes.json", json.dumps({"labels": [{"label": "crate"}, {"label": "pallet"}]}))
    pipeline.convert(upload(aws))
    assert datasets(aws)[0].classes == ("crate", "pallet")


def test_of_several_label_attributes_people_are_told_which_there_are(aws, pipeline):
    two = "".join(
        json.dumps(
            {
                **(line := json.loads(labeled_line(n))),
                "more": line["boxes"],
                "more-metadata": line["boxes-metadata"],
            }
        )
        + "\n"
        for n in range(9)
    )
    assert pipeline.convert(upload(aws, two)) == []
    [mail] = aws.mails()
    assert "boxes" in mail["Message"]
    assert "more" in mail["Message"]
    assert "labeling job" not in mail["Message"]
    pipeline.settings = replace(pipeline.settings, dataset=replace(pipeline.settings.dataset, label="more"))
    pipeline.convert(upload_event(KEY))
    assert {dataset.label for dataset in datasets(aws)} == {"", "more"}


def test_where_labeling_jobs_are_switched_off_sagemaker_is_not_asked_about_one(aws, pipeline, caplog):
    arn = aws.sagemaker.add_labeling_job("Pallets-07", output="s3://labels/o")
    event = {"source": "aws.sagemaker", "detail-type": "x", "resources": [arn], "detail": {}}
    assert pipeline.convert(event) == []
    assert (datasets(aws), aws.mails()) == ([], [])


@pytest.mark.parametrize(
    "detail", [{}, {"bucket": {"name": "labels"}}, {"bucket": 1, "object": {"key": "k"}}]
)
def test_an_event_that_names_no_object_is_told(aws, pipeline, detail):
    event = {**upload_event(KEY), "detail": detail}
    assert pipeline.convert(event) == [event]
    [mail] = aws.mails()
    assert "the event names no object in S3" in mail["Message"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("manifests/yard.manifest", "yard"),
        ("manifests/2026/11/Yard 7.manifest", "2026-11-Yard-7"),
        ("manifests/.manifest", "manifest"),
        ("manifests/ヤード.manifest", "manifest"),
        (f"manifests/{'x' * 60}.manifest", "x" * 40),
        ("manifests/../../yard.manifest", "yard"),
    ],
)
def test_a_name_shows_the_end_of_the_key(key, name):
    assert name_of_upload(S3Address("labels", key)).rpartition(".")[0] == name


def test_keys_that_look_alike_have_names_of_their_own():
    keys = ["m/a b.manifest", "m/a-b.manifest", "m/A-b.manifest", "n/a-b.manifest", "m/a/b.manifest"]
    names = [name_of_upload(S3Address(bucket, key)) for key in keys for bucket in ("labels", "others")]
    assert len({name.lower() for name in names}) == 10


def test_a_training_job_of_an_upload_has_a_name_that_sagemaker_takes(aws, pipeline):
    pipeline.convert(upload(aws, key=f"manifests/{'Yard_7 ' * 9}.manifest"))
    [dataset] = datasets(aws)
    name = training_job_name(plan_for(pipeline.settings, dataset.type), dataset, attempt=999)
    assert re.fullmatch("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert "yard-7" in name


def put_at(key, when):
    """Have moto say that the object was put there then."""
    for version in s3_backends[ACCOUNT]["aws"].buckets[LABELS].keys.getlist(key):
        version.last_modified = when.replace(tzinfo=None)


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def test_a_manifest_whose_event_never_came_is_found_by_the_sweep(aws, pipeline):
    upload(aws)
    put_at(KEY, YESTERDAY)
    [message] = pipeline.sweep()
    expected = upload_event(KEY)
    assert {name: message[name] for name in ("source", "detail-type", "resources")} == {
        name: expected[name] for name in ("source", "detail-type", "resources")
    }
    assert pipeline.convert(message) == []
    pipeline.start(*aws.events())
    assert pipeline.sweep() == []
    assert len(datasets(aws)) == 1


def test_the_sweep_reads_no_manifest(aws, pipeline, monkeypatch):
    pipeline.convert(upload(aws))
    pipeline.start(*aws.events())
    put_at(KEY, YESTERDAY)
    monkeypatch.setattr(S3Manifest, "open", None)
    assert pipeline.sweep() == []


def test_a_manifest_whose_dataset_nothing_trains_is_asked_for_again(aws, pipeline):
    pipeline.convert(upload(aws))
    aws.events()
    put_at(KEY, YESTERDAY)
    pipeline.convert(*pipeline.sweep())
    assert len(aws.events()) == len(datasets(aws)) == 1


def test_a_newer_version_whose_event_never_came_is_found_though_the_older_is_done(aws, pipeline):
    keep_versions(aws)
    pipeline.convert(upload(aws))
    pipeline.start(*aws.events())
    upload(aws, lines(10))
    put_at(KEY, YESTERDAY)
    pipeline.convert(*pipeline.sweep())
    assert len(datasets(aws)) == 2


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(days=3)])
def test_a_manifest_that_was_put_there_just_now_or_long_ago_is_left_to_its_event(aws, pipeline, age):
    upload(aws)
    put_at(KEY, datetime.now(UTC) - age)
    assert pipeline.sweep() == []


def test_a_manifest_from_before_the_deployment_is_left_alone(aws, pipeline):
    aws.queue("convert_manifest", made=datetime.now(UTC) - timedelta(hours=2))
    upload(aws)
    put_at(KEY, YESTERDAY)
    assert pipeline.sweep() == []


@pytest.mark.parametrize("key", ["other/yard.manifest", "manifests/yard.classes.json"])
def test_the_sweep_looks_for_manifests_in_the_folders_of_the_settings_only(aws, pipeline, key):
    upload(aws, key=key)
    put_at(key, YESTERDAY)
    assert pipeline.sweep() == []


def test_a_manifest_in_two_folders_of_the_settings_is_asked_for_once(aws, pipeline):
    labeling = Labeling(jobs=False, uploads=("manifests/", "manifests/deep/"))
    pipeline.settings = replace(pipeline.settings, labeling=labeling)
    upload(aws, key="manifests/deep/yard.manifest")
    put_at("manifests/deep/yard.manifest", YESTERDAY)
    assert len(pipeline.sweep()) == 1


def test_a_folder_that_cannot_be_listed_keeps_no_other_from_being_swept(aws, pipeline):
    labeling = Labeling(jobs=False, uploads=("s3://nowhere-at-all/in/", "manifests/"))
    pipeline.settings = replace(pipeline.settings, labeling=labeling)
    upload(aws)
    put_at(KEY, YESTERDAY)
    with pytest.raises(SomeFailedError, match="s3://nowhere-at-all/in/"):
        pipeline.sweep()
    assert len(aws.receive(pipeline.queues["convert_manifest"])) == 1


def test_where_labeling_jobs_are_switched_off_the_sweep_lists_none(aws, pipeline, monkeypatch):
    monkeypatch.setattr("sweep.handler.queue_labeling_jobs", None)
    assert pipeline.sweep() == []


UNUSABLE = {
    "nothing": " ",
    "bytes": "\x00\x01\x02",
    "COCO": json.dumps({"images": [], "annotations": [], "categories": [{"id": 1, "name": "x"}]}),
    "no labels": '{"source-ref": "s3://labels/images/0001.jpg"}\n',
    "bare labels": "".join(
        f'{{"source-ref": "s3://labels/images/{n:04}.jpg", "kind": {n % 2}}}\n' for n in range(9)
    ),
    "nobody labeled": labeled_line(1) + '\n{"source-ref": "s3://labels/images/0002.jpg"}\n',
}


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_messages_about_an_upload_speak_of_no_labeling_job_and_no_option(aws, pipeline, text):
    pipeline.convert(upload(aws, text))
    [mail] = aws.mails()
    for said in ("labeling job", "--label", "LabelingJob"):
        assert said not in mail["Subject"] + mail["Message"]
