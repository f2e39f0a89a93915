"""How executions begin, end and begin again; each change of status is an event.

Sources: API Reference, StartExecution, StopExecution, RedriveExecution; Developer Guide, "Redriving
executions", "Redriving Map Runs". That the children of an execution that ran out of time are ABORTED is
not confirmed (C34).
"""

import json
import uuid

from local.sagemaker.accounts import now
from local.step_functions.accounts import Account, Execution, MapRun
from local.step_functions.definition import Definition
from local.step_functions.states import Task
from local.step_functions.status_event import publish

RETRY_PACE = 0.05
"""Seconds that a second of waiting before a retry takes here."""


def new_child(
    account: Account, run: MapRun, parent: Execution, number: int, definition: Definition
) -> Execution:
    """A child of a map run for one of its items; whoever calls holds the lock, and says so afterwards."""
    name = str(uuid.uuid4())
    arn = f"{run.machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    given = json.dumps(run.items[number])
    child = Execution(arn, run.machine_arn, name, definition, parent.role, given, run.arn)
    account.executions[arn] = run.children[number] = child
    return child


def end(
    account: Account,
    execution: Execution,
    attempt: int,
    status: str,
    *,
    output: str | None = None,
    error: str | None = None,
    cause: str | None = None,
) -> bool:
    """End an execution and all that it dispatched; False where that attempt has ended already."""
    with account.lock:
        if execution.attempt != attempt or execution.ended.is_set():
            return False
        execution.status, execution.stopped = status, now()
        execution.output, execution.error, execution.cause = output, error, cause
        execution.ended.set()
        runs = [run for run in account.map_runs.values() if run.execution == execution.arn]
    publish(account, execution)
    for run in runs:
        end_map_run(account, run, "ABORTED")
    return True


def end_map_run(account: Account, run: MapRun, status: str) -> bool:
    """End a map run, and have its children that still run aborted; False where it has ended already."""
    with account.lock:
        if run.status != "RUNNING":
            return False
        run.status, run.stopped = status, now()
        children = list(run.children.values())
    for child in children:
        end(account, child, child.attempt, "ABORTED")
    return True


def begin_again(execution: Execution) -> None:
    """Have an execution that ended run again; whoever calls holds the lock, and says so afterwards."""
    execution.attempt += 1
    execution.redrives += 1
    execution.redriven = now()
    execution.status, execution.stopped = "RUNNING", None
    execution.output = execution.error = execution.cause = None
    execution.ended.clear()


def task_of(account: Account, execution: Execution) -> Task:
    """What a Task state of an execution works with: calls as its role, and waits that its end cuts short."""
    return Task(
        lambda function, payload: account.calls.invoke(execution.role, account.region, function, payload),
        lambda seconds: execution.ended.wait(seconds * RETRY_PACE),
    )
