"""What a definition may say is done; what would be ignored in silence is refused by name."""

from typing import Any

import pytest

from local.sagemaker.api_errors import ApiError
from local.step_functions.definition import read_definition
from tests.local.state_machines import as_text, mapped, task


def refused(definition: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as refusal:
        read_definition(as_text(definition))
    assert refusal.value.code == "InvalidDefinition"
    return refusal.value.message


def test_a_map_over_json_lines_whose_children_call_a_function_is_taken() -> None:
    definition = mapped(task(Retry=[{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}]))
    assert read_definition(as_text(definition)) == definition


IGNORED_OF_A_MAP = {
    "ItemBatcher": {"MaxItemsPerBatch": 10},
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"},
    "MaxConcurrencyPath": "$.width",
    "ToleratedFailurePercentagePath": "$.percentage",
    "ToleratedFailureCountPath": "$.count",
    "ItemSelector": {"shard.$": "$$.Map.Item.Value"},
    "ItemsPath": "$.items",
    "Items": "{% $states.input.items %}",
    "Parameters": {"shard.$": "$"},
    "Iterator": {"StartAt": "Look", "States": {}},
    "ResultSelector": {"looked.$": "$"},
    "InputPath": "$.input",
    "OutputPath": "$.output",
    "Retry": [{"ErrorEquals": ["States.ALL"]}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "LookAtAll"}],
    "Assign": {"looked": 1},
    "Output": "{% 1 %}",
}


@pytest.mark.parametrize("name", IGNORED_OF_A_MAP)
def test_a_map_with_a_field_that_is_not_done_is_refused(name: str) -> None:
    said = refused(mapped(**{name: IGNORED_OF_A_MAP[name]}))
    assert said == f"the embedded Step Functions refuses it: LookAtAll: it does not do {name}"


IGNORED_OF_A_TASK = {
    "TimeoutSecondsPath": "$.seconds",
    "HeartbeatSeconds": 5,
    "Credentials": {"RoleArn": "arn:aws:iam::000000000000:role/other"},
    "InputPath": "$.shard",
    "Arguments": {"FunctionName": "looking"},
    "Output": "{% 1 %}",
    "Assign": {"looked": 1},
}


@pytest.mark.parametrize("name", IGNORED_OF_A_TASK)
def test_a_task_with_a_field_that_is_not_done_is_refused(name: str) -> None:
    said = refused(mapped(task(**{name: IGNORED_OF_A_TASK[name]})))
    assert said.endswith(f": LookAtAll.Look: it does not do {name}")


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ({"ReaderConfig": {"InputType": "CSV"}}, "it reads JSON Lines from S3 alone"),
        ({"ReaderConfig": {"InputType": "JSONL", "MaxItems": 5}}, "it reads JSON Lines from S3 alone"),
        (
            {"ReaderConfig": {"InputType": "JSONL", "MaxItemsPath": "$.n"}},
            "it reads JSON Lines from S3 alone",
        ),
        ({"Resource": "arn:aws:states:::s3:listObjectsV2"}, "it reads JSON Lines from S3 alone"),
        ({"Arguments": {"Bucket": "b"}}, "it does not do Arguments"),
        ({"Parameters": {"Bucket.$": "$.bucket"}}, "it needs a Bucket and a Key"),
        ({"Parameters": {"Bucket.$": "$$.Execution.Input.bucket", "Key": "k"}}, "the path '$$.Execution"),
        ({"Parameters": {"Bucket.$": "States.Format('b')", "Key": "k"}}, "States.Format('b')"),
        ({"Parameters": {"Bucket.$": "$.buckets[0]", "Key": "k"}}, "the path '$.buckets[0]'"),
        ({"Parameters": {"Bucket": "b", "Key": "k", "VersionId": "v"}}, "it does not do VersionId"),
    ],
)
def test_what_else_a_reader_may_be_told_is_refused(reader: dict[str, Any], said: str) -> None:
    plain = mapped()["States"]["LookAtAll"]["ItemReader"]
    assert said in refused(mapped(ItemReader={**plain, **reader}))


@pytest.mark.parametrize(
    "kind", [{"Mode": "INLINE"}, {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, {"Mode": "DISTRIBUTED"}]
)
def test_a_map_of_another_kind_is_refused(kind: dict[str, str]) -> None:
    plain = mapped()["States"]["LookAtAll"]["ItemProcessor"]
    said = refused(mapped(ItemProcessor={**plain, "ProcessorConfig": kind}))
    assert "Mode DISTRIBUTED with children of type STANDARD alone" in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (task(Resource="arn:aws:states:::sqs:sendMessage"), "it calls Lambda alone"),
        (task(Resource="arn:aws:states:::lambda:invoke.waitForTaskToken"), "it calls Lambda alone"),
        (task(Retry=[{"ErrorEquals": ["A"], "Output": 1}]), "Look.Retry: it does not do Output"),
        (task(Retry=[{"MaxAttempts": 1}]), "Look.Retry: ErrorEquals is missing"),
        (task(Catch=[{"ErrorEquals": ["A"], "Next": "Nowhere"}]), "Look.Catch: Next names none"),
        (task(QueryLanguage="JSONata"), "it does not know the query language JSONata"),
        (task(Parameters={"FunctionName": "f", "Qualifier": "1"}), "it does not do Qualifier"),
        (task(Parameters={"Payload.$": "$"}), "FunctionName is missing"),
        (task(ResultSelector={"n.$": "$.list[0]"}), "the path '$.list[0]'"),
        (task(End=False), "it needs either Next or End"),
        ({"Type": "Wait", "Seconds": 1, "End": True}, "it does not do the type Wait in a map"),
        ({"Type": "Choice", "Choices": []}, "it does not do the type Choice in a map"),
        (mapped()["States"]["LookAtAll"], "it does not do the type Map in a map"),
    ],
)
def test_what_else_a_child_may_be_is_refused(state: dict[str, Any], said: str) -> None:
    assert said in refused(mapped(state))


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ({"QueryLanguage": "JSONata"}, "it does not know the query language JSONata"),
        ({"ProcessorConfig": {}}, "it does not do ProcessorConfig"),
        ({"StartAt": "Nowhere"}, "StartAt names none of its States"),
    ],
)
def test_what_else_a_state_machine_may_say_is_refused(machine: dict[str, Any], said: str) -> None:
    assert said in refused(mapped(machine=machine))


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ApiError, match="INVALID_JSON_DESCRIPTION"):
        read_definition(text)


def test_every_fault_is_said_at_once() -> None:
    said = refused(mapped(task(HeartbeatSeconds=1), ItemBatcher={}, ResultWriter={}))
    assert [name in said for name in ("ItemBatcher", "ResultWriter", "HeartbeatSeconds")] == [True] * 3
