"""The rules of the committed templates against recorded events: what starts which step, what starts none."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.events.dataset_announcement import DATASET_READY, DATASET_REJECTED, GROUNDTRAIN
from groundtrain.events.event import parse_event
from groundtrain.events.object_created import uploaded_object_of
from groundtrain.settings.uploads import WatchedFolder
from stacks.pipeline.event_patterns import uploads_pattern
from tests.contract.event_patterns import matches, rules_of, takers
from tests.datasets import an_announcement

ACCOUNT = "111122223333"  # that the recorded events are of
EVENTS = Path(__file__).with_name("events")
REVIEW = Path(__file__).parents[2] / "cdk.out" / "review"


def recorded(name):
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))["event"]


@pytest.fixture(scope="module")
def rules():
    """Patterns of the dev environment's rules, named after their steps."""
    template = json.loads((REVIEW / "dev-pipeline.json").read_text("utf-8"))
    return {name.partition("Rule")[0]: pattern for name, pattern in rules_of(template, ACCOUNT).items()}


@pytest.mark.parametrize(
    "name", ["labeling_job_completed_2018", "labeling_job_completed_2020", "labeling_job_completed_2023"]
)
def test_a_finished_labeling_job_starts_the_conversion(rules, name):
    assert takers(rules, recorded(name)) == ["Convert"]


@pytest.mark.parametrize("name", ["training_job_completed", "training_job_failed", "training_job_stopped"])
def test_an_ended_training_job_has_its_outcome_recorded(rules, name):
    assert takers(rules, recorded(name)) == ["RecordOutcome"]


def test_an_event_of_another_account_starts_nothing(rules):
    forwarded = {**recorded("labeling_job_completed_2023"), "account": "999999999999"}
    assert takers(rules, forwarded) == []


def own_event(detail_type, **changes):
    detail = msgspec.to_builtins(an_announcement(**({"environment": "dev"} | changes)))
    return {"account": ACCOUNT, "source": GROUNDTRAIN, "detail-type": detail_type, "detail": detail}


def test_a_ready_dataset_starts_its_training(rules):
    assert takers(rules, own_event(DATASET_READY)) == ["StartTraining"]


@pytest.mark.parametrize(
    "name",
    [
        "labeling_job_failed",
        "labeling_job_stopped",
        "labeling_task_status_change",
        "training_job_under_way",
        "training_job_of_someone_else",
        "training_job_of_another_environment",
    ],
)
def test_an_event_that_is_not_ours_starts_nothing(rules, name):
    assert takers(rules, recorded(name)) == []


def test_a_rejected_dataset_and_one_of_another_environment_start_nothing(rules):
    assert takers(rules, own_event(DATASET_REJECTED)) == []
    assert takers(rules, own_event(DATASET_READY, environment="prod")) == []


def test_nobody_else_can_speak_for_sagemaker(rules):
    event = {**recorded("labeling_job_completed_2018"), "source": "someone.else"}
    assert takers(rules, event) == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_recorded_event_is_understood_and_says_where_it_is_from(path):
    record = json.loads(path.read_text("utf-8"))
    assert record["source"]
    assert record["recorded"]
    event = parse_event(json.dumps(record["event"]))
    service = event.source.removeprefix("aws.")
    assert service in ("sagemaker", "s3")
    assert event.resources[0].startswith(f"arn:aws:{service}:")


def test_a_rule_can_be_limited_to_jobs_by_the_start_of_their_names():
    arn = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/"
    pattern = {
        "source": ["aws.sagemaker"],
        "resources": [{"prefix": f"{arn}pallets-"}, {"prefix": f"{arn}brand-"}],
    }
    assert matches(pattern, recorded("labeling_job_completed_2020"))
    assert not matches(pattern, recorded("labeling_job_completed_2018"))


BUCKET = "amzn-s3-demo-bucket1"


def put(**changed):
    event = recorded("object_created")
    event["detail"]["object"].update(changed)
    return event


@pytest.mark.parametrize(
    "key", ["manifests/a.manifest", "manifests/2026/a b.manifest", "manifests/ä.manifest"]
)
def test_a_manifest_below_a_watched_folder_starts_the_conversion(key):
    assert matches(uploads_pattern(ACCOUNT, BUCKET, ["other/", "manifests/"]), put(key=key))


@pytest.mark.parametrize(
    "key",
    ["manifests/a.classes.json", "manifests.manifest", "a/manifests/a.manifest", "manifests/a.manifest2"],
)
def test_another_object_starts_nothing(key):
    assert not matches(uploads_pattern(ACCOUNT, BUCKET, ["manifests/"]), put(key=key))


def test_an_object_of_another_bucket_or_another_account_or_a_deleted_one_starts_nothing():
    pattern = uploads_pattern(ACCOUNT, BUCKET, ["manifests/"])
    assert matches(pattern, put())
    assert not matches(uploads_pattern(ACCOUNT, "another", ["manifests/"]), put())
    assert not matches(pattern, {**put(), "account": "999999999999"})
    assert not matches(pattern, {**put(), "detail-type": "Object Deleted"})


@given(
    folders=st.lists(st.sampled_from(("a/", "a/b/", "a b/", "ä/")), min_size=1, unique=True),
    key=st.text("ab/. ä", max_size=12).map(lambda text: f"{text}.manifest"),
)
def test_the_rule_and_the_function_take_the_same_keys(folders, key):
    taken = matches(uploads_pattern(ACCOUNT, BUCKET, folders), put(key=key))
    assert taken == any(WatchedFolder(BUCKET, folder).has(BUCKET, key) for folder in folders)


def test_what_is_read_of_the_event_of_an_upload_is_what_aws_documents():
    upload = uploaded_object_of(parse_event(json.dumps(recorded("object_created"))))
    assert str(upload) == f"s3://{BUCKET}/manifests/example-key.manifest"
    assert upload.version == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
