"""The state machine that looks at images, in moto, which starts nothing: a test runs its children."""

import importlib
import json

from moto.stepfunctions.models import stepfunctions_backends
from msgspec.structs import replace

from groundtrain.events.image_check_event import image_check_event
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.unit.functions.pipeline import CONTEXT

NAME = "groundtrain-test-check-images"


def look_at_every_image(pipeline, **settings):
    """From now on the pipeline's settings have every image looked at, and there is what does it."""
    role = f"arn:aws:iam::{ACCOUNT}:role/images"
    made = pipeline.aws.clients.step_functions.create_state_machine(
        name=NAME, definition='{"States": {}}', roleArn=role
    )
    pipeline.image_checks_arn = made["stateMachineArn"]
    dataset = replace(pipeline.settings.dataset, images="full")
    pipeline.settings = replace(pipeline.settings, dataset=dataset, **settings)


def executions():
    """Those there are, the oldest first."""
    machines = stepfunctions_backends[ACCOUNT][REGION].state_machines
    return [execution for machine in machines for execution in machine.executions]


def run_map(pipeline, execution, *, without=(), status="SUCCEEDED", reason=("", "")):
    """Have the children of an execution do their work, but those of some numbers; the event of its end."""
    place = json.loads(execution.execution_input)
    pipeline.patch.setenv("DATASETS_BUCKET", "datasets")
    pipeline.patch.setenv("LABELING_BUCKETS", "another,labels")
    check = importlib.import_module("check_images.handler").handler
    for number, line in enumerate(pipeline.aws.get(place["key"], place["bucket"]).splitlines()):
        if number not in without:
            check(json.loads(line), CONTEXT)
    return end(execution, status, reason)


def end(execution, status, reason=("", "")):
    """Have an execution end; the event of that."""
    execution.status = status
    execution.error, execution.cause = (said or None for said in reason)
    return image_check_event(
        execution.execution_arn, execution.state_machine_arn, status, execution.execution_input
    )
