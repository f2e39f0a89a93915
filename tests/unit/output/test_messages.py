import json
import shlex
from urllib.parse import parse_qs, urlsplit

import pytest

from groundtrain.dataset.description import GateDecision
from groundtrain.events.dataset_announcement import parse_announcement
from groundtrain.events.event import parse_event
from groundtrain.output.messages.before_training import dataset_rejected, labeling_job_failed
from groundtrain.output.messages.training_end import model_registered, training_failed, training_stopped
from groundtrain.output.messages.training_start import training_waits
from tests.datasets import FOLDER, a_dataset, a_split, an_announcement

CLOSED = GateDecision(open=False, reasons=("Too few records.", "A class is missing."))


def the_event_in(text):
    """The event that the command in a message sends, as our functions would read it."""
    (command,) = (line for line in text.splitlines() if line.startswith("aws events put-events"))
    (entry,) = json.loads(shlex.split(command)[-1])
    envelope = {"source": entry["Source"], "detail-type": entry["DetailType"]}
    return parse_event(json.dumps({**envelope, "detail": json.loads(entry["Detail"])}))


def test_a_rejected_dataset_names_every_reason_and_the_most_frequent_faults():
    message = dataset_rejected(a_dataset(gate=CLOSED), an_announcement(), by="convert_manifest")
    assert message.subject == "[test] Pallets-07: not trained"
    assert "- Too few records.\n- A class is missing." in message.text
    assert "1310 records: 1174 for training, 130 for validation, 6 left out." in message.text
    assert "- 4 box-outside-image (GT204): " in message.text
    assert message.text.index("(GT204)") < message.text.index("(GT101)")


def test_of_a_thousand_reasons_the_first_are_told_and_the_message_stays_small():
    reasons = tuple(f"class {number} is shown by 0 records only" for number in range(2000))
    closed = a_dataset(gate=GateDecision(open=False, reasons=reasons))
    message = dataset_rejected(closed, an_announcement(), by="convert_manifest")
    assert "- class 9 is shown" in message.text
    assert "- and 1990 more, all in dataset.json" in message.text
    assert len(message.text) < 10_000


def test_a_rule_of_another_version_is_named_by_its_code():
    message = dataset_rejected(
        a_dataset(gate=CLOSED, reasons={"GT999": 6}), an_announcement(), by="convert_manifest"
    )
    assert "- 6 GT999\n" in message.text


def test_the_command_in_the_message_overrides_the_gate():
    message = dataset_rejected(a_dataset(gate=CLOSED), an_announcement(), by="convert_manifest")
    event = the_event_in(message.text)
    assert (event.source, event.detail_type) == ("groundtrain", "Dataset Ready")
    assert parse_announcement(event) == an_announcement(override_gate=True)


def test_where_there_is_nothing_to_train_on_no_override_is_offered():
    nothing = a_dataset(gate=CLOSED, train=a_split("train.manifest", 0))
    assert "override_gate" not in dataset_rejected(nothing, an_announcement(), by="convert_manifest").text


def test_the_command_after_a_failure_starts_the_next_attempt():
    message = training_failed(a_dataset(), an_announcement(attempt=1), job="j", reason="label_width")
    assert parse_announcement(the_event_in(message.text)) == an_announcement(attempt=2)


def test_an_unknown_reason_is_passed_on_without_a_guess():
    text = training_failed(a_dataset(), an_announcement(), job="j", reason="odd").text
    assert "SageMaker's reason: odd\n\nDataset:" in text


@pytest.mark.parametrize("folder", ["s3://data/datasets/Job 1/4f/", "s3://data/datasets/a'b&c=d?#/4f/"])
def test_the_report_is_in_the_console_and_a_command_away(folder):
    made, announced = a_dataset(page="report.html"), an_announcement(dataset=folder)
    text = training_failed(made, announced, job="j", reason="odd").text
    url = urlsplit(next(word for word in text.split() if word.startswith("https://")))
    assert (url.netloc, url.path) == ("console.aws.amazon.com", "/s3/object/data")
    assert parse_qs(url.query) == {"prefix": [folder.removeprefix("s3://data/") + "report.html"]}
    command = text[text.index("To fetch it:\n") :].split("\n")[1]
    assert shlex.split(command) == ["aws", "s3", "cp", f"{folder}report.html", "report.html"]


def test_a_dataset_without_a_page_is_not_said_to_have_one():
    assert "report.html" not in training_failed(a_dataset(), an_announcement(), job="j", reason="odd").text


def test_a_missing_reason_is_said_to_be_missing():
    assert "none given" in training_failed(a_dataset(), an_announcement(), job="j", reason=None).text
    assert "none given" in labeling_job_failed("j", "dev", None).text


def test_a_registered_model_comes_with_its_metrics_and_the_command_to_approve_it():
    message = model_registered(
        a_dataset(), an_announcement(), job="j", package="arn:package/3", metrics={"validation:mAP": 0.51234}
    )
    assert "validation:mAP: 0.5123" in message.text
    assert "--model-package-arn arn:package/3" in message.text
    assert FOLDER in message.text
    assert "pallet, forklift" in message.text


def test_a_dataset_without_a_labeling_job_is_called_by_its_id():
    message = training_stopped(a_dataset(labeling_job=""), an_announcement(), job="j", status="Stopped")
    assert "dataset 4f1c0a9d3b7e6258" in message.subject


def test_waiting_names_each_instance_type_with_its_refusal():
    message = training_waits("j", "dev", {"ml.g5.2xlarge": "no quota", "ml.g4dn.2xlarge": "no room"})
    assert "- ml.g5.2xlarge: no quota\n- ml.g4dn.2xlarge: no room" in message.text
