"""What a state machine's definition may say: all of it is done, or the state machine is refused.

Source: Amazon States Language; Step Functions Developer Guide, "Map state in distributed mode", "ItemReader
(Map)", "Setting failure thresholds for Distributed Map states". A field that is in none of these tables
would be ignored in silence, so it is refused by name.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.sagemaker.api_errors import ApiError
from local.step_functions.paths import path_fault, template_faults

Definition = dict[str, Any]
_NAMING = ("Type", "Comment", "Next", "End")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Task": (
        *_NAMING,
        *("Resource", "Parameters", "ResultSelector", "ResultPath", "OutputPath", "Retry", "Catch"),
        "TimeoutSeconds",
    ),
    "Map": (
        *_NAMING,
        *("ItemReader", "ItemProcessor", "Label", "MaxConcurrency", "ResultPath"),
        *("ToleratedFailurePercentage", "ToleratedFailureCount"),
    ),
    "Succeed": ("Type", "Comment"),
    "Fail": ("Type", "Comment", "Error", "Cause"),
}
_MACHINE = ("Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage")
_PROCESSOR = ("ProcessorConfig", "StartAt", "States", "Comment")
_READER = ("Resource", "ReaderConfig", "Parameters")
_RETRIER = (
    "ErrorEquals",
    "IntervalSeconds",
    "BackoffRate",
    "MaxAttempts",
    "MaxDelaySeconds",
    "JitterStrategy",
)
_CATCHER = ("ErrorEquals", "Next", "ResultPath")
_INVOKE = ("FunctionName", "Payload", "Payload.$")
READS = "arn:aws:states:::s3:getObject"
INVOKES = "arn:aws:states:::lambda:invoke"


def read_definition(text: str) -> Definition:
    """The definition, all of which can be done.

    Raises:
        ApiError: InvalidDefinition, with a sentence for each thing that cannot.
    """
    try:
        definition = json.loads(text)
    except ValueError as error:
        raise ApiError("InvalidDefinition", f"INVALID_JSON_DESCRIPTION: {error}") from None
    if not isinstance(definition, dict):
        raise ApiError("InvalidDefinition", "INVALID_JSON_DESCRIPTION: it is no JSON object")
    if faults := list(_machine_faults(definition)):
        raise ApiError("InvalidDefinition", f"the embedded Step Functions refuses it: {'; '.join(faults)}")
    return definition


def _machine_faults(machine: Definition) -> Iterator[str]:
    yield from _unknown("the state machine", machine, _MACHINE)
    yield from _not_jsonpath("the state machine", machine)
    yield from _states_faults("", machine, within_map=False)


def _states_faults(at: str, machine: Definition, *, within_map: bool) -> Iterator[str]:
    states = machine.get("States")
    if not isinstance(states, dict) or machine.get("StartAt") not in states:
        yield f"{at or 'the state machine'}: StartAt names none of its States"
        return
    for name, state in states.items():
        yield from _state_faults(f"{at}{name}", state, states, within_map=within_map)


def _state_faults(at: str, state: Definition, states: Definition, *, within_map: bool) -> Iterator[str]:
    kind = str(state.get("Type"))
    if kind not in _FIELDS or (kind == "Map" and within_map):
        yield f"{at}: it does not do the type {kind} {'in a map' if within_map else ''}".rstrip()
        return
    yield from _not_jsonpath(at, state)
    yield from _unknown(at, state, _FIELDS[kind])
    if kind in ("Task", "Map") and ("Next" in state) == (state.get("End") is True):
        yield f"{at}: it needs either Next or End"
    if "Next" in state and state["Next"] not in states:
        yield f"{at}: Next names none of the States"
    yield from _path_faults(at, state)
    if kind == "Task":
        yield from _task_faults(at, state, states)
    elif kind == "Map":
        yield from _map_faults(at, state)


def _task_faults(at: str, state: Definition, states: Definition) -> Iterator[str]:
    resource = str(state.get("Resource", ""))
    if resource == INVOKES:
        yield from _unknown(f"{at}.Parameters", state.get("Parameters", {}), _INVOKE)
        if "FunctionName" not in state.get("Parameters", {}):
            yield f"{at}.Parameters: FunctionName is missing"
    elif ":function:" not in resource:
        yield f"{at}: it calls Lambda alone, not {resource!r}"
    for retrier in state.get("Retry", []):
        yield from _unknown(f"{at}.Retry", retrier, _RETRIER)
        yield from _missing(f"{at}.Retry", retrier, "ErrorEquals")
    for catcher in state.get("Catch", []):
        yield from _unknown(f"{at}.Catch", catcher, _CATCHER)
        yield from _missing(f"{at}.Catch", catcher, "ErrorEquals")
        yield from _path_faults(f"{at}.Catch", catcher)
        if catcher.get("Next") not in states:
            yield f"{at}.Catch: Next names none of the States"


def _map_faults(at: str, state: Definition) -> Iterator[str]:
    processor, reader = state.get("ItemProcessor", {}), state.get("ItemReader", {})
    yield from _unknown(f"{at}.ItemProcessor", processor, _PROCESSOR)
    kind = processor.get("ProcessorConfig", {})
    if kind != {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}:
        yield f"{at}.ItemProcessor: it runs Mode DISTRIBUTED with children of type STANDARD alone, not {kind}"
    yield from _reader_faults(f"{at}.ItemReader", reader)
    yield from _states_faults(f"{at}.", processor, within_map=True)
    if not 1 <= len(str(state.get("Label", ""))) <= 40:
        yield f"{at}: it needs a Label, of at most 40 characters"
    percentage = state.get("ToleratedFailurePercentage", 0)
    if not isinstance(percentage, int | float) or not 0 <= percentage <= 100:
        yield f"{at}: ToleratedFailurePercentage is not between 0 and 100"


def _reader_faults(at: str, reader: Definition) -> Iterator[str]:
    yield from _unknown(at, reader, _READER)
    if reader.get("Resource") != READS or reader.get("ReaderConfig") != {"InputType": "JSONL"}:
        yield f"{at}: it reads JSON Lines from S3 alone: {READS} with a ReaderConfig of InputType JSONL"
    parameters = reader.get("Parameters", {})
    yield from _unknown(f"{at}.Parameters", parameters, ("Bucket", "Bucket.$", "Key", "Key.$"))
    if len({name.removesuffix(".$") for name in parameters}) != 2 or len(parameters) != 2:
        yield f"{at}.Parameters: it needs a Bucket and a Key"


def _path_faults(at: str, fields: Definition) -> Iterator[str]:
    for name in ("ResultPath", "OutputPath"):
        fault = path_fault(fields[name]) if fields.get(name) is not None else None
        yield from [f"{at}.{name}: {fault}"] if fault else []
    for name in ("Parameters", "ResultSelector"):
        yield from (f"{at}.{name}: {fault}" for fault in template_faults(fields.get(name)))
    reader = fields.get("ItemReader", {})
    yield from (f"{at}.ItemReader: {fault}" for fault in template_faults(reader.get("Parameters")))


def _not_jsonpath(at: str, fields: Definition) -> Iterator[str]:
    if fields.get("QueryLanguage", "JSONPath") != "JSONPath":
        yield f"{at}: it does not know the query language {fields['QueryLanguage']}"


def _unknown(at: str, fields: Definition, known: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{at}: it does not do {name}" for name in fields if name not in known)


def _missing(at: str, fields: Definition, name: str) -> Iterator[str]:
    yield from [] if fields.get(name) else [f"{at}: {name} is missing"]
