"""Promises of `images = "full"`: a map over shards of a dataset's images, and nothing of it elsewhere."""

import json

import aws_cdk as cdk
import pytest

from groundtrain.pipeline.check_shard import CheckImagesVariables
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from stacks.bundling import Bundles
from stacks.deployment import Deployment
from stacks.nag import check_with_nag
from template_review.template_copies import ROOT

MACHINE, RULE, FUNCTION = "AWS::StepFunctions::StateMachine", "AWS::Events::Rule", "AWS::Lambda::Function"
ARN = "arn:aws:states:eu-central-1:111122223333:stateMachine:groundtrain-unusual-check-images"
AGAIN = {"BackoffRate": 2, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"}


def machine_of(cloud):
    return cloud.one(MACHINE, "CheckImages")["Properties"]


@pytest.fixture
def function(unusual):
    return unusual.one(FUNCTION, "CheckImagesHandler")["Properties"]


@pytest.mark.parametrize("name", ["dev", "prod", "uploads"])
def test_an_environment_that_does_not_ask_for_every_pixel_has_nothing_of_it(clouds, name):
    said = json.dumps(clouds[name].templates).lower()
    assert "states:" not in said
    assert "statemachine" not in said
    assert "check_images" not in said
    assert "image-checks" not in said
    assert "image_checks" not in said


def test_a_child_is_run_for_each_line_of_the_shards(unusual):
    """Word for word, as the Step Functions Developer Guide and the Amazon States Language have the fields."""
    [function] = [name for name in unusual.all(FUNCTION) if name.startswith("CheckImages")]
    assert machine_of(unusual)["DefinitionString"] == {
        "Comment": "groundtrain unusual: looks at every pixel of a dataset's images",
        "StartAt": "CheckImages",
        "TimeoutSeconds": 43200,
        "States": {
            "CheckImages": {
                "Type": "Map",
                "Label": "CheckImages",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "JSONL"},
                    "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"},
                },
                "MaxConcurrency": 20,
                "ToleratedFailurePercentage": 5,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "CheckShard",
                    "States": {
                        "CheckShard": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::lambda:invoke",
                            "Parameters": {"FunctionName": f"${{{function}.Arn}}", "Payload.$": "$"},
                            "TimeoutSeconds": 960,
                            "Retry": RETRIES,
                            "OutputPath": None,
                            "End": True,
                        }
                    },
                },
                "ResultPath": None,
                "End": True,
            }
        },
    }


RETRIES = [
    {
        "ErrorEquals": ["AccessError", "GroundtrainError", "ManifestError", "SettingsError", "ShardError"],
        "MaxAttempts": 0,
    },
    {
        "ErrorEquals": ["Lambda.TooManyRequestsException"],
        "IntervalSeconds": 2,
        "MaxAttempts": 1000,
        **AGAIN,
    },
    {
        "ErrorEquals": [
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException",
        ],
        "IntervalSeconds": 2,
        "MaxAttempts": 8,
        **AGAIN,
    },
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxAttempts": 3, **AGAIN},
]


def test_the_map_has_the_name_by_which_others_know_it(unusual):
    assert ARN.endswith(f":{machine_of(unusual)['StateMachineName']}")
    [convert] = [it for it in unusual.properties(FUNCTION) if it["Handler"].startswith("convert_manifest.")]
    assert convert["Environment"]["Variables"]["IMAGE_CHECKS_ARN"] == ARN
    assert unusual.outputs()["ImageChecksArn"] == ARN


def test_the_map_is_made_when_its_role_has_its_rights(unusual):
    """Step Functions refuses a machine whose role may not deliver its logs yet."""
    [policy] = [name for name in unusual.all("AWS::IAM::Policy") if name.startswith("CheckImagesMapRole")]
    assert unusual.one(MACHINE, "CheckImages")["DependsOn"] == [policy]


def test_only_step_functions_of_this_account_takes_the_role_of_the_map(unusual):
    role = unusual.one("AWS::IAM::Role", "CheckImagesMapRole")["Properties"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": f"{ARN.rpartition(':')[0]}:*"},
    }


def test_every_event_of_the_map_is_logged_and_traced_without_what_it_is_given(unusual):
    machine = machine_of(unusual)
    [group] = [name for name in unusual.all("AWS::Logs::LogGroup") if "MapLogs" in name]
    assert machine["LoggingConfiguration"] == {
        "Level": "ALL",
        "IncludeExecutionData": False,
        "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": f"${{{group}.Arn}}"}}],
    }
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_the_end_of_the_map_starts_convert_again_and_that_of_its_children_does_not(unusual):
    rule = unusual.one(RULE, "ConvertImageChecksRule")["Properties"]
    assert rule["EventPattern"] == {
        "account": ["111122223333"],
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [ARN],
            "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
    }


def test_the_function_has_a_whole_core_and_what_it_reads(function):
    assert (function["Handler"], function["Timeout"]) == ("check_images.handler.handler", 900)
    assert function["MemorySize"] == 1769
    given = {name for name in function["Environment"]["Variables"] if not name.startswith("POWERTOOLS_")}
    assert given == {name.upper() for name in CheckImagesVariables.__struct_fields__}


def test_what_a_map_leaves_outlives_the_time_in_which_it_can_be_redriven(unusual):
    [rule] = [
        rule
        for bucket in unusual.properties("AWS::S3::Bucket")
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    ]
    assert (rule["Prefix"], rule["ExpirationInDays"], rule["Status"]) == ("image-checks/", 30, "Enabled")


@pytest.mark.parametrize("end", ["Failed", "TimedOut"])
def test_a_map_that_fails_raises_an_alarm(unusual, end):
    alarm = unusual.one("AWS::CloudWatch::Alarm", f"ImageChecks{end}")["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", f"Executions{end}")
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": ARN}]
    assert (alarm["Threshold"], alarm["Statistic"]) == (1, "Sum")


def test_the_dashboard_shows_the_maps(unusual, dev):
    for cloud, shown in ((unusual, True), (dev, False)):
        [dashboard] = cloud.properties("AWS::CloudWatch::Dashboard")
        assert ("AWS/States" in json.dumps(dashboard["DashboardBody"])) == shown


def test_nag_has_nothing_to_say_of_a_map(tmp_path):
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    app = cdk.App(outdir=str(tmp_path / "out"), context=context, builtin_cloud_formation_validation=False)
    full = DatasetSettings(images="full")
    (tmp_path / "bundle").mkdir()
    bundles = Bundles(tmp_path / "bundle", tmp_path / "bundle")
    Deployment(app, Environment(name="images", region="eu-west-1", dataset=full), bundles)
    check_with_nag(app)
    app.synth()  # under pytest CDK raises by itself
    report = json.loads((tmp_path / "out" / "validation-report.json").read_text("utf-8"))
    assert {pack["conclusion"] for pack in report["pluginReports"]} == {"success"}
