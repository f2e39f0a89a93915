"""A labeling job that nobody works on: created under our role with capitals in its name, and stopped.

Sources: SageMaker API reference (CreateLabelingJob, StopLabelingJob); Developer Guide ("Input Data",
"Label Category Configuration File", "Create Custom Worker Task Template").
"""

import json
from typing import Any

from groundtrain.events.labeling_job_event import LABELING_JOB_STATE_CHANGE
from groundtrain.preflight.ground_truth import GROUND_TRUTH_ACCOUNTS
from groundtrain.s3_addresses import parse_s3_address
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.drawn_labels import image_manifest
from stacks.acceptance.step import Outcome
from stacks.acceptance.waiting import eventually

_BEGUN, _STOPPED, _TOLD = 600, 600, 180  # seconds
_REFUSED = ("no labeling job", "AccessDenied", "not authorized", "was refused")
_TEMPLATE = """\
<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-bounding-box name="boundingBox" src="{{ task.input.taskObject | grant_read_access }}"
    header="Gates" labels="{{ task.input.labels | to_json | escape }}">
    <full-instructions header="Gates">Draw a box around each gate.</full-instructions>
    <short-instructions>Draw a box around each gate.</short-instructions>
  </crowd-bounding-box>
</crowd-form>
"""


def label_and_stop(run: AcceptanceRun) -> Outcome:
    """Create the job, let it begin, and stop it: the real event, and what the function makes of it."""
    sagemaker, name = run.services("sagemaker"), f"groundtrain-acceptance-Boxes-{run.seed}"
    run.subscriptions.listen(0)
    sagemaker.create_labeling_job(**_request(run, name))
    begun = eventually(lambda: _past_beginning(run, name), _BEGUN, run.pause)
    if begun and begun["LabelingJobStatus"] == "Failed":
        return Outcome(1, (f"the job failed: {begun.get('FailureReason')}",))
    sagemaker.stop_labeling_job(LabelingJobName=name)
    faults = []
    event = run.subscriptions.event(LABELING_JOB_STATE_CHANGE, name.lower(), '"Stopped"', seconds=_STOPPED)
    if event is None:
        faults.append("no event that it was stopped")
    else:
        run.examples.add("labeling_job_stopped", event)
    described = sagemaker.describe_labeling_job(LabelingJobName=name.lower())
    run.examples.add("describe_labeling_job_stopped", described)
    if not described.get("LabelingJobOutput", {}).get("OutputDatasetS3Uri"):
        faults.append("a stopped job names no output manifest")
    told = eventually(lambda: _told(run, name.lower()), _TOLD, run.pause)
    if not told:
        faults.append("neither a message nor the function's log says what came of it")
    elif any(words in told for words in _REFUSED):
        faults.append(f"the function did not find it: {told}")
    return Outcome(4, tuple(faults))


def _past_beginning(run: AcceptanceRun, name: str) -> dict[str, Any]:
    """The job once its input was read under our role; {} until then."""
    found = run.services("sagemaker").describe_labeling_job(LabelingJobName=name)
    return {} if found["LabelingJobStatus"] == "Initializing" else dict(found)


def _told(run: AcceptanceRun, name: str) -> str:
    """What people were told about the job, or else why the function waits."""
    run.subscriptions.listen(0)
    for message in run.subscriptions.messages:
        if name in message.text.lower():
            return message.text
    pages = (
        run.services("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=run.output("ConvertLogGroup"), filterPattern='"reason"')
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    return next((line for line in lines if name in line.lower()), "")


def _request(run: AcceptanceRun, name: str) -> dict[str, Any]:
    """One image, boxes of two classes, a private team, one worker."""
    folder = f"s3://{run.output('LabelingBucketName')}/boxes-{run.seed}/"
    _put_input(run, folder)
    function = f"arn:aws:lambda:{run.region}:{GROUND_TRUTH_ACCOUNTS[run.region]}:function"
    return {
        "LabelingJobName": name,
        "LabelAttributeName": "boxes",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"{folder}input.manifest"}}},
        "OutputConfig": {"S3OutputPath": f"{folder}output/", "KmsKeyId": run.output("KeyArn")},
        "RoleArn": run.output("LabelingRoleArn"),
        "LabelCategoryConfigS3Uri": f"{folder}classes.json",
        "HumanTaskConfig": {
            "WorkteamArn": run.done["work team"],
            "UiConfig": {"UiTemplateS3Uri": f"{folder}template.liquid"},
            "PreHumanTaskLambdaArn": f"{function}:PRE-BoundingBox",
            "TaskTitle": "Not to be worked on",
            "TaskDescription": "A test of make acceptance, which stops by itself",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 600,
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{function}:ACS-BoundingBox"
            },
        },
    }


def _put_input(run: AcceptanceRun, folder: str) -> None:
    _, images = image_manifest(run.seed, folder)
    line = json.dumps({"source-ref": f"{folder}00.jpg"})
    classes = {
        "document-version": "2018-11-28",
        "labels": [{"label": "open"}, {"label": "closed"}],
    }
    address = parse_s3_address(folder)
    contents = {
        "00.jpg": images["00.jpg"],
        "input.manifest": f"{line}\n".encode(),
        "classes.json": json.dumps(classes).encode(),
        "template.liquid": _TEMPLATE.encode(),
    }
    for name, content in contents.items():
        run.services("s3").put_object(Bucket=address.bucket, Key=f"{address.key}{name}", Body=content)
