"""The operations on executions and map runs, each with what IAM asks for.

Source: API Reference; Service Authorization Reference, "Actions, resources, and condition keys for AWS Step
Functions".
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable

from local.sagemaker.api_errors import ApiError, not_found, validation_error
from local.sagemaker.operations import Grant, Operation
from local.step_functions import state_machines
from local.step_functions.accounts import ENDED, Account, Execution, Json, MapRun
from local.step_functions.execution_run import ExecutionRun
from local.step_functions.executions import begin_again, end
from local.step_functions.map_run import counts
from local.step_functions.status_event import not_redrivable, publish

_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]{1,80}")


def _start(account: Account, request: Json) -> Json:
    if "/" in request["stateMachineArn"]:
        raise validation_error("Invalid State Machine Arn: it refers to a Distributed Map state")
    machine = state_machines.find(account, request["stateMachineArn"])
    name, given = request.get("name", str(uuid.uuid4())), request.get("input", "{}")
    _refuse_input(name, given)
    arn = account.arn(f"execution:{machine.name}:{name}")
    if (before := account.executions.get(arn)) is not None:
        if before.ended.is_set() or before.input != given:
            raise ApiError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        return {"executionArn": arn, "startDate": before.started}
    execution = Execution(arn, machine.arn, name, machine.definition, machine.role, given)
    account.executions[arn] = execution
    publish(account, execution)
    ExecutionRun(account, execution).start()
    return {"executionArn": arn, "startDate": execution.started}


def _refuse_input(name: str, given: str) -> None:
    if not _NAME.fullmatch(name):
        raise ApiError("InvalidName", f"Invalid Name: '{name}'")
    try:
        json.loads(given)
    except ValueError as error:
        raise ApiError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'") from None


def _stop(account: Account, request: Json) -> Json:
    execution = _find(account, request)
    outcome = {name: request[name] for name in ("error", "cause") if name in request}
    end(account, execution, execution.attempt, "ABORTED", **outcome)
    return {"stopDate": execution.stopped}


def _redrive(account: Account, request: Json) -> Json:
    execution = _find(account, request)
    token = request.get("clientToken")
    if token in execution.tokens:
        return {"redriveDate": execution.tokens[token]}
    reason = not_redrivable(execution)
    if reason is None and execution.map_run is not None:
        reason = "Execution was dispatched by a Map Run and is redriven with it"
    if reason is not None:
        raise ApiError("ExecutionNotRedrivable", reason)
    begin_again(execution)
    assert execution.redriven is not None
    if token:
        execution.tokens[token] = execution.redriven
    publish(account, execution)
    ExecutionRun(account, execution).start()
    return {"redriveDate": execution.redriven}


def _describe(account: Account, request: Json) -> Json:
    execution = _find(account, request)
    return _without_none(
        {
            **_summary(execution),
            "input": execution.input,
            "inputDetails": {"included": True},
            "output": execution.output,
            "outputDetails": {"included": True} if execution.output is not None else None,
            "mapRunArn": execution.map_run,
            "error": execution.error,
            "cause": execution.cause,
            "redriveStatus": _redrive_status(execution),
            "redriveStatusReason": not_redrivable(execution),
        }
    )


def _redrive_status(execution: Execution) -> str:
    if not_redrivable(execution):
        return "NOT_REDRIVABLE"
    return "REDRIVABLE_BY_MAP_RUN" if execution.map_run else "REDRIVABLE"


def _summary(execution: Execution) -> Json:
    return _without_none(
        {
            "executionArn": execution.arn,
            "stateMachineArn": execution.machine_arn,
            "name": execution.name,
            "status": execution.status,
            "startDate": execution.started,
            "stopDate": execution.stopped,
            "redriveCount": execution.redrives,
            "redriveDate": execution.redriven,
        }
    )


def _list(account: Account, request: Json) -> Json:
    machine, run = request.get("stateMachineArn"), request.get("mapRunArn")
    if (machine is None) == (run is None):
        raise validation_error("Specify either a stateMachineArn or a mapRunArn")
    if run is not None:
        _find_run(account, request)
    status = request.get("statusFilter")
    found = [
        execution
        for execution in account.executions.values()
        if (execution.machine_arn == machine if run is None else execution.map_run == run)
        and status in (None, execution.status)
    ]
    found.sort(key=lambda execution: execution.stopped or execution.started, reverse=True)
    more = {} if run is None else {"mapRunArn": run, "itemCount": 1}
    return _page("executions", [{**_summary(execution), **more} for execution in found], request)


def _page(member: str, items: list[Json], request: Json) -> Json:
    token = request.get("nextToken", "0")
    if not token.isdecimal():
        raise ApiError("InvalidToken", "Invalid Token")
    last = int(token) + (request.get("maxResults") or 100)
    more = {"nextToken": str(last)} if last < len(items) else {}
    return {member: items[int(token) : last], **more}


def _list_runs(account: Account, request: Json) -> Json:
    execution = _find(account, request)
    runs = [run for run in account.map_runs.values() if run.execution == execution.arn]
    return _page("mapRuns", [_run_summary(run) for run in runs], request)


def _run_summary(run: MapRun) -> Json:
    return _without_none(
        {
            "executionArn": run.execution,
            "mapRunArn": run.arn,
            "stateMachineArn": run.machine_arn,
            "startDate": run.started,
            "stopDate": run.stopped,
        }
    )


def _describe_run(account: Account, request: Json) -> Json:
    run = _find_run(account, request)
    found = counts(run)
    number = {
        "pending": found["PENDING"],
        "running": found["RUNNING"],
        **{_member(status): found[status] for status in ENDED},
        "total": len(run.items),
        "resultsWritten": 0,
    }
    described = _run_summary(run) | {
        "status": run.status,
        "maxConcurrency": run.concurrency,
        "toleratedFailurePercentage": run.percentage or 0.0,
        "toleratedFailureCount": run.count or 0,
        "itemCounts": number,
        "executionCounts": number,
        "redriveCount": run.redrives,
        "redriveDate": run.redriven,
    }
    return _without_none({name: value for name, value in described.items() if name != "stateMachineArn"})


def _member(status: str) -> str:
    return {"TIMED_OUT": "timedOut"}.get(status, status.lower())


def _find(account: Account, request: Json) -> Execution:
    arn = request["executionArn"]
    if arn not in account.executions:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    return account.executions[arn]


def _find_run(account: Account, request: Json) -> MapRun:
    if request["mapRunArn"] not in account.map_runs:
        raise not_found(f"Map Run '{request['mapRunArn']}'")
    return account.map_runs[request["mapRunArn"]]


def _without_none(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if value is not None}


def on(action: str, member: str) -> Callable[[Account, Json], Iterable[Grant]]:
    """The grant of an action on the resource that a member of the request names."""
    return lambda _account, request: [Grant(f"states:{action}", request.get(member, "*"))]


OPERATIONS = {
    "StartExecution": Operation(on("StartExecution", "stateMachineArn"), _start),
    "StopExecution": Operation(on("StopExecution", "executionArn"), _stop),
    "RedriveExecution": Operation(on("RedriveExecution", "executionArn"), _redrive),
    "DescribeExecution": Operation(on("DescribeExecution", "executionArn"), _describe),
    "ListExecutions": Operation(on("ListExecutions", "stateMachineArn"), _list),
    "ListMapRuns": Operation(on("ListMapRuns", "executionArn"), _list_runs),
    "DescribeMapRun": Operation(on("DescribeMapRun", "mapRunArn"), _describe_run),
}
