import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from botocore.exceptions import ClientError

from groundtrain.dataset.description import parse_dataset
from groundtrain.pipeline import dataset_page
from groundtrain.reporting.gathering import Gathered
from groundtrain.settings.class_table import ClassTable
from groundtrain.settings.dataset_settings import Gate
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.unit.functions.pipeline import finish_labeling_job, labeled_line, labeling_event

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


def the_dataset(aws):
    (key,) = (key for key in aws.written() if key.endswith("dataset.json"))
    return key.removesuffix("dataset.json"), parse_dataset(aws.get(key))


def datasets(aws):
    return [key for key in aws.written() if key.startswith("datasets/")]


def record_delays(aws, monkeypatch):
    calls = []
    original = aws.clients.sqs.change_message_visibility
    monkeypatch.setattr(
        aws.clients.sqs, "change_message_visibility", lambda **call: (calls.append(call), original(**call))
    )
    return calls


def test_a_finished_labeling_job_becomes_a_dataset_and_is_announced(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, dataset = the_dataset(aws)
    assert folder == f"datasets/Pallets-07/{dataset.dataset_id}/"
    assert dataset.source.records == dataset.train.records + dataset.validation.records == 30
    assert dataset.gate.open
    (event,) = aws.events()
    assert event["detail-type"] == "Dataset Ready"
    assert event["detail"] == {
        "environment": "test",
        "labeling_job": "Pallets-07",
        "dataset_id": dataset.dataset_id,
        "dataset": f"s3://datasets/{folder}",
    }
    assert aws.mails() == []


def test_a_dataset_is_complete_when_its_mark_is_there(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, _ = the_dataset(aws)
    names = {key.removeprefix(folder) for key in aws.written()}
    assert names == {
        *("train.manifest", "validation.manifest", "rejected.jsonl"),
        *("report.json", "report.html", "dataset.json"),
    }


def test_a_page_to_look_at_is_beside_the_dataset(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, made = the_dataset(aws)
    assert made.page == "report.html"
    page = aws.get(f"{folder}report.html")
    assert b"Content-Security-Policy" in page
    assert b'"records":30' in page
    head = aws.clients.s3.head_object(Bucket="datasets", Key=f"{folder}report.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


def test_a_page_that_cannot_be_made_keeps_no_dataset_from_training(aws, pipeline, monkeypatch):
    def fail(*_, **__):
        raise KeyError("a fault of ours")

    monkeypatch.setattr(dataset_page, "contents_of", fail)
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, made = the_dataset(aws)
    assert (made.gate.open, made.page) == (True, msgspec.UNSET)
    assert f"{folder}report.html" not in aws.written()


def test_a_fault_while_the_page_is_gathered_keeps_no_dataset_from_training(
    aws, pipeline, monkeypatch, caplog
):
    def fail(*_, **__):
        raise KeyError("a fault of ours")

    monkeypatch.setattr(Gathered, "add_decisions", fail)
    pipeline.convert(labeling_event(finish_labeling_job(aws, lines=200)))  # several times 96, see read_alone
    folder, made = the_dataset(aws)
    assert (made.gate.open, made.page, made.source.records) == (True, msgspec.UNSET, 200)
    assert f"{folder}report.html" not in aws.written()
    told = [record for record in caplog.records if record.getMessage() == "The report could not be made"]
    assert [record.error for record in told] == ["KeyError"]


def test_a_test_side_is_written_beside_the_others(aws, pipeline):
    dataset = msgspec.structs.replace(pipeline.settings.dataset, test=0.2)
    pipeline.settings = msgspec.structs.replace(pipeline.settings, dataset=dataset)
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, made = the_dataset(aws)
    lines = aws.get(f"{folder}test.manifest").splitlines()
    assert made.test_records == len(lines) > 0
    assert sum(side.records for side in made.sides) == made.source.records == 30
    names = {key.removeprefix(folder) for key in aws.written()}
    assert names == {
        *("train.manifest", "validation.manifest", "test.manifest"),
        *("rejected.jsonl", "report.json", "report.html", "dataset.json"),
    }


def test_classes_have_the_names_of_the_settings_in_the_dataset_and_the_training_job(aws, pipeline):
    classes = ClassTable({"Pallet": "pallet"}, ("unsure",))
    dataset = msgspec.structs.replace(pipeline.settings.dataset, classes=classes)
    pipeline.settings = msgspec.structs.replace(pipeline.settings, dataset=dataset)
    names = ["Pallet", "pallet", "unsure"]
    lines = [labeled_line(number, class_name=names[number % 3]) for number in range(90)]
    pipeline.convert(labeling_event(finish_labeling_job(aws, lines=90, manifest="\n".join(lines))))
    _, made = the_dataset(aws)
    assert made.classes == ("pallet",)
    assert made.reasons == {"GT440": 30}
    assert made.gate.open
    pipeline.start(*aws.events())
    (job,) = aws.sagemaker.training_requests.values()
    assert job["HyperParameters"]["num_classes"] == "1"


def test_the_name_is_the_one_typed_although_the_event_has_it_in_lower_case(aws, pipeline):
    arn = finish_labeling_job(aws, "NFL-Endzone")
    assert arn.endswith("labeling-job/nfl-endzone")
    pipeline.convert(labeling_event(arn))
    assert the_dataset(aws)[1].labeling_job == "NFL-Endzone"


def test_three_deliveries_make_one_dataset_and_rewrite_nothing(aws, pipeline):
    event = labeling_event(finish_labeling_job(aws))
    pipeline.convert(event)
    before = aws.clients.s3.list_objects_v2(Bucket="datasets")["Contents"]
    pipeline.convert(event, event)
    assert aws.clients.s3.list_objects_v2(Bucket="datasets")["Contents"] == before
    announced = aws.events()
    assert len(announced) == 3
    assert all(one["detail"] == announced[0]["detail"] for one in announced)


def test_a_crash_before_the_mark_is_mended_by_the_next_delivery(aws, pipeline, monkeypatch):
    event = labeling_event(finish_labeling_job(aws))
    with monkeypatch.context() as broken:
        broken.setattr("groundtrain.aws.s3.put_if_absent", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pipeline.convert(event)
    assert not any(key.endswith("dataset.json") for key in aws.written())
    pipeline.convert(event)
    assert the_dataset(aws)[1].source.records == 30


def test_the_status_in_the_event_is_not_trusted(aws, pipeline):
    arn = finish_labeling_job(aws, status="InProgress")
    event = labeling_event(arn, "Completed")
    assert pipeline.convert(event) == [event]
    assert aws.written() == []


def test_a_manifest_that_is_not_there_yet_is_asked_for_later(aws, pipeline, monkeypatch):
    calls = record_delays(aws, monkeypatch)
    arn = aws.sagemaker.add_labeling_job("late", output="s3://labels/out/late/output.manifest")
    assert pipeline.convert(labeling_event(arn))
    assert pipeline.postpone("convert_manifest", 4)
    assert [call["VisibilityTimeout"] for call in calls] == [30, 240]
    assert aws.mails() == []


def test_a_failed_labeling_job_gives_a_message_and_no_dataset(aws, pipeline):
    arn = finish_labeling_job(aws, status="Failed", FailureReason="The workteam is gone")
    pipeline.convert(labeling_event(arn, "Failed"))
    (mail,) = aws.mails()
    assert "The workteam is gone" in mail["Message"]
    assert datasets(aws) == []


def test_a_stopped_job_is_used_only_where_the_settings_name_it(aws, pipeline):
    event = labeling_event(finish_labeling_job(aws, status="Stopped"), "Stopped")
    labeling = msgspec.structs.replace(pipeline.settings.labeling, statuses=("Completed",))
    every_end, pipeline.settings = (
        pipeline.settings,
        msgspec.structs.replace(pipeline.settings, labeling=labeling),
    )
    pipeline.convert(event)
    assert aws.written() == []
    pipeline.settings = every_end
    pipeline.convert(event)
    assert the_dataset(aws)[1].source.records == 30


def test_an_unknown_job_is_told_to_people_once(aws, pipeline):
    event = labeling_event(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/nobody")
    assert pipeline.convert(event)
    assert pipeline.postpone("convert_manifest", 2)
    (mail,) = aws.mails()
    assert 'no labeling job "nobody"' in mail["Message"]


@pytest.mark.parametrize("body", ["{", "[]", '{"source": "aws.sagemaker"}'])
def test_a_message_that_is_no_event_is_told_to_people(aws, pipeline, body):
    assert pipeline.convert(body)
    assert len(aws.mails()) == 1


def test_an_event_without_a_job_is_told_to_people(aws, pipeline):
    assert pipeline.convert({**labeling_event("x"), "resources": []})
    assert len(aws.mails()) == 1


@pytest.mark.parametrize("text", ["", "not json\n", '[{"prefix": "s3://bkt/"}]'])
def test_an_unusable_manifest_leaves_a_closed_dataset_with_the_reason(aws, pipeline, text):
    event = labeling_event(finish_labeling_job(aws, manifest=text, at=AN_HOUR_AGO))
    pipeline.convert(event, event)
    _, dataset = the_dataset(aws)
    assert not dataset.gate.open
    assert dataset.gate.reasons[0]
    assert {one["detail-type"] for one in aws.events()} == {"Dataset Rejected"}
    assert dataset.gate.reasons[0] in aws.mails()[0]["Message"]


@pytest.mark.parametrize("text", ["", '{"source-ref":"s3://labels/a.jpg"}\n'])
def test_a_manifest_without_the_labels_that_the_job_counts_is_waited_for_at_first(aws, pipeline, text):
    arn = finish_labeling_job(aws, manifest=text, LabelCounters={"TotalLabeled": 30}, at=datetime.now(UTC))
    assert pipeline.convert(labeling_event(arn))
    assert datasets(aws) == []
    assert aws.mails() == []


def test_a_gate_that_new_settings_open_is_open_when_the_event_comes_again(aws, pipeline):
    event, settings = labeling_event(finish_labeling_job(aws)), pipeline.settings
    pipeline.settings = msgspec.structs.replace(settings, gate=Gate(min_records=1000))
    pipeline.convert(event)
    pipeline.settings = settings
    pipeline.convert(event)
    assert [one["detail-type"] for one in aws.events()] == ["Dataset Rejected", "Dataset Ready"]


def test_the_labels_that_a_verification_job_accepts_are_trained_on(aws, pipeline):
    verified = msgspec.structs.replace(pipeline.settings.dataset, verified_by="check", accepted=("good",))
    pipeline.settings = msgspec.structs.replace(pipeline.settings, dataset=verified)
    lines = [json.loads(labeled_line(number)) for number in range(30)]
    for number, line in enumerate(lines):
        metadata = {"type": "groundtruth/label-verification", "class-name": "good" if number else "bad"}
        line.update({"check": 0, "check-metadata": metadata})
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    arn = finish_labeling_job(aws, "Check-07", manifest=text, LabelAttributeName="check")
    pipeline.convert(labeling_event(arn))
    _, dataset = the_dataset(aws)
    assert (dataset.label, dataset.reasons) == ("boxes", {"GT418": 1})
    assert dataset.train.records + dataset.validation.records == 29


def test_a_closed_gate_is_told_with_reasons_and_the_way_to_override(aws, pipeline):
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=1000))
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    (event,) = aws.events()
    assert event["detail-type"] == "Dataset Rejected"
    (mail,) = aws.mails()
    assert "fewer than 1000" in mail["Message"]
    assert "override_gate" in mail["Message"]


def test_the_report_has_what_does_not_fit_the_settings_too(aws, pipeline):
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=1000))
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    folder, _ = the_dataset(aws)
    report = json.loads(aws.get(f"{folder}report.json"))
    assert {"GT522"} <= {rule["code"] for rule in report["rules"]}
    assert "fewer than 1000" in next(f["message"] for f in report["findings"] if f["code"] == "GT522")


def test_a_missing_image_rejects_its_line(aws, pipeline):
    arn = finish_labeling_job(aws)
    aws.clients.s3.delete_object(Bucket="labels", Key="images/0003.jpg")
    pipeline.convert(labeling_event(arn))
    folder, dataset = the_dataset(aws)
    assert dataset.rejected == 1
    assert next(iter(dataset.reasons)).startswith("GT6")
    assert json.loads(aws.get(f"{folder}rejected.jsonl"))["source"].endswith("0003.jpg")


def test_class_names_and_their_order_come_from_the_label_category_file(aws, pipeline):
    categories = aws.put("categories.json", '{"labels": [{"label": "forklift"}, {"label": "pallet"}]}')
    pipeline.convert(labeling_event(finish_labeling_job(aws, LabelCategoryConfigS3Uri=categories)))
    assert the_dataset(aws)[1].classes == ("forklift", "pallet")


def test_counters_of_the_job_that_disagree_with_its_manifest_are_a_finding(aws, pipeline):
    arn = finish_labeling_job(aws, LabelCounters={"TotalLabeled": 2})
    pipeline.convert(labeling_event(arn))
    (finding,) = [found for found in the_dataset(aws)[1].manifest_findings if found.code == "GT411"]
    assert finding.message.startswith("the job counts 2 labeled objects")


def test_a_manifest_with_fewer_labels_than_the_job_counts_is_waited_for_at_first(aws, pipeline):
    now = datetime.now(UTC)
    for ended, waits in ((now - timedelta(minutes=5), True), (now - timedelta(minutes=16), False)):
        arn = finish_labeling_job(aws, LabelCounters={"TotalLabeled": 31}, at=ended)
        assert bool(pipeline.convert(labeling_event(arn))) == waits
        assert any(key.endswith("dataset.json") for key in aws.written()) != waits
    assert "GT411" in [found.code for found in the_dataset(aws)[1].manifest_findings]


def test_the_label_attribute_comes_from_the_job(aws, pipeline):
    lines = [json.loads(labeled_line(number)) for number in range(30)]
    chained = "".join(
        json.dumps({**line, "fixed": line["boxes"], "fixed-metadata": line["boxes-metadata"]}) + "\n"
        for line in lines
    )
    pipeline.convert(labeling_event(finish_labeling_job(aws, manifest=chained, label="fixed")))
    assert the_dataset(aws)[1].attributes == ("source-ref", "fixed")


def test_a_bucket_that_may_not_be_read_is_named_with_the_setting(aws, pipeline, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "convert")
    arn = finish_labeling_job(aws)

    head = aws.clients.s3.head_object

    def head_object(**request):
        if request["Bucket"] == "labels":
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")
        return head(**request)

    monkeypatch.setattr(aws.clients.s3, "head_object", head_object)
    assert pipeline.convert(labeling_event(arn))
    (mail,) = aws.mails()
    assert '"labels"' in mail["Message"]


def test_another_output_of_the_same_job_is_another_dataset(aws, pipeline):
    event = labeling_event(finish_labeling_job(aws, at=datetime.now(UTC)))
    pipeline.convert(event)
    finish_labeling_job(aws, lines=31)
    pipeline.convert(event)
    assert len([key for key in aws.written() if key.endswith("dataset.json")]) == 2


@pytest.mark.parametrize(
    ("status", "output", "folder"),
    [
        ("Completed", "s3://theirs/out/job/manifests/output/output.manifest", "s3://theirs/out/"),
        ("Completed", "s3://theirs/m", "s3://labels/out/"),
        ("Stopped", "", "s3://theirs"),
        ("Failed", "", "s3://theirs/out/"),
    ],
)
def test_a_labeling_job_of_others_is_counted_and_nothing_else(
    aws, pipeline, capsys, caplog, status, output, folder
):
    config = {"OutputConfig": {"S3OutputPath": folder, "KmsKeyId": ""}}
    arn = aws.sagemaker.add_labeling_job("theirs", status=status, output=output, **config)
    assert pipeline.convert(labeling_event(arn, status)) == []
    assert (aws.mails(), aws.events(), aws.written()) == ([], [], [])
    assert "LabelingJobsOfOthers" in capsys.readouterr().out
    assert [record.bucket for record in caplog.records] == ["theirs"]


def test_an_image_in_a_bucket_that_is_not_named_is_still_a_failure(aws, pipeline):
    lines = "".join(f"{labeled_line(number, bucket='foreign')}\n" for number in range(30))
    arn = finish_labeling_job(aws, manifest=lines)
    assert pipeline.convert(labeling_event(arn))
    (mail,) = aws.mails()
    assert "foreign" in mail["Message"]
