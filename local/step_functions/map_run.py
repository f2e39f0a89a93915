"""A distributed map: an item of the object a child, so many at once, until too many have failed.

Sources: Developer Guide, "Map state in distributed mode", "ItemReader (Map)", "Setting failure thresholds
for Distributed Map states" (above the threshold the others are stopped), "Redriving Map Runs" (what
succeeded is not run again), "IAM policies for using Distributed Map states". The name of the error
when the role may not start or redrive children, here States.Permissions, is not confirmed (C35).
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local import ministack_internals
from local.sagemaker.accounts import now
from local.step_functions.accounts import Account, Execution, MapRun
from local.step_functions.definition import Definition
from local.step_functions.executions import begin_again, end, end_map_run, new_child, task_of
from local.step_functions.failures import StateError
from local.step_functions.paths import filled, placed
from local.step_functions.states import Performed, perform_task, walk, within_limit
from local.step_functions.status_event import publish

AT_ONCE = 2
"""Children at once, whatever MaxConcurrency says: each needs a Python process."""


class DistributedMap:
    """One attempt of a Map state.

    Args:
        account: where executions are kept.
        execution: that has the state.
    """

    def __init__(self, account: Account, execution: Execution) -> None:
        self._account, self._execution = account, execution
        self._attempt = execution.attempt

    def perform(self, name: str, state: Definition, document: Any) -> Performed:
        """The output of the state, and the state after it.

        Raises:
            StateError: the items cannot be read, or too many children failed.
        """
        run = self._started(name, state, document)
        processor = state["ItemProcessor"]
        waiting = [n for n in range(len(run.items)) if _status(run, n) != "SUCCEEDED"]
        with ThreadPoolExecutor(min(run.concurrency or AT_ONCE, AT_ONCE)) as pool:
            list(pool.map(lambda number: self._child(run, number, processor), waiting))
        self._end(run, "SUCCEEDED")
        if run.status != "SUCCEEDED":
            raise StateError(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )
        results = [json.loads(child.output) for _, child in sorted(run.children.items()) if child.output]
        within_limit(results)
        return placed(state.get("ResultPath", "$"), results, document), state.get("Next")

    def _started(self, name: str, state: Definition, document: Any) -> MapRun:
        with self._account.lock:
            before = [
                run
                for run in self._account.map_runs.values()
                if (run.execution, run.state) == (self._execution.arn, name) and run.status != "SUCCEEDED"
            ]
        if before:
            return self._again(before[0])
        self._ask_role("states:StartExecution", self._execution.machine_arn)
        parameters = filled(state["ItemReader"]["Parameters"], document)
        items = self._account.calls.lines(
            self._execution.role, self._account.region, parameters["Bucket"], parameters["Key"]
        )
        labelled = f"{self._execution.machine_arn.rpartition(':')[2]}/{state['Label']}"
        run = MapRun(
            self._account.arn(f"mapRun:{labelled}:{uuid.uuid4()}"),
            self._execution.arn,
            name,
            self._account.arn(f"stateMachine:{labelled}"),
            state.get("MaxConcurrency", 0),
            state.get("ToleratedFailurePercentage"),
            state.get("ToleratedFailureCount"),
            items,
        )
        with self._account.lock:
            self._account.map_runs[run.arn] = run
        return run

    def _again(self, run: MapRun) -> MapRun:
        for child in run.children.values():
            if child.status != "SUCCEEDED":
                self._ask_role("states:RedriveExecution", child.arn)
        with self._account.lock:
            run.status, run.stopped = "RUNNING", None
            run.redrives, run.redriven = run.redrives + 1, now()
        return run

    def _ask_role(self, action: str, resource: str) -> None:
        refusal = ministack_internals.role_refusal(
            self._execution.role, action, resource, self._account.region
        )
        if refusal is not None:
            raise StateError("States.Permissions", refusal)

    def _child(self, run: MapRun, number: int, processor: Definition) -> None:
        child = self._dispatched(run, number, processor)
        if child is None:
            return
        attempt, work = child.attempt, task_of(self._account, child)
        outcome = _outcome(child, lambda _, state, document: perform_task(state, document, work))
        end(self._account, child, attempt, **outcome)
        if exceeded(run):
            self._end(run, "FAILED")

    def _end(self, run: MapRun, status: str) -> None:
        """End the map run, unless it is another attempt's by now: a function goes on after its execution."""
        with self._account.lock:
            if self._execution.attempt == self._attempt:
                end_map_run(self._account, run, status)

    def _dispatched(self, run: MapRun, number: int, processor: Definition) -> Execution | None:
        """The child of an item, running; None where the map has ended meanwhile."""
        with self._account.lock:
            if run.status != "RUNNING" or self._execution.attempt != self._attempt:
                return None
            child = run.children.get(number)
            if child is None:
                child = new_child(self._account, run, self._execution, number, processor)
            else:
                begin_again(child)
        publish(self._account, child)
        return child


def _outcome(child: Execution, perform: Callable[[str, Definition, Any], Performed]) -> dict[str, str]:
    """Status, and output or error and cause, of a child."""
    begin = (child.definition["StartAt"], json.loads(child.input))
    try:
        within_limit(begin[1])
        return {"status": "SUCCEEDED", "output": json.dumps(walk(child.definition, begin, perform))}
    except StateError as failure:
        return {"status": "FAILED", "error": failure.error, "cause": failure.cause}


def _status(run: MapRun, number: int) -> str:
    return run.children[number].status if number in run.children else "PENDING"


def counts(run: MapRun) -> Counter[str]:
    """How many items have which status, PENDING for those that no child was started for."""
    return Counter(_status(run, number) for number in range(len(run.items)))


def exceeded(run: MapRun) -> bool:
    """Whether more children failed than are tolerated: none where the definition says nothing."""
    found = counts(run)
    failed = found["FAILED"] + found["TIMED_OUT"]
    if run.percentage is None and run.count is None:
        return failed > 0
    over_count = run.count is not None and failed > run.count
    return over_count or (run.percentage is not None and failed * 100 > run.percentage * len(run.items))
