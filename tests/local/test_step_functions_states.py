"""A Task's Retry and Catch, and what its paths mean, as the Amazon States Language has them."""

from threading import Event
from typing import Any

import pytest

from local.step_functions.failures import StateError, matches
from local.step_functions.states import Task, perform_task, walk
from tests.local.state_machines import task


class Function:
    """A function that fails as told, one error a call, and then returns what it got."""

    def __init__(self, *errors: str) -> None:
        self.errors, self.calls, self.waits = list(errors), 0, list[float]()

    def invoke(self, _name: str, payload: Any) -> Any:
        self.calls += 1
        if self.errors:
            raise StateError(self.errors.pop(0), "{}")
        return {"got": payload}

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return False

    def perform(self, state: dict[str, Any], document: Any = None) -> Any:
        return perform_task(
            state, {"shard": 7} if document is None else document, Task(self.invoke, self.wait)
        )


def test_a_function_gets_the_input_and_gives_the_output() -> None:
    assert Function().perform(task()) == ({"got": {"shard": 7}}, None)


def test_a_function_can_be_called_by_its_arn_alone() -> None:
    arn = "arn:aws:lambda:eu-west-1:000000000000:function:looking"
    assert Function().perform({"Type": "Task", "Resource": arn, "Next": "After"}) == (
        {"got": {"shard": 7}},
        "After",
    )


def test_a_result_is_put_where_its_path_says_or_left_out() -> None:
    state = task(OutputPath="$", ResultSelector={"n.$": "$.Payload.got.shard"}, ResultPath="$.found.n")
    assert Function().perform(state) == ({"shard": 7, "found": {"n": {"n": 7}}}, None)
    assert Function().perform(task(OutputPath="$", ResultPath=None)) == ({"shard": 7}, None)
    assert Function().perform(task(OutputPath=None)) == ({}, None)


def test_a_path_that_leads_nowhere_fails_the_state() -> None:
    with pytest.raises(StateError) as failure:
        Function().perform(task(Parameters={"FunctionName": "f", "Payload.$": "$.nothing"}))
    assert failure.value.error == "States.ParameterPathFailure"


def test_a_failure_is_tried_again_three_times_after_one_two_and_four_seconds() -> None:
    function = Function("Odd", "Odd", "Odd", "Odd")
    with pytest.raises(StateError, match="Odd"):
        function.perform(task(Retry=[{"ErrorEquals": ["Odd"]}]))
    assert (function.calls, function.waits) == (4, [1, 2, 4])


def test_the_first_retrier_that_names_the_error_decides() -> None:
    function = Function("AccessError")
    never = {"ErrorEquals": ["AccessError"], "MaxAttempts": 0}
    with pytest.raises(StateError, match="AccessError"):
        function.perform(task(Retry=[never, {"ErrorEquals": ["States.ALL"]}]))
    assert function.calls == 1


def test_retriers_count_for_themselves_and_wait_no_longer_than_they_say() -> None:
    slow = {"ErrorEquals": ["Slow"], "IntervalSeconds": 10, "BackoffRate": 3, "MaxDelaySeconds": 20}
    function = Function("Slow", "Odd", "Slow")
    function.perform(task(Retry=[slow, {"ErrorEquals": ["Odd"], "MaxAttempts": 1, "IntervalSeconds": 5}]))
    assert function.waits == [10, 5, 20]


def test_an_execution_that_ended_is_not_tried_again() -> None:
    function = Function("Odd")
    state = task(Retry=[{"ErrorEquals": ["Odd"]}])
    with pytest.raises(StateError, match="Odd"):
        perform_task(state, {}, Task(function.invoke, lambda _seconds: True))
    assert function.calls == 1


def test_a_function_that_takes_longer_than_its_task_is_an_error_by_name() -> None:
    ended = Event()
    slow = Task(lambda _function, _payload: ended.wait(60), lambda _seconds: False)
    with pytest.raises(StateError) as failure:
        perform_task(task(TimeoutSeconds=0.01, Retry=[{"ErrorEquals": ["States.TaskFailed"]}]), {}, slow)
    ended.set()
    assert failure.value.error == "States.Timeout"


def test_what_is_caught_goes_on_with_error_and_cause() -> None:
    caught = {"ErrorEquals": ["Odd"], "Next": "Tell", "ResultPath": "$.failure"}
    output = Function("Odd").perform(task(Catch=[{"ErrorEquals": ["Other"], "Next": "No"}, caught]))
    assert output == ({"shard": 7, "failure": {"Error": "Odd", "Cause": "{}"}}, "Tell")


@pytest.mark.parametrize(
    ("names", "error", "matched"),
    [
        (("States.ALL",), "Odd", True),
        (("States.ALL",), "States.DataLimitExceeded", False),
        (("States.TaskFailed",), "Lambda.Unknown", True),
        (("States.TaskFailed",), "States.Timeout", False),
        (("odd",), "Odd", False),
        (("Lambda.TooManyRequestsException",), "Lambda.TooManyRequestsException", True),
    ],
)
def test_which_errors_a_list_means(names: tuple[str, ...], error: str, matched: bool) -> None:
    assert matches(names, error) is matched


def test_states_follow_each_other_to_succeed_or_fail() -> None:
    function = Function("Odd")
    fail = {"Type": "Fail", "Error": "Given up", "Cause": "twice"}
    states = {
        "Look": task(End=False, Next="Done", Catch=[{"ErrorEquals": ["Odd"], "Next": "Stop"}]),
        "Stop": fail,
        "Done": {"Type": "Succeed"},
    }
    perform = lambda _name, state, document: function.perform(state, document)  # noqa: E731
    with pytest.raises(StateError, match="Given up: twice"):
        walk({"States": states}, ("Look", {}), perform)
    assert walk({"States": states}, ("Look", {}), perform) == {"got": {}}


def test_data_beyond_256_kib_fails_the_state() -> None:
    perform = lambda _name, _state, _document: ("x" * 262_143, None)  # noqa: E731
    with pytest.raises(StateError, match=r"States\.DataLimitExceeded"):
        walk({"States": {"Look": task()}}, ("Look", {}), perform)
