"""How a state fails: with an error name, by which Retry and Catch choose, and a cause."""


class StateError(Exception):
    """A state failed.

    Attributes:
        error: its name, such as "States.Timeout" or that of the function's exception.
        cause: what people read.
    """

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


def matches(names: tuple[str, ...], error: str) -> bool:
    """Whether a list in ErrorEquals means this error.

    Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows": States.ALL is any
    (but for States.DataLimitExceeded and States.Runtime), States.TaskFailed any but States.Timeout.
    """
    if error in names:
        return True
    if "States.TaskFailed" in names and error not in ("States.Timeout", *_NEVER_BY_WILDCARD):
        return True
    return "States.ALL" in names and error not in _NEVER_BY_WILDCARD


_NEVER_BY_WILDCARD = ("States.DataLimitExceeded", "States.Runtime")
