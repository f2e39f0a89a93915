"""Run the steps one after the other; what was deployed is torn down whatever becomes of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.step import GOOD, Ran, Step, not_run, run_step

Told = Callable[[Ran], None]


def run_steps(
    steps: Sequence[Step],
    lacking: Mapping[str, str],
    teardown: Step | None,
    run: AcceptanceRun,
    tell: Told,
) -> list[Ran]:
    """What came of each step, and last of the teardown, if there is one.

    Args:
        steps: in their order.
        lacking: why steps are left out, by their names.
        teardown: is run after a failure, and after an interruption, too.
        run: what they share.
        tell: is called with each as soon as it is done.
    """
    ran: list[Ran] = []
    try:
        for one in _each(steps, lacking, run):
            ran.append(one)
            tell(one)
    except KeyboardInterrupt:
        ran += [not_run(step, "interrupted") for step in steps[len(ran) :]]
    finally:
        if teardown:
            ran.append(tear_down(teardown, run))
    return ran


def tear_down(teardown: Step, run: AcceptanceRun) -> Ran:
    """Run the teardown; one that is interrupted says how to go on with it."""
    try:
        return run_step(teardown, run)
    except KeyboardInterrupt:
        again = f"make acceptance REGION={run.region} TEARDOWN=yes"
        return Ran(teardown, "failed", (f"interrupted; the rest is removed by: {again}",))


def _each(steps: Sequence[Step], lacking: Mapping[str, str], run: AcceptanceRun) -> Iterator[Ran]:
    """None is run after one that carries it and was not done."""
    broken = ""
    for step in steps:
        reason = lacking.get(step.name) or broken
        done = not_run(step, reason) if reason else run_step(step, run)
        yield done
        if step.carries and done.result not in GOOD and not broken:
            broken = f'"{step.name}" did not go well'
