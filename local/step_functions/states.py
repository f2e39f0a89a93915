"""States one after the other, and the Task state: Lambda, with its Retry and Catch.

Source: Amazon States Language; Step Functions Developer Guide, "Handling errors in Step Functions
workflows": defaults of a retrier (1 second, rate 2, three attempts), the first that names the error decides.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct

from local.step_functions.definition import INVOKES, Definition
from local.step_functions.failures import StateError, matches
from local.step_functions.paths import filled, placed, value_at

MOST_BYTES = 256 * 1024
"""Of a state's input or output. Source: "Quotas related to task executions", 256 KiB as UTF-8."""
Performed = tuple[Any, str | None]


class Task(Struct, frozen=True):
    """What a Task state works with.

    Attributes:
        invoke: calls the function of a name with a payload.
        wait: so many seconds, and True when the execution has ended meanwhile.
    """

    invoke: Callable[[str, Any], Any]
    wait: Callable[[float], bool]


def walk(
    machine: Definition, begin: tuple[str, Any], perform: Callable[[str, Definition, Any], Performed]
) -> Any:
    """The output of a state machine that begins at a state with an input.

    Args:
        machine: its definition.
        begin: name of the state, and its input.
        perform: does a Task or a Map: its output, and the state after it, if there is one.

    Raises:
        StateError: it failed.
    """
    name, document = begin
    while True:
        state = machine["States"][name]
        if state["Type"] == "Succeed":
            return document
        if state["Type"] == "Fail":
            raise StateError(state.get("Error", ""), state.get("Cause", ""))
        document, following = perform(name, state, document)
        within_limit(document)
        if following is None:
            return document
        name = following


def within_limit(document: Any) -> None:
    """Raise where a document is larger than a state may take or give.

    Raises:
        StateError: States.DataLimitExceeded.
    """
    if len(json.dumps(document, ensure_ascii=False).encode()) > MOST_BYTES:
        raise StateError(
            "States.DataLimitExceeded", f"The state's data exceeds the maximum of {MOST_BYTES} bytes"
        )


def perform_task(state: Definition, document: Any, task: Task) -> Performed:
    """The output of a Task state, and the state after it.

    Raises:
        StateError: it failed, and nothing catches that.
    """
    try:
        result = _retried(state, document, task)
    except StateError as failure:
        for catcher in state.get("Catch", []):
            if matches(tuple(catcher["ErrorEquals"]), failure.error):
                told = {"Error": failure.error, "Cause": failure.cause}
                return placed(catcher.get("ResultPath", "$"), told, document), catcher["Next"]
        raise
    chosen = filled(state["ResultSelector"], result) if "ResultSelector" in state else result
    output = placed(state.get("ResultPath", "$"), chosen, document)
    path = state.get("OutputPath", "$")
    return ({} if path is None else value_at(path, output)), state.get("Next")


def _retried(state: Definition, document: Any, task: Task) -> Any:
    retries: dict[int, int] = {}
    while True:
        try:
            return _once(state, document, task)
        except StateError as failure:
            found = _retrier(state, failure.error)
            if found is None:
                raise
            number, retrier = found
            done = retries.get(number, 0)
            if done >= retrier.get("MaxAttempts", 3) or task.wait(_delay(retrier, done)):
                raise
            retries[number] = done + 1


def _once(state: Definition, document: Any, task: Task) -> Any:
    given = filled(state["Parameters"], document) if "Parameters" in state else document
    seconds = state.get("TimeoutSeconds")
    if state["Resource"] != INVOKES:
        return _within(seconds, task.invoke, state["Resource"], given)
    answer = _within(seconds, task.invoke, given["FunctionName"], given.get("Payload", {}))
    return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": answer}


def _within(seconds: float | None, call: Callable[[str, Any], Any], function: str, payload: Any) -> Any:
    """What a call gives within so many seconds; one that takes longer goes on, and nobody hears of it."""
    pool = ThreadPoolExecutor(1)
    called = pool.submit(call, function, payload)
    pool.shutdown(wait=False)
    try:
        return called.result(seconds)
    except TimeoutError:
        raise StateError("States.Timeout", f"The task took longer than {seconds} seconds") from None


def _retrier(state: Definition, error: str) -> tuple[int, Definition] | None:
    for number, retrier in enumerate(state.get("Retry", [])):
        if matches(tuple(retrier["ErrorEquals"]), error):
            return number, retrier
    return None


def _delay(retrier: Definition, done: int) -> float:
    """Seconds until the next attempt; jitter would only make it shorter."""
    delay: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** done
    return float(min(delay, retrier.get("MaxDelaySeconds", delay)))
