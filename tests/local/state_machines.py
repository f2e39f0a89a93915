"""Definitions of state machines with a distributed map, such as the stage's."""

import json
from typing import Any

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:looking"


def task(function: str = FUNCTION, **fields: Any) -> dict[str, Any]:
    """A Task state that hands its input to a function."""
    parameters = {"FunctionName": function, "Payload.$": "$"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": parameters,
        "OutputPath": "$.Payload",
        "End": True,
        **fields,
    }


def mapped(state: dict[str, Any] | None = None, *, machine: Any = None, **fields: Any) -> dict[str, Any]:
    """A state machine whose only state maps a Task over a JSON Lines object; a field of None is left out."""
    look = state or task()
    found = {
        "Type": "Map",
        "Label": "Looked",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Look",
            "States": {"Look": look},
        },
        "MaxConcurrency": 2,
        "ResultPath": None,
        "End": True,
        **fields,
    }
    return {"StartAt": "LookAtAll", "States": {"LookAtAll": found}, **(machine or {})}


def as_text(definition: dict[str, Any]) -> str:
    """The definition as CreateStateMachine takes it."""
    return json.dumps(definition)
