import json
import shlex

import msgspec
import pytest

from groundtrain.aws.sagemaker import model_packages
from groundtrain.dataset.description import GateDecision, dump_dataset
from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER, FOLDER_ADDRESS, KEYS, a_dataset, an_announcement
from tests.mocked_aws import GROUP, ROLE
from tests.training_plans import planned_request
from tests.unit.functions.pipeline import training_event

NO_CAPACITY = "CapacityError: Unable to provision requested ML compute capacity. Please retry."


@pytest.fixture
def job(aws):
    """Name of a training job under way, with its dataset."""
    return train(aws, a_dataset())


def train(aws, dataset, attempt=0, **training):
    aws.put(f"{KEYS}dataset.json", dump_dataset(dataset), bucket="datasets")
    environment = Environment(name="test", region="eu-west-1", training=Training(**training))
    request = planned_request(
        dataset, environment, BucketsAndRole(FOLDER_ADDRESS, "models", ROLE), attempt=attempt
    )
    aws.clients.sagemaker.create_training_job(**request)
    return request["TrainingJobName"]


def the_package(aws):
    (package,) = aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)[
        "ModelPackageSummaryList"
    ]
    return aws.clients.sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])


def packages(aws):
    return aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]


def test_a_completed_job_becomes_a_model_package_that_waits_for_approval(aws, pipeline, job):
    metrics = [{"MetricName": "validation:mAP", "Value": 0.5, "Timestamp": 1}]
    aws.sagemaker.end_training_job(job, "Completed", FinalMetricDataList=metrics)
    pipeline.record(training_event(job))
    package = the_package(aws)
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    (container,) = package["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == f"s3://models/training/{job}/output/model.tar.gz"
    properties = package["CustomerMetadataProperties"]
    assert properties["dataset"] == FOLDER
    assert properties["classes-0"] == "0=pallet/1=forklift"
    assert properties["metric/validation:mAP"] == "0.5"
    (mail,) = aws.mails()
    assert package["ModelPackageArn"] in mail["Message"]
    assert "validation:mAP: 0.5" in mail["Message"]


def test_three_deliveries_register_one_model(aws, pipeline, job):
    pipeline.record(training_event(job), training_event(job), training_event(job))
    assert len(packages(aws)) == 1
    assert len(aws.mails()) == 1


def test_a_job_that_reached_its_longest_run_time_keeps_its_model(aws, pipeline, job):
    aws.sagemaker.end_training_job(job, "Stopped", "MaxRuntimeExceeded")
    pipeline.record(training_event(job, "Stopped"))
    assert len(packages(aws)) == 1


@pytest.mark.parametrize(
    ("secondary", "words"),
    [
        ("Stopped", "Someone stopped it"),
        ("MaxRuntimeExceeded", "epochs"),
    ],
)
def test_a_stopped_job_without_a_model_gives_a_message(aws, pipeline, job, secondary, words):
    aws.sagemaker.end_training_job(job, "Stopped", secondary, ModelArtifacts={})
    pipeline.record(training_event(job, "Stopped"))
    assert packages(aws) == []
    assert words in aws.mails()[0]["Message"]


def test_a_job_that_someone_stopped_is_not_registered(aws, pipeline, job):
    aws.sagemaker.end_training_job(job, "Stopped")
    pipeline.record(training_event(job, "Stopped"))
    assert packages(aws) == []


def test_a_job_that_failed_for_its_data_names_the_records_to_look_at(aws, pipeline, job):
    lines = (f'{{"source-ref":"s3://yard/{n}.jpg","boxes":{{"annotations":{[0] * n}}}}}' for n in range(90))
    aws.put(f"{KEYS}train.manifest", "\n".join(lines), bucket="datasets")
    reason = "ClientError: Invalid parameter value 'label_width'"
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=reason)
    pipeline.record(training_event(job, "Failed"))
    (mail,) = aws.mails()
    assert "train.manifest, line 90: s3://yard/89.jpg: 89 boxes, the most in this manifest" in mail["Message"]
    assert "GT504 (label-width-raised)" in mail["Message"]


def test_a_failed_job_gives_a_message_with_the_reason_explained(aws, pipeline, job):
    reason = "ClientError: Invalid parameter value 'label_width'"
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=reason)
    pipeline.record(training_event(job, "Failed"))
    assert packages(aws) == []
    (mail,) = aws.mails()
    assert reason in mail["Message"]
    assert "more boxes than" in mail["Message"]
    assert '\\"attempt\\": 1' in mail["Message"]


def test_where_no_machine_was_free_the_next_instance_type_is_tried_by_itself(aws, pipeline):
    job = train(aws, a_dataset(), hyperparameters=pipeline.settings.training.hyperparameters)
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=NO_CAPACITY)
    pipeline.record(training_event(job, "Failed"))
    (mail,) = aws.mails()
    assert "no ml.g5.2xlarge on spot was free, now on ml.g4dn.2xlarge" in mail["Subject"]
    (event,) = aws.events()
    assert pipeline.start(event) == []
    (request,) = (r for name, r in aws.sagemaker.training_requests.items() if name.endswith("-a1"))
    assert request["ResourceConfig"]["InstanceType"] == "ml.g4dn.2xlarge"


def test_no_machine_for_a_job_with_other_settings_starts_none_with_the_deployed_ones(aws, pipeline):
    job = train(aws, a_dataset(), hyperparameters={"epochs": 1})
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=NO_CAPACITY)
    pipeline.record(training_event(job, "Failed"))
    assert aws.events() == []
    (mail,) = aws.mails()
    assert mail["Subject"].endswith("no ml.g5.2xlarge on spot was free")


def test_a_gate_that_was_closed_since_is_overridden_by_the_next_attempt(aws, pipeline):
    job = train(aws, a_dataset(), hyperparameters=pipeline.settings.training.hyperparameters)
    pipeline.settings = msgspec.structs.replace(pipeline.settings, gate=Gate(min_records=10**6))
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=NO_CAPACITY)
    pipeline.record(training_event(job, "Failed"))
    (event,) = aws.events()
    assert pipeline.start(event) == []
    assert any(name.endswith("-a1") for name in aws.sagemaker.training_requests)


def test_where_no_machine_of_the_last_instance_type_was_free_people_are_asked(aws, pipeline):
    job = train(aws, a_dataset(), instance_types=("ml.g4dn.2xlarge",), spot=False)
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=NO_CAPACITY)
    pipeline.record(training_event(job, "Failed"))
    assert aws.events() == []
    (mail,) = aws.mails()
    assert "training failed" in mail["Subject"]
    assert "names none after it" in mail["Message"]


def test_starting_again_keeps_counting_and_keeps_the_override(aws, pipeline):
    job = train(aws, a_dataset(gate=GateDecision(open=False, reasons=("few",))), attempt=3)
    aws.sagemaker.end_training_job(job, "Failed", FailureReason="?")
    pipeline.record(training_event(job, "Failed"))
    (mail,) = aws.mails()
    assert '\\"attempt\\": 4' in mail["Message"]
    assert '\\"override_gate\\": true' in mail["Message"]


def test_the_status_in_the_event_is_not_trusted(aws, pipeline, job):
    aws.sagemaker.end_training_job(job, "InProgress", "Uploading")
    assert pipeline.record(training_event(job))
    assert packages(aws) == []


def test_an_unknown_training_job_is_told_to_people(aws, pipeline):
    assert pipeline.record(training_event("groundtrain-test-nobody"))
    assert len(aws.mails()) == 1


def test_what_the_registry_refuses_is_told_to_people(aws, pipeline, job):
    aws.sagemaker.registry_refusal = "no such artifacts"
    assert pipeline.record(training_event(job))
    assert "no such artifacts" in aws.mails()[0]["Message"]


def test_models_join_the_group_that_outlived_an_earlier_deployment(aws, pipeline, job):
    aws.clients.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    assert pipeline.record(training_event(job)) == []
    assert len(packages(aws)) == 1


def test_a_group_that_another_worker_makes_at_the_same_moment_is_used(aws, pipeline, job, monkeypatch):
    seen = iter([False])
    exists = model_packages._group_exists
    aws.clients.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    monkeypatch.setattr(model_packages, "_group_exists", lambda *given: next(seen, exists(*given)))
    assert pipeline.record(training_event(job)) == []
    assert len(packages(aws)) == 1


ATTEMPTS = [(0, 1), (1, 2), (997, 998), (998, 999), (999, None)]


@pytest.mark.parametrize(("attempt", "following"), ATTEMPTS)
def test_want_of_capacity_announces_the_next_attempt_as_long_as_there_is_one(
    aws, pipeline, attempt, following
):
    hyperparameters = pipeline.settings.training.hyperparameters
    job = train(aws, a_dataset(), attempt=attempt, hyperparameters=hyperparameters)
    aws.sagemaker.end_training_job(job, "Failed", FailureReason=NO_CAPACITY)
    assert pipeline.record(training_event(job, "Failed")) == []
    announced = [event["detail"]["attempt"] for event in aws.events()]
    assert announced == ([following] if following else [])
    (mail,) = aws.mails()
    assert ("now on" in mail["Subject"]) == (following is not None)
    assert "1000" not in mail["Message"]
    assert ("No attempt is left" in mail["Message"]) == (following is None)


STARTING = ({"Status": "Starting"}, {"Status": "Stopping"})
RAN = ({"Status": "Starting"}, {"Status": "Downloading"}, {"Status": "Training"}, {"Status": "Interrupted"})
WAITED = {"status": "Stopped", "secondary_status": "MaxWaitTimeExceeded", "ModelArtifacts": {}}
WITHOUT_SPOT = {
    "waited": {**WAITED, "SecondaryStatusTransitions": STARTING},
    "failed": {"status": "Failed", "FailureReason": NO_CAPACITY},
}
GPUS = ("ml.g5.2xlarge", "ml.g4dn.2xlarge")


def end(aws, pipeline, name, outcome):
    aws.sagemaker.end_training_job(name, **outcome)
    assert pipeline.record(training_event(name, outcome["status"])) == []


def deploy(pipeline, **training):
    pipeline.settings = msgspec.structs.replace(
        pipeline.settings, training=Training(spot=True, instance_types=GPUS, **training)
    )


def start(aws, pipeline, event):
    """Start what an event asks for; the request that was sent for it."""
    before = set(aws.sagemaker.training_requests)
    assert pipeline.start(event) == []
    (name,) = set(aws.sagemaker.training_requests) - before
    return aws.sagemaker.training_requests[name]


def start_first(aws, pipeline):
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket="datasets")
    detail = msgspec.to_builtins(an_announcement())
    return start(aws, pipeline, {"source": "groundtrain", "detail-type": "Dataset Ready", "detail": detail})


def machines(request):
    return request["ResourceConfig"]["InstanceType"], request["EnableManagedSpotTraining"]


@pytest.mark.parametrize("outcome", WITHOUT_SPOT.values(), ids=WITHOUT_SPOT)
def test_where_no_spot_machine_was_free_every_type_is_tried_on_spot_and_then_on_demand(
    aws, pipeline, outcome
):
    deploy(pipeline, on_demand_after_spot=True)
    request, seen = start_first(aws, pipeline), []
    for _ in range(3):
        seen.append(machines(request))
        end(aws, pipeline, request["TrainingJobName"], outcome)
        (event,) = aws.events()
        request = start(aws, pipeline, event)
    assert [*seen, machines(request)] == [(kind, spot) for spot in (True, False) for kind in GPUS]
    assert "MaxWaitTimeInSeconds" not in request["StoppingCondition"]
    subjects = [mail["Subject"] for mail in aws.mails()]
    assert [subject.partition("now on ")[2] for subject in subjects] == [
        "ml.g4dn.2xlarge",
        "ml.g5.2xlarge on demand",
        "ml.g4dn.2xlarge",
    ]
    end(aws, pipeline, request["TrainingJobName"], {"status": "Failed", "FailureReason": NO_CAPACITY})
    assert aws.events() == []
    assert "training failed" in aws.mails()[0]["Subject"]


@pytest.mark.parametrize("outcome", WITHOUT_SPOT.values(), ids=WITHOUT_SPOT)
def test_after_the_last_spot_type_people_hear_how_to_train_on_demand(aws, pipeline, outcome):
    deploy(pipeline)
    request = start_first(aws, pipeline)
    for _ in range(2):
        end(aws, pipeline, request["TrainingJobName"], outcome)
        for event in aws.events():
            request = start(aws, pipeline, event)
    _, mail = aws.mails()
    assert "no ml.g4dn.2xlarge on spot was free" in mail["Subject"]
    assert "training.on_demand_after_spot" in mail["Message"]
    again, on_demand = events_in(mail)
    assert machines(start(aws, pipeline, on_demand)) == ("ml.g5.2xlarge", False)
    assert again["detail"]["attempt"] == 2


def test_a_spot_job_that_ran_and_ran_out_of_time_can_go_on_from_its_checkpoints(aws, pipeline):
    deploy(pipeline)
    first = start_first(aws, pipeline)
    end(aws, pipeline, first["TrainingJobName"], {**WAITED, "SecondaryStatusTransitions": RAN})
    assert aws.events() == []
    (mail,) = aws.mails()
    assert "ran out of time" in mail["Subject"]
    going_on, _ = events_in(mail)
    second = start(aws, pipeline, going_on)
    assert second["TrainingJobName"] != first["TrainingJobName"]
    assert second["CheckpointConfig"] == first["CheckpointConfig"]
    end(aws, pipeline, second["TrainingJobName"], {**WAITED, "SecondaryStatusTransitions": RAN})
    third = start(aws, pipeline, events_in(aws.mails()[0])[0])
    assert third["CheckpointConfig"] == first["CheckpointConfig"]


def test_a_spot_job_that_lost_its_machine_for_good_goes_on_from_its_checkpoints_elsewhere(aws, pipeline):
    deploy(pipeline)
    first = start_first(aws, pipeline)
    outcome = {**WITHOUT_SPOT["failed"], "SecondaryStatusTransitions": RAN}
    end(aws, pipeline, first["TrainingJobName"], outcome)
    (event,) = aws.events()
    second = start(aws, pipeline, event)
    assert machines(second) == ("ml.g4dn.2xlarge", True)
    assert second["CheckpointConfig"] == first["CheckpointConfig"]


def events_in(mail):
    """Those that the message says to send, as the bus delivers them."""
    commands = [line for line in mail["Message"].splitlines() if line.strip().startswith("aws events")]
    entries = [json.loads(shlex.split(command)[-1])[0] for command in commands]
    return [
        {"source": e["Source"], "detail-type": e["DetailType"], "detail": json.loads(e["Detail"])}
        for e in entries
    ]
