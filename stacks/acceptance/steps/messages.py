"""Steps in which nothing trains: what cannot be done is told to people, kept, and found again."""

import json
import subprocess
import sys

from groundtrain.events.labeling_job_event import labeling_job_event
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import NAME
from stacks.acceptance.step import Outcome
from stacks.acceptance.steps.training_jobs import put_ready
from stacks.acceptance.waiting import eventually

_LETTERS = 120  # seconds; eight receives without delays between them


def unknown_labeling_job(run: AcceptanceRun) -> Outcome:
    """Send the event of a labeling job that nobody made: a message, then a dead letter with the reason."""
    job = f"groundtrain-acceptance-nobody-{run.seed}"
    arn = f"arn:aws:sagemaker:{run.region}:{run.account}:labeling-job/{job}"
    body = json.dumps(labeling_job_event(arn, "Completed"))
    run.subscriptions.listen(0)
    run.services("sqs").send_message(QueueUrl=run.output("ConvertQueueUrl"), MessageBody=body)
    faults = []
    if run.subscriptions.message("cannot go on", job, seconds=60) is None:
        faults.append("no message within a minute that says why it cannot go on")
    reason = eventually(lambda: _reason_for(run, job), _LETTERS, run.pause)
    if not reason:
        faults.append("groundtrain redrive --dry-run lists no dead letter about it, with its reason")
    _purge(run)
    return Outcome(2, tuple(faults))


def _reason_for(run: AcceptanceRun, job: str) -> str:
    """What the command says, in a process of its own, as a person would run it; logs come a little late."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "groundtrain", "redrive", NAME, "--dry-run", "--format", "json"],
        env=run.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["dead_letters"] if done.returncode in (0, 1) else []
    return next((it["reason"] for it in found if it["job"] == job and job in it["reason"]), "")


def _purge(run: AcceptanceRun) -> None:
    """A letter that stays would keep an alarm up."""
    run.services("sqs").purge_queue(QueueUrl=run.output("ConvertDeadLettersUrl"))


def missing_dataset(run: AcceptanceRun) -> Outcome:
    """Put "Dataset Ready" of a folder that does not exist: the rule takes it, the function tells."""
    name = f"missing-{run.seed}"
    folder = f"s3://{run.output('DatasetsBucketName')}/datasets/{name}/0123456789abcdef/"
    detail = {"environment": NAME, "labeling_job": name, "dataset_id": "0123456789abcdef", "dataset": folder}
    run.subscriptions.listen(0)
    put_ready(run, detail)
    faults = []
    if run.subscriptions.message("cannot go on", name, seconds=120) is None:
        faults.append("no message that says why it cannot go on")
    url = run.output("StartTrainingDeadLettersUrl")
    if not eventually(lambda: _holds_something(run, url), _LETTERS, run.pause):
        faults.append("no dead letter")
    run.services("sqs").purge_queue(QueueUrl=url)
    return Outcome(2, tuple(faults))


def _holds_something(run: AcceptanceRun, url: str) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = run.services("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values()) > 0


def alarms(run: AcceptanceRun) -> Outcome:
    """Raise each alarm by hand: its message comes, through the topic and the key."""
    cloudwatch = run.services("cloudwatch")
    names = list(run.resources("AWS::CloudWatch::Alarm"))
    run.subscriptions.listen(0)
    for name in names:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="make acceptance")
    faults = [
        f"{name}: no message within a minute"
        for name in names
        if run.subscriptions.message(name, "ALARM", seconds=60) is None
    ]
    for name in names:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="make acceptance")
    return Outcome(len(names), tuple(faults))
