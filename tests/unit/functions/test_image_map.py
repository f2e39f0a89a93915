"""`images = "full"`: the pipeline's dataset is made when a map has looked at every image."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.calls.images import unannounced
from groundtrain.images.image_check_cost import image_check_cost
from groundtrain.linting import image_shards, merged_findings
from groundtrain.linting.image_batch import ImageCheckSettings
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.pipeline import check_images_once, image_map_findings
from groundtrain.settings.dataset_settings import Gate
from tests.unit.functions.image_map import end, executions, look_at_every_image, run_map
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event, upload_event
from tests.unit.functions.test_image_headers import (
    FAULTY,
    MASKS,
    announced,
    boxes,
    line,
    masked_line,
    masks,
    rejected_in,
    the_dataset,
)
from tests.unit.images import pictures

GATE = Gate(max_rejected=0.9, min_records=4, classes_in_both_splits=False)


def damaged():
    content = pictures.png(size=(200, 200))
    return content[:300] + bytes(200) + content[500:]


def more_boxes(aws):
    """Each fault that the header of an image shows, and damage that only its pixels show."""
    aws.put("images/damaged.png", damaged())
    return [*boxes(aws), line("damaged.png", (200, 200))]


def more_masks(aws):
    """Each fault that the header of a mask shows, and those that only its pixels show."""
    size = (40, 30)
    for name, mask in (
        ("value.png", pictures.mask((0, 7), size=size)),
        ("colour.png", pictures.mask((0, 1), size=size, palette=(0, 0, 0, 255, 0, 0))),
    ):
        aws.put(f"masks/{name}", pictures.encode(mask, "PNG"))
    more = [masked_line(f"{i}.jpg", name) for i, name in enumerate(("value.png", "colour.png"))]
    return [*masks(aws), *more]


@pytest.fixture(autouse=True)
def shards_of_four_lines(monkeypatch):
    monkeypatch.setattr(image_shards, "MOST_LINES", 4)


@pytest.fixture
def pipeline(pipeline):
    labeling = replace(pipeline.settings.labeling, buckets=("labels",))
    look_at_every_image(pipeline, labeling=labeling, gate=GATE)
    return pipeline


def job_of(aws, lines, *, ended=timedelta(hours=1), **more):
    """The event of a labeling job whose output has these lines, and their text."""
    text = "".join(f"{json.dumps(each)}\n" for each in lines)
    label = "boxes" if "boxes" in text else "road-ref"
    counters = {"TotalLabeled": len(lines)}
    when = datetime.now(UTC) - ended
    more = {"label": label, "LabelCounters": counters, "at": when} | more
    return labeling_event(finish_labeling_job(aws, manifest=text, lines=0, **more)), text


def sound(aws, number=10):
    """Lines with images that nothing is wrong with."""
    for i in range(number):
        aws.put(f"images/{i}.jpg", pictures.jpeg(quality=20 + i))
    return [line(f"{i}.jpg") for i in range(number)]


def checked_here(aws, pipeline, path, text):
    """The same as `groundtrain check --images full` of the same manifest, on one machine."""
    path.write_text(text, "utf-8")
    looked = ImageCheckSettings(S3ImageStore(aws.clients.s3), "full", unannounced, workers=2)
    return check_manifest(FileManifest(path), pipeline.settings, image_checks=looked)


def redriven(aws, monkeypatch, times):
    """Step Functions says of each execution that it was let go on so often; moto knows no redrive."""
    describe = aws.clients.step_functions.describe_execution
    monkeypatch.setattr(
        aws.clients.step_functions,
        "describe_execution",
        lambda **which: describe(**which) | {"redriveCount": times},
    )


def refused(code, operation="StartExecution"):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@pytest.mark.parametrize(
    ("made", "faulty"),
    [
        (more_boxes, {*(code for _, code in FAULTY.values())}),
        (more_masks, {*(code for _, code in MASKS.values()), "GT624", "GT625"}),
    ],
)
def test_findings_are_those_of_a_check_on_one_machine(aws, pipeline, tmp_path, made, faulty):
    event, text = job_of(aws, made(aws))
    assert pipeline.convert(event) == []
    assert [key for key in aws.written() if key.startswith("datasets/")] == announced(aws) == []
    (execution,) = executions()
    assert pipeline.convert(run_map(pipeline, execution)) == []
    check = checked_here(aws, pipeline, tmp_path / "m.manifest", text)
    folder, dataset = the_dataset(aws)
    assert faulty <= set(dataset.findings)
    assert dataset.findings == check.counts
    assert (dataset.rejected, dataset.train.records) == (check.rejected, check.train)
    assert rejected_in(aws) == {each.line for each in check.findings if each.rule.is_error} != set()
    report = json.loads(aws.get(f"{folder}report.json"))
    told = {(each["code"], each.get("line", 0), each["message"]) for each in report["findings"]}
    here = {(each.code, each.line, each.message) for each in check.findings}
    assert told <= here  # it holds the first few of a kind
    assert {code for code, *_ in told} == {code for code, *_ in here}
    assert len(announced(aws)) == 1


def test_people_are_told_once_what_it_costs(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    (mail,) = aws.mails()
    assert mail["Subject"] == '[test] labeling job "Pallets-07": its images are to be looked at'
    assert "10 image files: 3 runs of check_images" in mail["Message"]
    assert "Above 5.00 dollars (max_image_cost under [gate])" in mail["Message"]
    assert f"stop-execution --execution-arn {executions()[0].execution_arn}" in mail["Message"]
    pipeline.convert(event)
    assert (len(executions()), aws.mails()) == (1, [])


def test_a_png_counts_as_four_jpegs_in_the_estimate(aws, pipeline, monkeypatch):
    counted = []

    def listed(pixels, shards):
        counted.extend(pixels)
        return image_check_cost(counted, shards)

    monkeypatch.setattr(check_images_once, "image_check_cost", listed)
    event, _ = job_of(aws, masks(aws)[:1])
    pipeline.convert(event)
    image, mask = counted
    assert mask == 4 * image


def test_a_label_that_states_a_size_which_no_image_has_is_a_finding(aws, pipeline, tmp_path):
    lines = sound(aws)
    lines[3]["boxes"]["image_size"] = [{"width": -5, "height": 10, "depth": 3}]
    event, text = job_of(aws, lines)
    assert pipeline.convert(event) == []
    pipeline.convert(run_map(pipeline, *executions()))
    found = the_dataset(aws)[1].findings
    assert found == checked_here(aws, pipeline, tmp_path / "m.manifest", text).counts
    assert found["GT608"] == 1


def test_no_gpu_is_started_for_images_at_fault_beyond_what_the_gate_allows(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, gate=Gate(max_rejected=0.2))
    event, _ = job_of(aws, more_boxes(aws))
    pipeline.convert(event)
    pipeline.convert(run_map(pipeline, *executions()))
    assert announced(aws) == ["Dataset Rejected"]


def test_an_end_that_is_told_twice_makes_one_dataset(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    ended = run_map(pipeline, *executions())
    assert pipeline.convert(ended, ended, event) == []
    assert announced(aws) == ["Dataset Ready"] * 3
    assert len(executions()) == 1
    the_dataset(aws)


def test_an_end_that_is_never_told_is_found_by_the_labels_event(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    run_map(pipeline, *executions())
    assert pipeline.convert(event) == []
    assert announced(aws) == ["Dataset Ready"]


def test_the_sweep_finds_labels_whose_check_has_ended_unheard(aws, pipeline):
    event, _ = job_of(aws, sound(aws), ended=timedelta(hours=12))
    pipeline.convert(event)
    assert pipeline.convert(*pipeline.sweep()) == []
    assert announced(aws) == []
    run_map(pipeline, *executions())
    assert pipeline.convert(*pipeline.sweep()) == []
    assert announced(aws) == ["Dataset Ready"]


def test_an_uploads_images_are_looked_at_too(aws, pipeline):
    labeling = replace(pipeline.settings.labeling, uploads=("manifests/",))
    pipeline.settings = replace(pipeline.settings, labeling=labeling)
    text = "".join(f"{json.dumps(each)}\n" for each in more_boxes(aws))
    aws.put("manifests/yard.manifest", text)
    pipeline.convert(upload_event("manifests/yard.manifest"))
    assert pipeline.convert(run_map(pipeline, *executions())) == []
    assert the_dataset(aws)[1].findings["GT602"] == 3


def test_a_success_that_step_functions_does_not_know_yet_is_waited_for(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    (execution,) = executions()
    ended = run_map(pipeline, execution)
    execution.status = "RUNNING"
    assert pipeline.convert(ended) == [ended]
    assert aws.mails()[1:] == []
    execution.status = "SUCCEEDED"
    assert pipeline.convert(ended) == []


@pytest.mark.parametrize("status", ["RUNNING", "PENDING_REDRIVE"])
def test_a_failure_that_was_let_go_on_meanwhile_is_no_failure(aws, pipeline, monkeypatch, status):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    (execution,) = executions()
    ended = end(execution, "FAILED")
    execution.status = status
    redriven(aws, monkeypatch, 1)
    assert pipeline.convert(ended) == []
    assert announced(aws) == []


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_failure_that_step_functions_does_not_know_yet_is_waited_for(aws, pipeline, monkeypatch, status):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    aws.mails()
    (execution,) = executions()
    ended = end(execution, status)
    ended["detail"]["redriveCount"] = 1
    execution.status = "RUNNING"
    redriven(aws, monkeypatch, 1)
    assert pipeline.convert(ended) == [ended]
    assert aws.mails() == []
    execution.status = status
    assert pipeline.convert(ended) == [ended]
    assert len(aws.mails()) == 1


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("FAILED", ("States.ExceedToleratedFailureThreshold", "too many"), "failed (States.Exceed"),
        ("TIMED_OUT", ("", ""), "took too long"),
        ("ABORTED", ("", ""), "was stopped"),
    ],
)
def test_a_failure_is_told_with_what_failed_and_goes_on_by_a_redrive(aws, pipeline, status, reason, words):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    aws.mails()
    (execution,) = executions()
    ended = run_map(pipeline, execution, without=(1,), status=status, reason=reason)
    assert pipeline.convert(ended) == [ended]
    (mail,) = aws.mails()
    assert words in mail["Message"]
    assert "of 3 shards 1 have no findings, the first of them s3://datasets/image-checks/" in mail["Message"]
    command = f"aws stepfunctions redrive-execution --execution-arn {execution.execution_arn}`"
    assert command in mail["Message"]
    assert "The event is about the images in s3://datasets/image-checks/Pallets-07/" in mail["Message"]
    assert pipeline.convert(run_map(pipeline, execution)) == []
    assert announced(aws) == ["Dataset Ready"]
    assert "GT614" not in the_dataset(aws)[1].findings


def test_a_failed_map_that_a_person_marks_as_used_begins_anew(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    ended = end(*executions(), "FAILED")
    assert pipeline.convert(ended) == [ended]
    (shards,) = (key for key in aws.written() if key.endswith("/shards.jsonl"))
    aws.put(shards.replace("shards.jsonl", "used.json"), b"{}", "datasets")
    assert pipeline.convert(ended) == []
    _, second = executions()
    assert pipeline.convert(run_map(pipeline, second)) == []
    assert announced(aws) == ["Dataset Ready"]


def test_lines_of_a_tolerated_failure_are_kept_and_counted(aws, pipeline):
    event, _ = job_of(aws, more_boxes(aws))
    pipeline.convert(event)
    pipeline.convert(run_map(pipeline, *executions(), without=(0, 2)))
    folder, dataset = the_dataset(aws)
    assert dataset.findings["GT614"] == 8
    assert not rejected_in(aws) & {1, 2, 3, 4, 9, 10, 11, 12}
    report = json.loads(aws.get(f"{folder}report.json"))
    (told, *_) = [each for each in report["findings"] if each["code"] == "GT614"]
    assert told["message"] == "the check of 4 lines failed, of this one, too"
    _, mail, *_ = aws.mails()
    assert 'The images of 8 lines of labeling job "Pallets-07" were not looked at' in mail["Message"]
    assert f"aws s3 rm {folder}dataset.json" in mail["Message"].replace("s3://datasets/", "")


def test_more_lines_with_findings_than_one_machine_tells_are_told_by_the_pipeline(aws, pipeline, monkeypatch):
    monkeypatch.setattr(merged_findings, "ON_A_MACHINE", merged_findings.MostLines(7, ""))
    event, _ = job_of(aws, more_boxes(aws))
    pipeline.convert(event)
    pipeline.convert(run_map(pipeline, *executions(), without=(0, 2)))
    assert the_dataset(aws)[1].findings["GT614"] == 8


def test_too_many_lines_with_findings_are_told_with_what_a_reader_of_a_message_can_do(
    aws, pipeline, monkeypatch
):
    monkeypatch.setattr(image_map_findings, "_MOST", replace(image_map_findings._MOST, number=7))
    event, _ = job_of(aws, more_boxes(aws))
    pipeline.convert(event)
    pipeline.convert(run_map(pipeline, *executions(), without=(0, 2)))
    (reason,) = the_dataset(aws)[1].gate.reasons
    assert "more than 7 lines have findings on their images, most often GT614: correct" in reason
    assert "--sample" not in reason


def test_what_it_costs_depends_on_which_images_and_masks_are_pngs(aws, pipeline, monkeypatch):
    counted, lines = [], masks(aws)
    monkeypatch.setattr(check_images_once, "pixels_to_decode", lambda _, uri: counted.append(uri) or 1)
    event, _ = job_of(aws, lines)
    pipeline.convert(event)
    assert counted == [each[key] for each in lines for key in ("source-ref", "road-ref")]


def test_what_may_cost_too_much_is_not_started(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, gate=replace(GATE, max_image_cost=0.0001))
    event, _ = job_of(aws, sound(aws))
    assert pipeline.convert(event) == []
    gate = the_dataset(aws)[1].gate
    assert "looking at every image may cost" in gate.reasons[0]
    assert (announced(aws), executions()) == (["Dataset Rejected"], [])
    assert [key for key in aws.written() if key.startswith("image-checks/")] == []


def test_the_price_is_asked_before_anything_is_held_for_the_functions(aws, pipeline, monkeypatch):
    monkeypatch.setattr(check_images_once, "cut_images", None)
    pipeline.settings = replace(pipeline.settings, gate=replace(GATE, max_image_cost=0.0001))
    event, _ = job_of(aws, sound(aws))
    assert pipeline.convert(event) == []
    assert "looking at every image may cost" in the_dataset(aws)[1].gate.reasons[0]


def test_nothing_is_started_for_images_in_a_bucket_that_the_settings_do_not_name(aws, pipeline):
    lines = sound(aws)
    lines[7]["source-ref"] = "s3://strangers/7.jpg"
    event, _ = job_of(aws, lines)
    assert pipeline.convert(event) == [event]
    (mail,) = aws.mails()
    assert 'images lie in bucket "strangers"' in mail["Message"]
    assert executions() == []


def test_a_manifest_that_may_still_be_written_is_waited_for(aws, pipeline):
    event, _ = job_of(aws, sound(aws), ended=timedelta(minutes=1), LabelCounters={"TotalLabeled": 11})
    assert pipeline.convert(event) == [event]
    assert (executions(), aws.mails()) == ([], [])


def test_a_line_that_cannot_be_read_is_not_taken_for_one_that_is_still_to_be_written(aws, pipeline):
    lines = sound(aws)
    lines[2]["boxes"]["annotations"] = lines[3]["boxes"]["annotations"] = "none"
    lines[4]["boxes-metadata"]["failure-reason"] = "nobody could"
    just_now = timedelta(minutes=1)
    event, _ = job_of(aws, lines, ended=just_now, LabelCounters={"TotalLabeled": 10})
    assert pipeline.convert(event) == [event]
    event, _ = job_of(aws, lines, ended=just_now, LabelCounters={"TotalLabeled": 9})
    assert pipeline.convert(event) == []
    assert len(executions()) == 1


def test_a_manifest_without_a_line_that_names_an_image_needs_no_map(aws, pipeline):
    lines = sound(aws)
    for each in lines:
        each["boxes"]["annotations"] = "none"
    event, _ = job_of(aws, lines)
    assert pipeline.convert(event) == []
    assert (executions(), announced(aws)) == ([], ["Dataset Rejected"])


def test_without_a_state_machine_the_settings_cannot_be_met(aws, pipeline):
    pipeline.image_checks_arn = ""
    event, _ = job_of(aws, sound(aws))
    assert pipeline.convert(event) == [event]
    (mail,) = aws.mails()
    assert "the functions know no state machine that looks at images: deploy again" in mail["Message"]


def test_whoever_deletes_the_dataset_has_its_images_looked_at_again(aws, pipeline):
    event, _ = job_of(aws, more_boxes(aws))
    pipeline.convert(event)
    pipeline.convert(run_map(pipeline, *executions()))
    folder, dataset = the_dataset(aws)
    assert dataset.findings["GT602"] == 3
    aws.put("images/empty.jpg", pictures.jpeg(quality=11))
    aws.clients.s3.delete_object(Bucket="datasets", Key=f"{folder}dataset.json")
    announced(aws)
    assert pipeline.convert(event) == []
    assert announced(aws) == []
    first, second = executions()
    assert (first.name[-2:], second.name[-2:]) == ("-1", "-2")
    assert pipeline.convert(run_map(pipeline, second)) == []
    assert the_dataset(aws)[1].findings["GT602"] == 2


def test_a_check_whose_folder_has_expired_is_made_again(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    run_map(pipeline, *executions())
    for key in aws.written():
        aws.clients.s3.delete_object(Bucket="datasets", Key=key)
    assert pipeline.convert(event) == []
    assert [each.name[-2:] for each in executions()] == ["-1", "-2"]


def test_a_name_that_is_taken_meanwhile_is_asked_about_again(aws, pipeline, monkeypatch):
    def taken(**_):
        raise refused("ExecutionAlreadyExists")

    monkeypatch.setattr(aws.clients.step_functions, "start_execution", taken)
    event, _ = job_of(aws, sound(aws))
    assert pipeline.convert(event) == [event]
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("code", "words"),
    [("AccessDeniedException", "StartExecution was refused"), ("StateMachineDoesNotExist", "deploy again")],
)
def test_a_start_that_is_refused_is_told(aws, pipeline, monkeypatch, code, words):
    def refuse(**_):
        raise refused(code)

    monkeypatch.setattr(aws.clients.step_functions, "start_execution", refuse)
    event, _ = job_of(aws, sound(aws))
    assert pipeline.convert(event) == [event]
    assert words in aws.mails()[-1]["Message"]


def test_findings_of_another_version_are_told(aws, pipeline):
    event, _ = job_of(aws, sound(aws))
    pipeline.convert(event)
    ended = run_map(pipeline, *executions())
    (key, *_) = (key for key in aws.written() if "/findings/" in key)
    aws.put(key, aws.get(key).replace(b'"version":1', b'"version":7'), "datasets")
    assert pipeline.convert(ended) == [ended]
    assert "was written by another version of groundtrain (7)" in aws.mails()[-1]["Message"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            '{"bucket": "labels", "key": "a/shards.jsonl"}',
            "s3://labels/a/shards.jsonl does not lie in s3://datasets/image-checks/",
        ),
        ("{}", "the event names no check of images"),
        ('{"bucket": "datasets", "key": "image-checks/a/shards.jsonl"}', "there is no s3://datasets/image-"),
    ],
)
def test_an_execution_that_somebody_started_by_hand_is_no_check(aws, pipeline, place, words):
    event, _ = job_of(aws, sound(aws, 4))
    pipeline.convert(event)
    aws.mails()
    ended = run_map(pipeline, *executions())
    by_hand = {**ended, "detail": {**ended["detail"], "input": place}}
    assert pipeline.convert(by_hand) == [by_hand]
    (mail,) = aws.mails()
    assert words in mail["Message"]
