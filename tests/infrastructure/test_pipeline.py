"""Promises of rules, queues, functions and topic."""

import json

import pytest

from groundtrain.pipeline.environment_variables import (
    ConvertVariables,
    OutcomeVariables,
    StartVariables,
    SweepVariables,
)
from groundtrain.pipeline.read_variables import read_variables
from groundtrain.settings.environment_file import parse_environment
from groundtrain.training.settings_checks import training_mistakes

QUEUE, RULE, FUNCTION = "AWS::SQS::Queue", "AWS::Events::Rule", "AWS::Lambda::Function"
STEPS = ["Convert", "StartTraining", "RecordOutcome"]
PACKAGES = {
    "Convert": "convert_manifest",
    "StartTraining": "start_training",
    "RecordOutcome": "record_outcome",
    "Sweep": "sweep",
}


def queue_of(cloud, step):
    return cloud.one(QUEUE, f"{step}Queue")["Properties"]


def function_of(cloud, step):
    return cloud.one(FUNCTION, f"{step}Handler")["Properties"]


def name_of(cloud):
    return next(iter(cloud.templates)).partition("/")[0]


def json_like(value):
    """Normalising shows JSON in a string as the JSON; the function gets the string."""
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_rules_a_queue_and_a_function(cloud, step):
    [queue] = [name for name in cloud.all(QUEUE) if name.startswith(f"{step}Queue")]
    [function] = [name for name in cloud.all(FUNCTION) if name.startswith(f"{step}Handler")]
    rules = [rule["Properties"] for name, rule in cloud.all(RULE).items() if name.startswith(step)]
    mapping = cloud.one("AWS::Lambda::EventSourceMapping", f"{step}Handler")["Properties"]
    targets = {target["Arn"] for rule in rules for target in rule["Targets"]}
    assert targets == {mapping["EventSourceArn"]} == {f"${{{queue}.Arn}}"}
    assert mapping["FunctionName"] == f"${{{function}}}"


def test_every_queue_has_dead_letters_that_are_kept_for_a_week_or_more(cloud):
    for name, queue in cloud.all(QUEUE).items():
        redrive = queue["Properties"].get("RedrivePolicy")
        days = 14 if "DeadLetters" in name else 7  # counted from when a message was first sent
        assert queue["Properties"]["MessageRetentionPeriod"] == days * 86400
        assert (redrive is None) == ("DeadLetters" in name)
        if redrive:
            assert "DeadLetters" in redrive["deadLetterTargetArn"]


def test_every_rule_target_is_retried_and_then_kept(cloud):
    for rule in cloud.properties(RULE):
        for target in rule["Targets"]:
            assert "DeadLetters" in target["DeadLetterConfig"]["Arn"]
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
            assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] >= 3600


def test_calls_of_the_sweep_that_failed_are_kept(cloud):
    [config] = cloud.properties("AWS::Lambda::EventInvokeConfig")
    assert "SweepDeadLetters" in config["DestinationConfig"]["OnFailure"]["Destination"]


def test_queues_are_encrypted(cloud):
    for queue in cloud.properties(QUEUE):
        assert queue["SqsManagedSseEnabled"] is True


def test_queues_speak_tls_only_and_take_events_from_their_own_rule_only(cloud):
    policies = {
        p["Queues"][0]: p["PolicyDocument"]["Statement"] for p in cloud.properties("AWS::SQS::QueuePolicy")
    }
    for name in cloud.all(QUEUE):
        deny, *allows = policies[f"${{{name}}}"]
        assert (deny["Effect"], deny["Action"], deny["Principal"]) == ("Deny", "sqs:*", {"AWS": "*"})
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for allow in allows:
            assert allow["Principal"] == {"Service": "events.amazonaws.com"}
            [(operator, condition)] = allow["Condition"].items()
            [rule] = condition.values()
            assert operator == "ArnEquals"
            assert rule[2:-5] in cloud.all(RULE)


@pytest.mark.parametrize("step", STEPS)
def test_a_message_is_hidden_for_six_times_the_functions_timeout(cloud, step):
    assert queue_of(cloud, step)["VisibilityTimeout"] == 6 * function_of(cloud, step)["Timeout"]


@pytest.mark.parametrize("step", STEPS)
def test_one_call_gets_one_message(cloud, step):
    mapping = cloud.one("AWS::Lambda::EventSourceMapping", f"{step}Handler")["Properties"]
    assert mapping["BatchSize"] == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_message_that_is_put_off_is_kept_by_the_answer(cloud, step):
    mapping = cloud.one("AWS::Lambda::EventSourceMapping", f"{step}Handler")["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_leaves_concurrency_to_others(cloud, step):
    mapping = cloud.one("AWS::Lambda::EventSourceMapping", f"{step}Handler")["Properties"]
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 5


def test_what_waits_for_capacity_is_tried_more_often_than_what_waits_for_a_manifest(cloud):
    tries = {step: queue_of(cloud, step)["RedrivePolicy"]["maxReceiveCount"] for step in STEPS}
    assert tries == {"Convert": 8, "StartTraining": 30, "RecordOutcome": 8}


def test_dev_reacts_to_every_completed_labeling_job(dev):
    assert dev.one(RULE, "ConvertRule")["Properties"]["EventPattern"] == {
        "account": ["${AWS::AccountId}"],
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Ground Truth Labeling Job State Change"],
        "detail": {"LabelingJobStatus": ["Completed"]},
    }


def test_a_manifest_in_a_folder_of_the_own_bucket_is_reacted_to(uploads):
    pattern = uploads.one(RULE, "ConvertUploadsRule")["Properties"]["EventPattern"]
    [bucket] = pattern["detail"]["bucket"].pop("name")
    assert "RefLabeling" in bucket
    assert pattern == {
        "account": ["${AWS::AccountId}"],
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {}, "object": {"key": [{"wildcard": "manifests/*.manifest"}]}},
    }


def test_a_manifest_in_a_folder_of_an_existing_bucket_is_reacted_to(unusual):
    detail = unusual.one(RULE, "ConvertUploadsRule")["Properties"]["EventPattern"]["detail"]
    assert detail == {
        "bucket": {"name": ["yard-uploads"]},
        "object": {"key": [{"wildcard": "incoming/*.manifest"}]},
    }


def test_where_labeling_jobs_are_switched_off_nothing_speaks_of_them(uploads):
    patterns = [rule.get("EventPattern", {}) for rule in uploads.properties(RULE)]
    assert "Labeling Job" not in str(patterns)
    granted = [
        action for role in ("ConvertHandlerRole", "SweepHandlerRole") for action in uploads.grants(role)
    ]
    assert "LabelingJob" not in str(granted)
    assert "LabelingRole" not in str(uploads.templates)


def test_events_of_other_accounts_start_nothing(cloud, unusual):
    patterns = [rule["EventPattern"] for rule in cloud.properties(RULE) if "EventPattern" in rule]
    own = "111122223333" if cloud is unusual else "${AWS::AccountId}"
    assert len(patterns) >= 3
    assert [pattern["account"] for pattern in patterns] == [[own]] * len(patterns)


def test_labeling_jobs_are_told_apart_by_the_lower_case_name_in_their_arn(unusual):
    pattern = unusual.one(RULE, "ConvertRule")["Properties"]["EventPattern"]
    jobs = "arn:aws:sagemaker:eu-central-1:111122223333:labeling-job/"
    assert pattern["resources"] == [{"prefix": f"{jobs}pallets-"}, {"prefix": f"{jobs}forklifts-"}]
    assert pattern["detail"] == {"LabelingJobStatus": ["Completed", "Stopped"]}


def test_training_starts_for_datasets_of_the_own_environment_only(prod):
    assert prod.one(RULE, "StartTrainingRule")["Properties"]["EventPattern"] == {
        "account": ["${AWS::AccountId}"],
        "source": ["groundtrain"],
        "detail-type": ["Dataset Ready"],
        "detail": {"environment": ["prod"]},
    }


def test_outcomes_are_recorded_of_the_own_environments_jobs_when_they_end(prod):
    assert prod.one(RULE, "RecordOutcomeRule")["Properties"]["EventPattern"] == {
        "account": ["${AWS::AccountId}"],
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Training Job State Change"],
        "detail": {
            "TrainingJobStatus": ["Completed", "Failed", "Stopped"],
            "TrainingJobName": [{"prefix": "groundtrain-prod-"}],
        },
    }


def test_the_sweep_runs_as_often_as_the_settings_say(dev, unusual):
    assert dev.one(RULE, "SweepSchedule")["Properties"]["ScheduleExpression"] == "rate(1 hour)"
    assert unusual.one(RULE, "SweepSchedule")["Properties"]["ScheduleExpression"] == "rate(30 minutes)"


def test_only_the_schedule_may_call_the_sweep(cloud):
    [permission] = cloud.properties("AWS::Lambda::Permission")
    assert permission["Principal"] == "events.amazonaws.com"
    assert "SweepSchedule" in permission["SourceArn"]


@pytest.mark.parametrize(("step", "package"), PACKAGES.items())
def test_functions_run_their_handler_on_arm64_with_the_newest_python_and_tracing(cloud, step, package):
    function = function_of(cloud, step)
    assert function["Handler"] == f"{package}.handler.handler"
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.14"
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_converting_has_a_whole_core_and_room_for_manifests(cloud):
    function = function_of(cloud, "Convert")
    assert function["Timeout"] == 900
    assert function["MemorySize"] >= 1769
    assert function["EphemeralStorage"] == {"Size": 4096}


def test_all_functions_but_the_one_with_pillow_ship_one_bundle(cloud):
    functions = {name: it["Properties"]["Code"] for name, it in cloud.all(FUNCTION).items()}
    bundles = [code for name, code in functions.items() if not name.startswith("CheckImages")]
    assert len(bundles) == 4
    assert all(bundle == bundles[0] for bundle in bundles)


@pytest.mark.parametrize(
    ("step", "variables"),
    [
        ("Convert", ConvertVariables),
        ("StartTraining", StartVariables),
        ("RecordOutcome", OutcomeVariables),
        ("Sweep", SweepVariables),
    ],
)
def test_functions_get_exactly_the_variables_they_read(cloud, step, variables):
    given = function_of(cloud, step)["Environment"]["Variables"]
    read_variables(variables, {name: json_like(value) for name, value in given.items()})
    of_a_map = set() if cloud.looks_at_every_pixel else {"IMAGE_CHECKS_ARN"}
    ours = {name.upper() for name in variables.__struct_fields__} - of_a_map
    assert {name for name in given if not name.startswith("POWERTOOLS_")} == ours


def test_images_are_looked_for_in_the_buckets_that_may_be_read_and_nowhere_else(dev, unusual):
    named = function_of(unusual, "Convert")["Environment"]["Variables"]["LABELING_BUCKETS"]
    assert named.split(",") == ["yard-images", "yard-labels"]
    [made] = [name for name in dev.all("AWS::S3::Bucket") if name.startswith("Labeling")]
    assert made in function_of(dev, "Convert")["Environment"]["Variables"]["LABELING_BUCKETS"]


def test_functions_get_the_settings_of_their_environment(unusual):
    reading = [unusual.one(FUNCTION, f"{step}Handler")["Properties"] for step in PACKAGES]
    for function in reading:
        settings = parse_environment(
            json_like(function["Environment"]["Variables"]["GROUNDTRAIN_SETTINGS"]), training_mistakes
        )
        assert settings.name == "unusual"
        assert settings.labeling.job_name_prefixes == ("pallets-", "forklifts-")


def test_logs_carry_the_functions_name_and_metrics_the_environments_too(cloud):
    for function in cloud.properties(FUNCTION):
        variables = function["Environment"]["Variables"]
        environment = name_of(cloud)
        assert function["Handler"].startswith(variables["POWERTOOLS_SERVICE_NAME"])
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == f"groundtrain/{environment}"


@pytest.mark.parametrize(("name", "days"), [("dev", 30), ("prod", 365), ("unusual", 14)])
def test_logs_are_kept_as_long_as_the_settings_say(clouds, name, days):
    groups = clouds[name].all("AWS::Logs::LogGroup")
    used = {f["LoggingConfig"]["LogGroup"] for f in clouds[name].properties(FUNCTION)}
    assert used == {f"${{{group}}}" for group in groups if "MapLogs" not in group}
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {days}


def test_logs_are_encrypted_with_the_environments_own_key(cloud):
    for group in cloud.properties("AWS::Logs::LogGroup"):
        assert "FnGetAttKey" in group["KmsKeyId"]


def test_log_groups_have_the_names_that_the_key_lets_in(cloud):
    """Without a name of their own CloudFormation names them after their stack."""
    groups = cloud.properties("AWS::Logs::LogGroup")
    assert len(groups) == 4 + 2 * cloud.looks_at_every_pixel
    assert all("LogGroupName" not in group and "KmsKeyId" in group for group in groups)


def test_messages_to_people_are_encrypted(cloud):
    [topic] = cloud.properties("AWS::SNS::Topic")
    assert "FnGetAttKey" in topic["KmsMasterKeyId"]


def test_the_topic_speaks_tls_only_and_takes_alarms_of_its_environment_only(prod):
    [policy] = prod.properties("AWS::SNS::TopicPolicy")
    deny, allow = policy["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
        "ArnLike": {
            "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:${AWS::AccountId}:alarm:groundtrain-prod-*"
        },
    }


def test_people_of_the_settings_are_subscribed(unusual):
    [subscription] = unusual.properties("AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "yard@example.com")


def test_people_and_tools_find_queues_logs_roles_and_topic_in_the_outputs(cloud, uploads):
    urls = {f"{step}{queue}Url" for step in STEPS for queue in ("Queue", "DeadLetters")}
    logs = {f"{step}LogGroup" for step in PACKAGES}
    wanted = urls | logs | {"SweepDeadLettersUrl", "TopicArn", "TrainingRoleArn"}
    assert wanted <= cloud.outputs().keys()
    assert ("LabelingRoleArn" in cloud.outputs()) == (cloud is not uploads)
