"""Steps in which nothing trains: what cannot be done is told to people, kept, and found again."""

import json
import subprocess
import sys

from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.labeling_job_event import labeling_job_event
from stacks.acceptance.settings import NAME
from stacks.acceptance.situation import Situation
from stacks.acceptance.step import Outcome
from stacks.acceptance.waiting import eventually

_LETTERS = 120  # seconds; eight receives without delays between them


def unknown_labeling_job(situation: Situation) -> Outcome:
    """Send the event of a labeling job that nobody made: a message, then a dead letter with the reason."""
    job = f"groundtrain-acceptance-nobody-{situation.seed}"
    arn = f"arn:aws:sagemaker:{situation.region}:{situation.account}:labeling-job/{job}"
    body = json.dumps(labeling_job_event(arn, "Completed"))
    situation.heard.listen(0)
    situation.services("sqs").send_message(QueueUrl=situation.output("ConvertQueueUrl"), MessageBody=body)
    faults = []
    if situation.heard.message("cannot go on", job, seconds=60) is None:
        faults.append("no message within a minute that says why it cannot go on")
    reason = eventually(lambda: _reason_for(situation, job), _LETTERS, situation.pause)
    if not reason:
        faults.append("groundtrain redrive --dry-run lists no dead letter about it, with its reason")
    _purge(situation)
    return Outcome(2, tuple(faults))


def _reason_for(situation: Situation, job: str) -> str:
    """What the command says, in a process of its own, as a person would run it; logs come a little late."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "groundtrain", "redrive", NAME, "--dry-run", "--format", "json"],
        env=situation.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["dead_letters"] if done.returncode in (0, 1) else []
    return next((it["reason"] for it in found if it["job"] == job and job in it["reason"]), "")


def _purge(situation: Situation) -> None:
    """A letter that stays would keep an alarm up."""
    situation.services("sqs").purge_queue(QueueUrl=situation.output("ConvertDeadLettersUrl"))


def missing_dataset(situation: Situation) -> Outcome:
    """Put "Dataset Ready" of a folder that does not exist: the rule takes it, the function tells."""
    name = f"missing-{situation.seed}"
    folder = f"s3://{situation.output('DatasetsBucketName')}/datasets/{name}/0123456789abcdef/"
    detail = {"environment": NAME, "labeling_job": name, "dataset_id": "0123456789abcdef", "dataset": folder}
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": json.dumps(detail)}
    situation.heard.listen(0)
    answer = situation.services("events").put_events(Entries=[entry])
    faults = [f"PutEvents: {entry['ErrorCode']}" for entry in answer["Entries"] if "ErrorCode" in entry]
    if situation.heard.message("cannot go on", name, seconds=120) is None:
        faults.append("no message that says why it cannot go on")
    url = situation.output("StartTrainingDeadLettersUrl")
    if not eventually(lambda: _holds_something(situation, url), _LETTERS, situation.pause):
        faults.append("no dead letter")
    situation.services("sqs").purge_queue(QueueUrl=url)
    return Outcome(2, tuple(faults))


def _holds_something(situation: Situation, url: str) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = situation.services("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values()) > 0


def alarms(situation: Situation) -> Outcome:
    """Raise each alarm by hand: its message comes, through the topic and the key."""
    cloudwatch = situation.services("cloudwatch")
    names = list(situation.resources("AWS::CloudWatch::Alarm"))
    situation.heard.listen(0)
    for name in names:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="make acceptance")
    faults = [
        f"{name}: no message within a minute"
        for name in names
        if situation.heard.message(name, "ALARM", seconds=60) is None
    ]
    for name in names:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="make acceptance")
    return Outcome(len(names), tuple(faults))
