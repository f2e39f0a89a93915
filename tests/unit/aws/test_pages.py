"""Every answer that AWS gives in pages is read to its last page."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

import groundtrain.aws
from groundtrain.aws import dead_letters
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.aws.preflight import account, buckets, deployment, network, training
from groundtrain.aws.sagemaker import labeling_jobs, model_packages, training_job_limits, training_jobs
from groundtrain.aws.sagemaker.training_job_limits import LimitReachedError
from groundtrain.images.existence import ListedPage
from groundtrain.images.image_file import StoredObject
from groundtrain.settings.training_settings import Training

SOURCES = [ast.parse(file.read_text("utf-8")) for file in Path(groundtrain.aws.__path__[0]).rglob("*.py")]
NOW = datetime.now(UTC)
WINDOW = {"since": NOW - timedelta(days=1), "until": NOW}


class Pages:
    """A client that answers each paged operation in pages of one thing."""

    def __init__(self, key, *things):
        self.pages = [{key: [thing]} for thing in things]

    def get_paginator(self, _):
        return SimpleNamespace(paginate=lambda **_: iter(self.pages))


def training_job(number):
    return {"TrainingJobName": f"p-{number}", "TrainingJobArn": "a", "TrainingJobStatus": "Completed"}


def labeling_jobs_listed():
    client = Pages("LabelingJobSummaryList", {"LabelingJobName": "p-0"}, {"LabelingJobName": "p-1"})
    return list(labeling_jobs.list_ended(client, "Completed", **WINDOW))


def training_jobs_listed():
    client = Pages("TrainingJobSummaries", training_job(0), training_job(1))
    return [job.name for job in training_jobs.list_jobs(client, "p-")]


def models_found():
    client = Pages("ModelPackageSummaryList", {"ModelPackageArn": "p-0"}, {"ModelPackageArn": "p-1"})
    client.describe_model_package = lambda **asked: {
        "ModelPackageArn": asked["ModelPackageName"],
        "CustomerMetadataProperties": {"dataset": "s3://dkt/"},
        "MetadataProperties": {"GeneratedBy": "j"},
        "InferenceSpecification": {"Containers": [{"ModelDataUrl": "s3://m", "Image": "i"}]},
        "ModelApprovalStatus": "Approved",
    }
    return [model.arn for model in model_packages.find_registered(client, "g")]


def reasons_in_the_log():
    lines = [{"message": f'{{"message_id": "p-{number}", "reason": "r"}}'} for number in (0, 1)]
    asked = [{"Attributes": {"SentTimestamp": "1"}}]
    return sorted(dead_letters._reasons_in_log(Pages("events", *lines), "log", asked))


def letters_of_a_queue():
    answers = [[{"MessageId": "p-0"}], [{"MessageId": "p-1"}], []]
    client = SimpleNamespace(receive_message=lambda **_: {"Messages": answers.pop(0)})
    return [message["MessageId"] for message in dead_letters._receive(client, "url")]


def of_preflight(client):
    return lambda *_: client


def quotas_listed():
    named = ({"QuotaName": f"p-{number}", "Value": 1.0} for number in (0, 1))
    return list(account.quotas_of_sagemaker(of_preflight(Pages("Quotas", *named))))


def subscriptions():
    found = ({"Protocol": "email", "Endpoint": f"p-{number}", "SubscriptionArn": "arn:"} for number in (0, 1))
    of_topic = deployment.subscriptions_of(of_preflight(Pages("Subscriptions", *found)), "t")
    return [subscription.endpoint for subscription in of_topic]


def buckets_found():
    return buckets.buckets_called(of_preflight(Pages("Buckets", {"Name": "p-0"}, {"Name": "p-1"})), "p-")


def route_tables():
    tables = ({"RouteTableId": f"p-{number}", "Associations": [], "Routes": []} for number in (0, 1))
    return [table.id for table in network.route_tables(of_preflight(Pages("RouteTables", *tables)), "vpc")]


def endpoints():
    found = ({"ServiceName": f"p-{number}", "State": "available"} for number in (0, 1))
    return [one.service for one in network.endpoints(of_preflight(Pages("VpcEndpoints", *found)), "vpc")]


PAGED = {
    "list_labeling_jobs": labeling_jobs_listed,
    "list_training_jobs": training_jobs_listed,
    "list_model_packages": models_found,
    "list_service_quotas": quotas_listed,
    "list_aws_default_service_quotas": quotas_listed,
    "list_subscriptions_by_topic": subscriptions,
    "list_buckets": buckets_found,
    "describe_route_tables": route_tables,
    "describe_vpc_endpoints": endpoints,
    "filter_log_events": reasons_in_the_log,
    "receive_message": letters_of_a_queue,
}


def calls(name):
    for tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name:
                yield node


@pytest.mark.parametrize("operation", PAGED)
def test_the_second_page_is_read(operation):
    assert PAGED[operation]() == ["p-0", "p-1"]


def test_every_operation_that_answers_in_pages_is_tried_here():
    paginated = {call.args[0].value for call in calls("get_paginator")}
    by_hand = {name for name in ("receive_message", "list_objects_v2") if list(calls(name))}
    assert paginated | by_hand == PAGED.keys() | {"list_objects_v2"}
    listing = {
        node.func.attr
        for tree in SOURCES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith("list_")
        and isinstance(node.func.value, ast.Attribute | ast.Name)
    }
    assert listing - {"list_objects_v2", "list_page", "list_jobs"} == set()


def test_preflight_finds_a_training_job_on_the_second_page():
    pages = Pages("TrainingJobSummaries", training_job(0), training_job(1))
    assert training.earlier_training_job(of_preflight(pages), "p-1") == "p-1"


def test_jobs_on_the_second_page_count_for_the_limits():
    client, refusal = (
        Pages("TrainingJobSummaries", training_job(0), training_job(1)),
        "Requested resource not found",
    )

    def describe_training_job(**_):
        raise ClientError({"Error": {"Code": "ValidationException", "Message": refusal}}, "Describe")

    client.describe_training_job = describe_training_job
    with pytest.raises(LimitReachedError, match="2 training jobs are running"):
        training_job_limits.wait_for_turn(client, Training(max_concurrent_jobs=2), "new", "p-", now=NOW)


@pytest.fixture
def store(aws):
    """A bucket of 30 images and a store that is given three keys a page."""

    def three_a_page(params, **_):
        params["MaxKeys"] = 3

    name = "provide-client-params.s3.ListObjectsV2"
    aws.clients.s3.meta.events.register(name, three_a_page, unique_id="three")
    yield S3ImageStore(aws.clients.s3)
    aws.clients.s3.meta.events.unregister(name, three_a_page, unique_id="three")


def images(aws, folder, count=30):
    return [aws.put(f"{folder}/{number:03}.jpg", b"jpeg") for number in range(count)]


def test_images_on_the_later_pages_of_a_listing_are_found(aws, store):
    uris = images(aws, "a")
    assert [uri for uri, found in store.locate([*uris, "s3://labels/a/zzz.jpg"]) if found is None] == [
        "s3://labels/a/zzz.jpg"
    ]


def test_a_listing_that_is_cut_at_a_prefix_goes_on_behind_it(aws, store):
    uris = images(aws, "a", 17) + images(aws, "b", 17)
    assert all(found for _, found in store.locate(uris))


def test_a_page_says_whether_more_keys_follow(aws, store):
    images(aws, "a", 4)
    first = store.list_page("labels", "a/", "")
    assert (len(first.objects), first.last) == (3, "a/002.jpg")
    second = store.list_page("labels", "a/", first.last)
    assert (list(second.objects), second.last) == (["a/003.jpg"], None)


def test_a_page_that_is_cut_to_nothing_is_not_the_end():
    empty = SimpleNamespace(list_objects_v2=lambda **_: {"IsTruncated": True})
    assert S3ImageStore(empty).list_page("labels", "", "b") == ListedPage({}, "b")


def test_a_page_holds_sizes_and_etags():
    content = {"Key": "k", "Size": 7, "ETag": '"e"'}
    one = SimpleNamespace(list_objects_v2=lambda **_: {"IsTruncated": False, "Contents": [content]})
    assert S3ImageStore(one).list_page("labels", "", "").objects == {"k": StoredObject(7, "e")}
