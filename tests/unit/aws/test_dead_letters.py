import json
from datetime import UTC, datetime

import boto3
import pytest

from groundtrain.aws import dead_letters
from groundtrain.aws.dead_letters import DeadLetterQueue
from tests.sagemaker_fake import REGION
from tests.unit.functions.pipeline import labeling_event, upload_event

EVENT = json.dumps(labeling_event(f"arn:aws:sagemaker:{REGION}:1:labeling-job/pallets-07"))
LOG = "convert-log"


@pytest.fixture
def logs(aws):
    logs = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName=LOG)
    logs.create_log_stream(logGroupName=LOG, logStreamName="s")
    return logs


@pytest.fixture
def queue(aws):
    return DeadLetterQueue("Convert", aws.queue("dead"), aws.queue("work"), LOG)


def lay_down(aws, queue, body=EVENT, **attributes):
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    sent = aws.clients.sqs.send_message(QueueUrl=queue.url, MessageBody=body, MessageAttributes=typed)
    return sent["MessageId"]


def write_log(logs, *lines):
    moment = int(datetime.now(UTC).timestamp() * 1000) + 1000
    events = [{"timestamp": moment, "message": json.dumps(line)} for line in lines]
    logs.put_log_events(logGroupName=LOG, logStreamName="s", logEvents=events)


def the_letter(aws, logs, queue):
    (letter,) = dead_letters.receive(aws.clients.sqs, logs, queue)
    return letter


def test_queues_are_found_by_what_the_stack_tells():
    outputs = {
        "ConvertDeadLettersUrl": "d",
        "ConvertQueueUrl": "q",
        "ConvertLogGroup": "l",
        "SweepDeadLettersUrl": "s",
        "SweepLogGroup": "m",
        "TopicArn": "t",
    }
    assert dead_letters.dead_letter_queues(outputs) == [
        DeadLetterQueue("Convert", "d", "q", "l"),
        DeadLetterQueue("Sweep", "s", "", "m"),
    ]


def test_a_letter_about_an_upload_names_the_manifest(aws, logs, queue):
    lay_down(aws, queue, json.dumps(upload_event("manifests/yard 7.manifest")))
    assert the_letter(aws, logs, queue).job == "s3://labels/manifests/yard 7.manifest"


def test_the_reason_is_the_last_one_in_the_log(aws, logs, queue):
    message = lay_down(aws, queue)
    write_log(
        logs,
        {"message_id": message, "message": "begins"},
        {"message_id": message, "reason": "first"},
        {"message_id": message, "reason": "last"},
        {"message_id": "another", "reason": "of another"},
    )
    letter = the_letter(aws, logs, queue)
    assert (letter.id, letter.job, letter.reason, letter.body) == (message, "pallets-07", "last", EVENT)


def test_a_function_that_left_no_reason_is_told_so(aws, logs, queue):
    lay_down(aws, queue, body="no event")
    letter = the_letter(aws, logs, queue)
    assert letter.job == ""
    assert "left no reason" in letter.reason


def test_the_reason_of_eventbridge_comes_with_the_message(aws, logs, queue):
    lay_down(aws, queue, ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not authorized")
    assert the_letter(aws, logs, queue).reason == "not authorized"


def test_the_reason_of_a_failed_call_is_in_lambdas_record(aws, logs, queue):
    lay_down(aws, queue, body=json.dumps({"responsePayload": {"errorMessage": "why", "errorType": "E"}}))
    assert the_letter(aws, logs, queue).reason == "why"


def test_what_is_sent_again_is_in_the_queue_and_no_longer_dead(aws, logs, queue):
    for number in range(12):
        lay_down(aws, queue, body=json.dumps({"number": number}))
    letters = dead_letters.receive(aws.clients.sqs, logs, queue)
    for letter in letters:
        dead_letters.redrive(aws.clients.sqs, queue, letter)
    assert sorted(body["number"] for body in aws.receive(queue.source_url)) == list(range(12))
    assert aws.receive(queue.url) == []


def test_letters_that_come_back_into_sight_while_others_are_read_end_the_search(
    aws, logs, queue, monkeypatch
):
    sent = {lay_down(aws, queue, body=json.dumps({"number": number})) for number in range(25)}
    monkeypatch.setattr(dead_letters, "_HIDDEN", 0)
    found = [letter.id for letter in dead_letters.receive(aws.clients.sqs, logs, queue)]
    assert len(found) == len(set(found))
    assert set(found) <= sent


def test_the_log_is_searched_once_however_many_letters_there_are(aws, logs, queue):
    for _ in range(12):
        lay_down(aws, queue)
    searches = []
    logs.meta.events.register("before-call.cloudwatch-logs.FilterLogEvents", lambda **_: searches.append(1))
    assert len(dead_letters.receive(aws.clients.sqs, logs, queue)) == 12
    assert len(searches) == 1


def test_a_released_letter_can_be_received_again(aws, logs, queue):
    lay_down(aws, queue)
    letter = the_letter(aws, logs, queue)
    assert dead_letters.receive(aws.clients.sqs, logs, queue) == []
    dead_letters.release(aws.clients.sqs, queue, letter)
    assert the_letter(aws, logs, queue).id == letter.id


def test_what_the_sweep_left_is_only_taken_off(aws, logs):
    queue = DeadLetterQueue("Sweep", aws.queue("dead"), "", LOG)
    lay_down(aws, queue)
    dead_letters.redrive(aws.clients.sqs, queue, the_letter(aws, logs, queue))
    assert aws.receive(queue.url) == []
