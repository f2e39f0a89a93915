"""docs/operations.md, row by row: what can go wrong, and that what it says to do is enough."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from groundtrain.aws.clients import connect
from groundtrain.cli.application import run
from local.cdk import ROOT
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener, Message
from local.demo.labeled_data import LabeledData
from tests.local.deployment import (
    datasets_of,
    eventually_quiet,
    model_packages_of,
    needs_cdk,
    training_jobs_of,
)
from tests.waiting import eventually

pytestmark = needs_cdk


@pytest.fixture(scope="session")
def outputs(deployment: Deployment) -> dict[str, str]:
    """What the pipeline stack tells."""
    [stack] = deployment.aws.client("cloudformation").describe_stacks(StackName="groundtrain-dev-pipeline")[
        "Stacks"
    ]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@pytest.fixture
def redrive(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """`groundtrain redrive dev`: its document, once the queues hold what is to be found."""
    for name, value in deployment.aws.settings().items():
        monkeypatch.setenv(name, value)
    connect.cache_clear()

    def redrive(*options: str) -> Any:
        capsys.readouterr()
        code = run(["redrive", "dev", "--format", "json", *options])
        return json.loads(capsys.readouterr().out) | {"exit_code": code}

    yield redrive
    connect.cache_clear()


@pytest.fixture
def told(listener: Listener) -> Callable[..., Message]:
    """Wait for a message to people whose subject has these words, about this job."""

    def told(words: str, job: str) -> Message:
        heard = []

        def message() -> Message | None:
            for message in listener.messages():
                heard.append(message.subject)
                if words in message.subject and job in f"{message.subject} {message.message}":
                    return message
            return None

        found = eventually(message)
        assert found is not None, f"nobody was told of {words!r}, only {heard}"
        return found

    return told


def put_on(deployment: Deployment, queue: str, job: str) -> None:
    """The event of a labeling job that nobody made."""
    event = {
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Ground Truth Labeling Job State Change",
        "resources": [f"arn:aws:sagemaker:{deployment.aws.region}:000000000000:labeling-job/{job}"],
        "detail": {"LabelingJobStatus": "Completed"},
    }
    deployment.aws.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))


def event_in(message: Message) -> list[dict[str, Any]]:
    """The event that a message says to send."""
    found = re.search(r"aws events put-events --entries '(.*)'", message.message)
    assert found is not None
    entries: list[dict[str, Any]] = json.loads(found[1])
    return entries


def test_what_cannot_be_done_lies_in_the_dead_letters_with_its_reason_until_it_is_sent_again(
    deployment: Deployment,
    job: LabeledData,
    outputs: dict[str, str],
    redrive: Callable[..., Any],
    told: Callable[..., Message],
    unique: str,
) -> None:
    late = f"late-{unique}"
    put_on(deployment, outputs["ConvertQueueUrl"], late)
    assert f'no labeling job "{late}"' in told("cannot go on", late).message
    listed = eventually(lambda: (found := redrive("--dry-run"))["dead_letters"] and found)
    [letter] = listed["dead_letters"]
    assert (letter["step"], letter["job"], listed["sent"], listed["exit_code"]) == ("Convert", late, 0, 1)
    assert f'no labeling job "{late}"' in letter["reason"]

    data = replace(job, job=f"Late-{unique}")
    put_labels(data, deployment)
    create_labeling_job(data, deployment)
    deployment.aws.control("LocalFinishLabelingJob", LabelingJobName=data.job, Events=0)
    assert redrive()["sent"] == 1
    told("a new model waits", data.job)
    [dataset] = datasets_of(deployment, data)
    assert len(model_packages_of(deployment, dataset)) == 1
    empty = {"environment": "dev", "dead_letters": [], "sent": 0, "failed": [], "exit_code": 0}
    assert redrive("--dry-run") == empty


def test_what_cannot_be_done_never_holds_up_what_can(
    deployment: Deployment,
    job: LabeledData,
    outputs: dict[str, str],
    redrive: Callable[..., Any],
    told: Callable[..., Message],
    unique: str,
) -> None:
    for number in range(5):
        put_on(deployment, outputs["ConvertQueueUrl"], f"poison-{unique}-{number}")
    deployment.aws.client("sqs").send_message(QueueUrl=outputs["ConvertQueueUrl"], MessageBody="no event")
    finish_labeling_job(job, deployment)
    told("a new model waits", job.job)
    assert eventually(lambda: len(redrive("--dry-run", "--step", "Convert")["dead_letters"]) == 6)
    deployment.aws.client("sqs").purge_queue(QueueUrl=outputs["ConvertDeadLettersUrl"])
    assert eventually_quiet(deployment) == {}


def test_a_closed_gate_is_overridden_by_the_event_in_the_message(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message], unique: str
) -> None:
    poor = replace(job, job=f"Poor-{unique}", manifest=job.manifest + b"{}\n" * 30)
    put_labels(poor, deployment)
    create_labeling_job(poor, deployment)
    finish_labeling_job(poor, deployment)
    message = told("not trained", poor.job)
    assert training_jobs_of(deployment, poor) == []
    deployment.aws.client("events").put_events(Entries=event_in(message))
    told("a new model waits", poor.job)
    assert len(training_jobs_of(deployment, poor)) == 1


def test_a_failed_training_job_is_started_again_by_the_event_in_the_message(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message]
) -> None:
    reason = "InternalServerError: We encountered an internal error. Please try again."
    deployment.aws.control("LocalNextTrainingOutcome", Outcome="Failed", FailureReason=reason)
    finish_labeling_job(job, deployment)
    message = told("training failed", job.job)
    deployment.aws.client("events").put_events(Entries=event_in(message) * 2)
    told("a new model waits", job.job)
    first, second = sorted(training_jobs_of(deployment, job))
    assert second == f"{first}-a1"
    [dataset] = datasets_of(deployment, job)
    assert len(model_packages_of(deployment, dataset)) == 1


def test_a_dataset_that_was_deleted_is_made_again_and_not_trained_again(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message]
) -> None:
    finish_labeling_job(job, deployment)
    told("a new model waits", job.job)
    [dataset] = datasets_of(deployment, job)
    key = f"datasets/{job.job}/{dataset.dataset_id}/dataset.json"
    deployment.aws.client("s3").delete_object(Bucket=deployment.datasets_bucket, Key=key)
    finish_labeling_job(job, deployment)
    assert eventually(lambda: datasets_of(deployment, job)) == [dataset]
    assert eventually_quiet(deployment) == {}
    assert len(training_jobs_of(deployment, job)) == 1


@pytest.mark.drill
def test_a_function_that_fails_in_the_middle_is_given_its_message_again(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message]
) -> None:
    iam = deployment.aws.client("iam")
    [role] = [r["RoleName"] for r in iam.list_roles()["Roles"] if "ConvertHandlerRole" in r["RoleName"]]
    [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    granted = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    silent = [each for each in granted["Statement"] if each["Action"] != "events:PutEvents"]
    name = {"RoleName": role, "PolicyName": policy}
    iam.put_role_policy(**name, PolicyDocument=json.dumps({**granted, "Statement": silent}))
    finish_labeling_job(job, deployment)
    assert eventually(lambda: datasets_of(deployment, job))
    assert training_jobs_of(deployment, job) == []
    iam.put_role_policy(**name, PolicyDocument=json.dumps(granted))
    told("a new model waits", job.job)
    assert len(training_jobs_of(deployment, job)) == 1


def test_a_sweep_that_fails_is_tried_again_and_then_told_by_its_dead_letters(
    deployment: Deployment, redrive: Callable[..., Any]
) -> None:
    functions = deployment.aws.client("lambda")
    [sweep] = [f for f in functions.list_functions()["Functions"] if f["Handler"].startswith("sweep.")]
    variables = sweep["Environment"]["Variables"]
    name = sweep["FunctionName"]
    broken = {key: value for key, value in variables.items() if key != "DATASETS_BUCKET"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": broken})
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    listed = eventually(lambda: (found := redrive("--dry-run", "--step", "Sweep"))["dead_letters"] and found)
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    [letter] = listed["dead_letters"]
    assert "DATASETS_BUCKET" in letter["reason"]
    assert redrive("--step", "Sweep")["sent"] == 1
    assert "FunctionError" not in functions.invoke(FunctionName=name, Payload=b"{}")
    assert redrive("--dry-run")["dead_letters"] == []


@pytest.mark.drill
def test_a_manifest_that_comes_late_is_waited_for(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message]
) -> None:
    key = f"output/{job.job}/manifests/output/output.manifest"
    deployment.aws.client("s3").delete_object(Bucket=deployment.labeling_bucket, Key=key)
    finish_labeling_job(job, deployment)
    time.sleep(5)
    assert datasets_of(deployment, job) == []
    put_labels(job, deployment)
    told("a new model waits", job.job)
    assert len(training_jobs_of(deployment, job)) == 1


@pytest.mark.drill
def test_a_quota_that_is_granted_later_is_waited_for(
    deployment: Deployment, job: LabeledData, told: Callable[..., Message]
) -> None:
    kinds = ("ml.g5.2xlarge", "ml.g4dn.2xlarge")
    for kind in kinds:
        deployment.aws.control("LocalSetQuota", InstanceType=kind, Limit=0)
    finish_labeling_job(job, deployment)
    told("waiting for a machine", job.job.lower())
    for kind in kinds:
        deployment.aws.control("LocalSetQuota", InstanceType=kind, Limit=100)
    told("a new model waits", job.job)
    assert len(training_jobs_of(deployment, job)) == 1


def test_every_row_of_the_document_has_a_test_here_or_says_where_it_is() -> None:
    rows = re.findall(
        r"^\|.*\| `(\w+)` \|$", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE
    )
    files = ("test_operations.py", "test_end_to_end.py", "test_uploads.py")
    written = "".join((ROOT / "tests" / "local" / name).read_text("utf-8") for name in files)
    assert len(rows) > 8
    assert [row for row in rows if f"def {row}(" not in written] == []
