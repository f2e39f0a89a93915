"""Promises of the teardown: it takes what the run has made, all of it that can go, and nothing else."""

import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from stacks.acceptance.__main__ import main
from stacks.acceptance.teardown import LeftoverError, our_stacks, tear_down

TAG = "groundtrain-acceptance"
STORAGE, PIPELINE, MONITORING = (
    f"groundtrain-acceptance-{it}" for it in ("storage", "pipeline", "monitoring")
)


def error(code, message="no", operation="DeleteBucket"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class Account:
    """An account that has stacks, buckets with objects, keys and models; whatever is deleted is gone."""

    def __init__(self):
        self.stacks = {name: [TAG] for name in (STORAGE, PIPELINE, MONITORING)}
        self.objects = {f"{STORAGE}-accesslogs-1": 2, f"{STORAGE}-datasets-1": 3}
        self.keys = {"ours": [TAG], "theirs": ["team"], "hidden": None}
        self.enabled = set(self.keys)
        self.group = "Models trained by groundtrain-acceptance"
        self.listing = None
        self.packages = {"1": "Trained by groundtrain-acceptance-texts-0a1b2c-0123456789 on dataset x"}
        self.running = ["groundtrain-acceptance-texts-0a1b2c-0123456789"]
        self.status = {}
        self.calls = []

    def __call__(self, _):
        return Service(self)

    def describe_stacks(self, asked):
        name = asked["StackName"]
        if name not in self.stacks:
            raise error("ValidationError")
        tags = [{"Key": key, "Value": "1"} for key in self.stacks[name]]
        return {
            "Stacks": [
                {"StackName": name, "StackStatus": self.status.get(name, "CREATE_COMPLETE"), "Tags": tags}
            ]
        }

    def delete_stack(self, asked):
        if asked["StackName"] == STORAGE and any(self.objects.values()):
            raise error("BucketNotEmpty")
        del self.stacks[asked["StackName"]]

    def list_stack_resources(self, asked):
        buckets = self.objects if asked["StackName"] == STORAGE else []
        kind = {"ResourceType": "AWS::S3::Bucket", "ResourceStatus": "CREATE_COMPLETE"}
        return {"StackResourceSummaries": [{**kind, "PhysicalResourceId": name} for name in buckets]}

    def list_object_versions(self, asked):
        return {
            "Versions": [{"Key": str(it), "VersionId": "1"} for it in range(self.objects[asked["Bucket"]])]
        }

    def delete_objects(self, asked):
        self.objects[asked["Bucket"]] -= len(asked["Delete"]["Objects"])
        return {}

    def list_keys(self, _):
        return {"Keys": [{"KeyId": key} for key in self.keys]}

    def list_resource_tags(self, asked):
        if self.keys[asked["KeyId"]] is None:
            raise error("AccessDeniedException")
        return {"Tags": [{"TagKey": key, "TagValue": "1"} for key in self.keys[asked["KeyId"]]]}

    def describe_key(self, asked):
        return {
            "KeyMetadata": {"KeyState": "Enabled" if asked["KeyId"] in self.enabled else "PendingDeletion"}
        }

    def schedule_key_deletion(self, asked):
        assert asked["PendingWindowInDays"] == 7
        self.enabled.remove(asked["KeyId"])

    def list_labeling_jobs(self, _):
        if self.listing:
            raise self.listing
        return {"LabelingJobSummaryList": []}

    def describe_model_package_group(self, _):
        if not self.group:
            raise error("ValidationException", "the group does not exist")
        return {"ModelPackageGroupDescription": self.group}

    def list_model_packages(self, _):
        found = [
            {"ModelPackageArn": arn, "ModelPackageDescription": text} for arn, text in self.packages.items()
        ]
        return {"ModelPackageSummaryList": found}

    def delete_model_package(self, asked):
        del self.packages[asked["ModelPackageName"]]

    def list_training_jobs(self, asked):
        under_way = self.running if asked["StatusEquals"] == "InProgress" else []
        further = {"TrainingJobArn": "", "TrainingJobStatus": asked["StatusEquals"]}
        return {"TrainingJobSummaries": [{"TrainingJobName": name, **further} for name in under_way]}

    def stop_training_job(self, asked):
        self.running.remove(asked["TrainingJobName"])

    def delete_model_package_group(self, _):
        self.group = ""


EMPTY = {
    "list_rules": {"Rules": []},
    "list_queues": {},
}


class Service:
    """The client of one service: what the account does not know is empty."""

    def __init__(self, account):
        self._account = account

    def __getattr__(self, operation):
        def call(**request):
            self._account.calls.append(operation)
            if operation in EMPTY:
                return EMPTY[operation]
            return getattr(self._account, operation)(request)

        return call

    def get_paginator(self, operation):
        return SimpleNamespace(
            paginate=lambda **request: [getattr(self, operation)(**without_filters(request))]
        )


def without_filters(request):
    return {key: value for key, value in request.items() if key in ("StackName", "Bucket", "StatusEquals")}


@pytest.fixture
def account():
    return Account()


def torn_down(account):
    return tear_down(SimpleNamespace(services=account, region="eu-west-1", pause=0)).faults


def test_everything_of_the_run_goes_and_nothing_of_others(account):
    assert torn_down(account) == ()
    assert account.stacks == {}
    assert set(account.objects.values()) == {0}
    assert account.enabled == {"theirs", "hidden"}
    assert account.group == ""
    assert account.packages == {}
    assert account.running == []


def test_the_last_deployed_stack_goes_first(account):
    assert list(our_stacks(account)) == [MONITORING, PIPELINE, STORAGE]


def test_a_log_that_is_delivered_late_is_removed_in_a_second_try(account):
    emptied = account.delete_objects

    def late(asked):
        answer = emptied(asked)
        if "accesslogs" in asked["Bucket"] and account.calls.count("delete_objects") == 2:
            account.objects[asked["Bucket"]] += 1
        return answer

    account.delete_objects = late
    assert torn_down(account) == ()
    assert account.stacks == {}


def test_what_cannot_be_removed_keeps_nothing_else_and_is_told_with_the_command(account):
    account.group = "somebody else's"
    faults = torn_down(account)
    assert "somebody else's: give it another name" in faults[0]
    assert faults[-1] == "to remove it later: make acceptance REGION=eu-west-1 TEARDOWN=yes"
    assert account.stacks == {}
    assert account.enabled == {"theirs", "hidden"}


def test_somebody_elses_stack_of_that_name_is_left_alone(account):
    account.stacks[STORAGE] = ["team"]
    with pytest.raises(LeftoverError, match="was not made by make acceptance"):
        list(our_stacks(account))
    assert torn_down(account)
    assert STORAGE in account.stacks
    assert account.objects[f"{STORAGE}-datasets-1"] == 3


def test_an_account_that_may_not_list_labeling_jobs_is_torn_down(account):
    account.listing = error("AccessDeniedException", operation="ListLabelingJobs")
    assert torn_down(account) == ()


def test_where_nothing_is_left_nothing_is_done(account):
    torn_down(account)
    account.calls.clear()
    assert torn_down(account) == ()
    assert not [call for call in account.calls if call.startswith(("delete", "schedule"))]


def test_a_job_whose_name_only_holds_ours_goes_on(account):
    theirs = "our-groundtrain-acceptance-test"
    account.running.append(theirs)
    assert torn_down(account) == ()
    assert account.running == [theirs]


@pytest.mark.parametrize("what", ["stack", "model"])
def test_the_command_touches_nothing_where_the_name_is_somebody_elses(account, what, monkeypatch, capsys):
    if what == "stack":
        account.stacks[STORAGE] = ["team"]
    else:
        account.packages["2"] = "Trained by groundtrain-acceptance-cars-0123456789 on dataset y"
    situation = SimpleNamespace(services=account, region="eu-west-1", pause=0, emulator="")
    monkeypatch.setattr("stacks.acceptance.__main__.run_in", lambda *_: situation)
    for arguments in (["eu-west-1", "--teardown", "yes"], ["eu-west-1", "1"]):
        assert main(arguments) == 2
        assert "was not made by make acceptance" in capsys.readouterr().err
    assert not [call for call in account.calls if call.startswith(("delete", "stop", "schedule"))]


def test_a_key_whose_tags_a_busy_kms_does_not_tell_is_not_passed_over(account):
    def busy(_):
        raise error("ThrottlingException", operation="ListResourceTags")

    account.list_resource_tags = busy
    assert "ListResourceTags" in " ".join(torn_down(account))


def test_a_stack_that_was_begun_and_never_made_is_told_with_the_command_that_deletes_it(account):
    account.stacks = {STORAGE: [TAG], MONITORING: []}
    account.status = {MONITORING: "REVIEW_IN_PROGRESS"}
    first = torn_down(account)[0]
    assert f"stack {MONITORING} was begun and never made" in first
    assert first.endswith(f"aws cloudformation delete-stack --region eu-west-1 --stack-name {MONITORING}")
    assert list(account.stacks) == [MONITORING]


@pytest.mark.parametrize("words", ["y", "Yes", "no", "yes please"])
def test_a_teardown_that_is_not_yes_is_refused_and_nothing_is_deployed(words, monkeypatch, capsys):
    monkeypatch.setattr("stacks.acceptance.__main__.run_in", lambda *_: pytest.fail("asked"))
    assert main(["eu-west-1", "1", "--teardown", words]) == 2
    assert f'TEARDOWN is "{words}": say TEARDOWN=yes, or leave it out' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["TEARDOWN=yes"], '--teardown "yes"'),
        (["TEARDOWN=y"], '--teardown "y"'),
        (["TEARDOWN="], ""),
        ([], ""),
    ],
)
def test_make_hands_on_whatever_is_said_of_the_teardown(words, passed):
    makefile = (Path(__file__).parents[3] / "Makefile").read_text("utf-8")
    [recipe] = re.findall(r"^acceptance:.*\n\t@(.*)", makefile, re.MULTILINE)
    [meaning] = re.findall(r"^said = .*", makefile, re.MULTILINE)
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "-f", "-", "REGION=r", "TIER=1", *words],
        input=f"{meaning}\nacceptance:\n\t{recipe}\n",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["python", "-m", "stacks.acceptance", '"r"', '"1"', *passed.split()]


def test_a_stack_that_cannot_be_deleted_is_told_with_its_state(account):
    def fails(asked):
        account.status[asked["StackName"]] = "DELETE_FAILED"

    account.delete_stack = fails
    assert f"stack {MONITORING} is DELETE_FAILED" in torn_down(account)[0]


def test_a_stack_is_deleted_when_its_update_has_ended(account):
    account.status[PIPELINE] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    described, deleted = account.describe_stacks, account.delete_stack
    asked_for, when_deleted = [], []

    def ends(asked):
        answer = described(asked)
        asked_for.append(asked["StackName"])
        if asked_for.count(PIPELINE) == 6:
            account.status[PIPELINE] = "UPDATE_COMPLETE"
        return answer

    def delete(asked):
        when_deleted.append(account.status.get(asked["StackName"], ""))
        deleted(asked)

    account.describe_stacks, account.delete_stack = ends, delete
    assert torn_down(account) == ()
    assert when_deleted == ["", "UPDATE_COMPLETE", ""]
