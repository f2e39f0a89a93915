"""What the acceptance run says before it begins and when it has ended."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from groundtrain.output.text_table import table
from groundtrain.quantities import quantity
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.recorded.examples import FOLDER
from stacks.acceptance.step import Ran, Step
from stacks.acceptance.table import TEARDOWN

_NOTHING = "nothing"


def before(run: AcceptanceRun, tier: int, steps: Sequence[Step], lacking: Mapping[str, str]) -> Iterator[str]:
    """The account, what is left out and why, and the estimate of all that will be done."""
    yield f"account {run.account}, {run.region}, tier {tier}: {quantity(len(steps), 'step')}"
    yield from _emulated(run)
    done = [step for step in steps if step.name not in lacking]
    for name, reason in lacking.items():
        yield f'"{name}" is left out: {reason}'
    if lacking and tier > (highest := max(step.tier for step in done)):
        yield f"so tier {tier} falls back to tier {highest}"
    counted = [*done, TEARDOWN] if tier else done
    minutes = sum(step.seconds for step in counted) / 60
    dollars = _dollars(sum(step.dollars for step in counted))
    yield f"estimate: {minutes:.0f} minutes and {dollars}, by list prices"


def in_a_line(one: Ran) -> str:
    """A step that is done, while others are not."""
    return f"  {one.step.name}: {one.result} ({one.seconds:.0f} s)"


def after(run: AcceptanceRun, ran: Sequence[Ran]) -> Iterator[str]:
    """The table, why something is not proved, and where the real examples are."""
    rows: list[tuple[object, ...]] = [("step", "result", "seconds", "cost, estimated", "proves")]
    rows += [(it.step.name, it.result, round(it.seconds, 1), _cost(it), it.step.proves) for it in ran]
    total = sum(it.step.dollars for it in ran if it.result != "not run")
    rows.append(("all", "", round(sum(it.seconds for it in ran), 1), _dollars(total), _counted(ran)))
    yield from table(rows)
    yield from _reasons(ran)
    yield from _emulated(run)
    yield from _saved(run)


def _reasons(ran: Sequence[Ran]) -> Iterator[str]:
    """Why something is not proved; each reason once, with all steps that it keeps back."""
    reasons: dict[str, list[str]] = {}
    for one in ran:
        for reason in one.reasons if one.result not in ("proved", "emulated") else ():
            reasons.setdefault(reason, []).append(one.step.name)
    for reason, names in reasons.items():
        yield f"{', '.join(names)}: {reason}"


def _emulated(run: AcceptanceRun) -> Iterator[str]:
    if run.emulator:
        yield f"answered by {run.emulator}, which is not AWS: nothing of this is proved of an account"


def _saved(run: AcceptanceRun) -> Iterator[str]:
    if run.emulator:
        return
    files = list(run.examples.save(run.region, run.emulator))
    if files:
        yield f"{quantity(len(files), 'real example')} saved in {FOLDER}: look at them, then commit them"


def _counted(ran: Sequence[Ran]) -> str:
    return ", ".join(f"{number} {result}" for result, number in Counter(it.result for it in ran).items())


def _cost(one: Ran) -> str:
    return _dollars(0 if one.result == "not run" else one.step.dollars)


def _dollars(amount: float) -> str:
    return f"${amount:.2f}" if amount else _NOTHING
