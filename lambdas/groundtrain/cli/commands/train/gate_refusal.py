"""Why a dataset is not trained on: its gate is closed."""

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.cli.audience import current_audience
from groundtrain.cli.commands.train.job_report import NotTrainedError
from groundtrain.gate.decision import decide_gate
from groundtrain.gate.verdict import first_reasons
from groundtrain.settings.environment import Environment


def gate_refusal(located: LocatedDataset, environment: Environment, verb: str) -> NotTrainedError | None:
    """The error that says why the gate is closed, None when it is open; --override-gate does the `verb`."""
    decision = decide_gate(located.dataset, environment)
    if decision.open:
        return None
    reasons = current_audience().worded(first_reasons(decision.reasons))
    return NotTrainedError(
        f"the dataset is not fit to train on: {reasons}".rstrip("."),
        fix=f"fix that, or {verb} all the same with --override-gate",
    )
