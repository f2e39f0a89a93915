"""GT502, GT513, GT514: hyperparameters of a plan that its algorithm does not have, derives, or refuses."""

from collections.abc import Iterator

from groundtrain.closest_spelling import nearest
from groundtrain.rules.findings import Finding
from groundtrain.training.plan import Plan


def find_hyperparameter_problems(plan: Plan) -> Iterator[Finding]:
    """GT502, GT513, GT514, and the conflicts that the algorithm defines."""
    table = plan.algorithm.hyperparameters
    if table is None:
        return
    faults = [fault for name, text in plan.chosen.items() for fault in _fault(plan, name, text)]
    yield from faults
    if not faults:
        yield from map(plan.on_hyperparameter, plan.algorithm.conflicts(plan.chosen))


def _fault(plan: Plan, name: str, text: str) -> Iterator[Finding]:
    row, at = plan.algorithm.find(name), f"hyperparameters.{name}"
    if row is None:
        yield Finding.on_file("GT513", _unknown(plan, name), path=plan.path(at))
    elif row.derived:
        yield Finding.on_file("GT502", f"{name} is typed by hand as {text}", path=plan.path(at))
    elif fault := row.fault(text):
        yield Finding.on_file("GT514", fault, path=plan.path(at))


def _unknown(plan: Plan, name: str) -> str:
    names = [row.name for row in plan.algorithm.hyperparameters or () if not row.derived]
    meant = nearest(name, names)
    instead = f"the nearest is {meant}" if meant else f"there are {', '.join(names)}"
    return f"{name} is no hyperparameter of {plan.algorithm.name}; {instead}"
