"""One attempt of an execution, in a thread of its own; it may run out of time or be stopped meanwhile."""

import json
import logging
import threading
from typing import Any

from local.step_functions.accounts import Account, Execution
from local.step_functions.definition import Definition
from local.step_functions.executions import end, task_of
from local.step_functions.failures import StateError
from local.step_functions.map_run import DistributedMap
from local.step_functions.states import Performed, perform_task, walk

_log = logging.getLogger(__name__)


class ExecutionRun:
    """Runs an execution from where it stands to its end."""

    def __init__(self, account: Account, execution: Execution) -> None:
        self._account, self._execution = account, execution
        self._attempt = execution.attempt
        self._map = DistributedMap(account, execution)

    def start(self) -> None:
        """Run it in a thread, at the longest for TimeoutSeconds."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        timer = self._timer()
        try:
            output = json.dumps(walk(self._execution.definition, self._begin(), self._perform))
            self._end("SUCCEEDED", output=output)
        except StateError as failure:
            self._end("FAILED", error=failure.error, cause=failure.cause)
        except Exception as error:  # noqa: BLE001  an execution ends, whatever happens
            _log.exception("%s failed", self._execution.arn)
            self._end("FAILED", error="States.Runtime", cause=str(error))
        finally:
            timer.cancel()

    def _timer(self) -> threading.Timer:
        seconds = self._execution.definition.get("TimeoutSeconds", threading.TIMEOUT_MAX)
        timer = threading.Timer(seconds, self._end, ("TIMED_OUT",))
        timer.daemon = True
        timer.start()
        return timer

    def _begin(self) -> tuple[str, Any]:
        """The first state and the input; of what was redriven, the state that did not succeed."""
        definition = self._execution.definition
        return self._execution.at or (definition["StartAt"], json.loads(self._execution.input))

    def _perform(self, name: str, state: Definition, document: Any) -> Performed:
        self._execution.at = (name, document)
        if state["Type"] == "Map":
            return self._map.perform(name, state, document)
        return perform_task(state, document, task_of(self._account, self._execution))

    def _end(self, status: str, **outcome: str) -> None:
        end(self._account, self._execution, self._attempt, status, **outcome)
