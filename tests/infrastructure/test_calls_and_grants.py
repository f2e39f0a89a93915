"""Calls ⊆ grants ⊆ calls: the synthesized policies allow what the functions call, and nothing else.

The calls are recorded where botocore sends them, over all the cases that the tests of interruptions know.
What Step Functions does with the role of the map is taken from its guide.
"""

import copy
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest
from moto.s3.exceptions import InvalidPart
from msgspec.structs import replace

from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_shards import cut_images
from groundtrain.record_keys import keys_of
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Labeling
from tests.interrupted import (
    CASES,
    JOB,
    TRAINING,
    Case,
    ask,
    finished,
    missed_uploads,
    put_in_versions,
    put_there,
    trained,
    upload_in_parts,
)
from tests.mocked_aws import clients, mocked_aws
from tests.permissions.comparing import OTHERS, never_called, refused, without
from tests.permissions.evaluator import Need, as_list, atoms
from tests.permissions.granted import Granted
from tests.permissions.needs import needs_of, objects_key
from tests.permissions.recording import recorded
from tests.unit.functions.pipeline import (
    Pipeline,
    labeling_event,
    training_event,
    upload_event,
)

__all__ = ["clients"]

STEPS = {
    "convert_manifest": "Convert",
    "start_training": "StartTraining",
    "record_outcome": "RecordOutcome",
    "sweep": "Sweep",
    "check_images": "CheckImages",
}
LIMITS = {  # as their settings say
    "dev": {"max_concurrent_jobs": 4, "max_jobs_per_day": 50},
    "unusual": {"max_jobs_per_day": 20, "incremental": True},
    "uploads": {"max_jobs_per_day": 20},
}
LABELING = {"uploads": Labeling(jobs=False, uploads=("manifests/",))}
LABELS = {  # what starts the pipeline there
    "dev": ("", "labeling job"),
    "unusual": ("", "labeling job", "upload elsewhere", "images"),
    "uploads": ("", "upload"),
}


def large(before):
    """Its dataset is so large that it is uploaded in parts."""

    def prepare(pipeline):
        before(pipeline)
        upload_in_parts(pipeline)

    return prepare


def refused_in_parts(before):
    """S3 takes no part of a large upload."""

    def prepare(pipeline):
        large(before)(pipeline)

        def refuse(*_, **__):
            raise InvalidPart

        pipeline.patch.setattr("moto.s3.models.S3Backend.upload_part", refuse)

    return prepare


def without_output(pipeline):
    """A labeling job has ended, and its output is not there yet."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    pipeline.aws.sagemaker.add_labeling_job("lost", output="s3://labels/lost", at=yesterday)


SHARD_FOLDER = "image-checks/pallets-07/0123456789abcdef/1/"


def shard(*lines):
    """A shard of these lines is to be looked at; its event."""
    return cut_images(lines, keys_of("road-ref"), S3Address("datasets", SHARD_FOLDER))


def put_shard(pipeline):
    """One image and its mask are there, another image is not."""
    pipeline.aws.put(f"{SHARD_FOLDER}images.jsonl", SHARD.images, "datasets")
    for name in ("images/0.jpg", "masks/0.png"):
        pipeline.aws.put(name, b"no image")


SHARD = shard(
    LabeledImage(1, "s3://labels/images/0.jpg", mask="s3://labels/masks/0.png"),
    LabeledImage(2, "s3://labels/images/gone.jpg"),
)
MORE_CASES = {
    "a shard": Case("check_images", put_shard, json.loads(SHARD.shard_lines), labels="images"),
    "a missed labeling job without output": Case("sweep", without_output, labels="labeling job"),
    "a large dataset that S3 does not take": Case(
        "convert_manifest",
        refused_in_parts(finished()),
        labeling_event(JOB),
        labels="labeling job",
    ),
    "a labeling job under way": Case(
        "convert_manifest",
        finished(status="InProgress"),
        labeling_event(JOB),
        labels="labeling job",
    ),
    "a large dataset of an upload": Case(
        "convert_manifest",
        large(put_there("manifests/")),
        upload_event("manifests/yard.manifest"),
        labels="upload",
    ),
    "a large dataset of an upload that S3 does not take": Case(
        "convert_manifest",
        refused_in_parts(put_there("manifests/")),
        upload_event("manifests/yard.manifest"),
        labels="upload",
    ),
    "an upload elsewhere": Case(
        "convert_manifest",
        put_there("s3://uploads/incoming/", jobs=True),
        upload_event("incoming/yard.manifest", bucket="uploads"),
        labels="upload elsewhere",
    ),
    "an upload elsewhere, in a version": Case(
        "convert_manifest",
        put_in_versions("s3://uploads/incoming/", jobs=True),
        upload_event("incoming/yard.manifest", bucket="uploads", version="v1"),
        labels="upload elsewhere",
    ),
    "an upload elsewhere that was deleted": Case(
        "convert_manifest",
        put_there("s3://uploads/incoming/", jobs=True),
        upload_event("incoming/gone.manifest", bucket="uploads"),
        labels="upload elsewhere",
    ),
    "missed uploads elsewhere": Case(
        "sweep", missed_uploads("s3://uploads/incoming/", jobs=True), labels="upload elsewhere"
    ),
    "a training under way": Case(
        "record_outcome", trained("InProgress"), training_event(TRAINING["TrainingJobName"])
    ),
}


ALL_CASES = {**CASES, **MORE_CASES}
ASKED = [
    (environment, name)
    for environment, (name, case) in product(LIMITS, ALL_CASES.items())
    if case.labels in LABELS[environment]
]

PAIRS = [
    (environment, function)
    for environment, function in product(LIMITS, STEPS)
    if function != "check_images" or environment == "unusual"
]


@pytest.fixture(scope="session")
def calls_by_case(clients):
    """Every call that a function makes, by environment and the name of the case."""
    made = {}
    for environment, name in ASKED:
        case, made[environment, name] = ALL_CASES[name], []
        with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
            pipeline = Pipeline(aws, patch)
            training = replace(pipeline.settings.training, **LIMITS[environment])
            labeling = LABELING.get(environment, pipeline.settings.labeling)
            pipeline.settings = replace(pipeline.settings, training=training, labeling=labeling)
            case.prepare(pipeline)
            pipeline.around = partial(recorded, clients, made[environment, name])
            if case.function == "check_images":
                pipeline.look_at_shard(case.event)
            else:
                ask(pipeline, case, 1)
    return made


@pytest.fixture(scope="session")
def calls(calls_by_case):
    """Every call that each function makes, over all cases, by environment and function."""
    made = {pair: [] for pair in PAIRS}
    for (environment, name), calls in calls_by_case.items():
        made[environment, ALL_CASES[name].function] += calls
    return made


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request):
    """An environment and one of its functions."""
    return request.param


@pytest.fixture
def function(pair):
    return pair[1]


@pytest.fixture
def granted(clouds, pair):
    return Granted(clouds[pair[0]], pair[0])


@pytest.fixture
def statements(granted, function):
    return granted.to(f"{STEPS[function]}HandlerRole")


@pytest.fixture
def needs(granted, function, calls):
    """What the calls need, each once, and what Lambda itself does under the function's role."""
    found = [need for call in calls[granted.environment, function] for need in needs_of(call, granted.world)]
    unique = {str(need): need for need in [*found, *needs_of_lambda(granted, function)]}
    return list(unique.values())


def needs_of_lambda(granted, function):
    """Lambda Developer Guide: "Execution role", "Using Lambda with SQS", "X-Ray", on-failure destinations."""
    step = STEPS[function]
    log = (
        granted.arn("AWS::Logs::LogGroup", f"{step}Handler").removesuffix("*")
        + "log-stream:2026/11/23/[$LATEST]0"
    )
    yield from (Need(f"logs:{action}", log) for action in ("CreateLogStream", "PutLogEvents"))
    yield from (Need(f"xray:{action}", "*") for action in ("PutTraceSegments", "PutTelemetryRecords"))
    if function == "sweep":
        yield Need("sqs:SendMessage", granted.arn("AWS::SQS::Queue", "SweepDeadLetters"))
    elif function != "check_images":
        queue = granted.arn("AWS::SQS::Queue", f"{step}Queue")
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
            yield Need(f"sqs:{action}", queue)


def test_functions_make_calls_in_every_case(calls_by_case):
    assert calls_by_case.keys() == set(ASKED)
    assert [case for case, calls in calls_by_case.items() if not calls] == []


def test_every_function_has_several_cases():
    for function in STEPS.keys() - {"check_images"}:
        assert len([case for case in ALL_CASES.values() if case.function == function]) > 3


def test_an_upload_that_fails_is_not_left_in_pieces(calls):
    made = [call.operation for call in calls["dev", "convert_manifest"]]
    assert {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"} <= set(
        made
    )


def test_every_call_is_allowed(statements, needs):
    assert refused(statements, needs) == []


def test_everything_that_is_allowed_is_called(statements, needs):
    assert never_called(statements, needs) == []


def test_without_any_single_action_some_call_is_refused(statements, needs):
    for atom in atoms(statements):
        assert refused(without(statements, atom), needs), atom


def test_one_action_more_is_noticed_wherever_it_is_added(statements, needs):
    for number, statement in enumerate(statements):
        for action in OTHERS if statement["Effect"] == "Allow" else ():
            widened = copy.deepcopy(statements)
            widened[number]["Action"] = [*as_list(statement["Action"]), action]
            assert never_called(widened, needs)


def test_one_resource_more_is_noticed_wherever_it_is_added(statements, needs):
    for number, statement in enumerate(statements):
        if statement["Effect"] == "Allow":
            widened = copy.deepcopy(statements)
            widened[number]["Resource"] = [*as_list(statement["Resource"]), "arn:aws:s3:::elsewhere/*"]
            assert never_called(widened, needs)


def needs_of_a_map(granted):
    """Step Functions Developer Guide: "IAM policies for using Distributed Map states", of redrives, too;
    "Logging using CloudWatch Logs"; "Trace with X-Ray".
    """
    states, world = "groundtrain-test-check-images", granted.world
    children = world.arn("states", f"execution:{states}/CheckImages:6c1e0f3a")
    yield Need("s3:GetObject", f"arn:aws:s3:::datasets/{SHARD_FOLDER}shards.jsonl")
    yield from objects_key("kms:Decrypt", "datasets", world)
    yield Need("states:StartExecution", world.arn("states", f"stateMachine:{states}"))
    for verb in ("Describe", "Stop"):
        yield Need(f"states:{verb}Execution", world.arn("states", f"execution:{states}:0123456789abcdef-1"))
    yield Need("states:RedriveExecution", children)
    yield Need("lambda:InvokeFunction", granted.arn("AWS::Lambda::Function", "CheckImagesHandler"))
    deliveries = [f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")]
    policies = ["logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"]
    for action in (*deliveries, *policies, "logs:DescribeLogGroups"):
        yield Need(action, "*")
    for action in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"):
        yield Need(f"xray:{action}", "*")


def test_the_role_of_the_map_has_what_step_functions_does_with_it_and_nothing_else(clouds):
    granted = Granted(clouds["unusual"], "unusual")
    statements, needs = granted.to("CheckImagesMapRole"), list(needs_of_a_map(granted))
    assert refused(statements, needs) == []
    assert never_called(statements, needs) == []
    for atom in atoms(statements):
        assert refused(without(statements, atom), needs), atom
