"""Generate docs/algorithms.md: `python -m groundtrain.output.algorithms_page [--check] FILE`."""

import sys
from collections.abc import Iterator

from groundtrain.output.generated_pages import write_or_check
from groundtrain.training.algorithms.algorithm import Algorithm, InstanceRequirements
from groundtrain.training.algorithms.hyperparameter import Hyperparameter
from groundtrain.training.algorithms.registry import ALGORITHMS

_HEAD = """\
# Algorithms

What each algorithm trains on and what may be said to it. This page is written by `make docs` from the modules
in `lambdas/groundtrain/training/`: edit those. [Training](training.md) says how the settings use it.
"""


def algorithms_page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(line for algorithm in ALGORITHMS.values() for line in _section(algorithm))))


def _section(algorithm: Algorithm) -> Iterator[str]:
    yield f"## {algorithm.name}\n"
    for what, words in _facts(algorithm):
        yield f"- {what}: {words}"
    yield ""
    if algorithm.hyperparameters is not None:
        yield "| hyperparameter | takes | default |"
        yield "|---|---|---|"
        yield from map(_row, algorithm.hyperparameters)
        yield ""


def _facts(algorithm: Algorithm) -> Iterator[tuple[str, str]]:
    yield "learns from", ", ".join(algorithm.reads) or "labels of any type"
    contents = dict.fromkeys(map(algorithm.content_type, algorithm.reads or ("",)))
    yield "both channels", f"Pipe, RecordIO, {' or '.join(f'`{content}`' for content in contents)}"
    yield "machines", _machines(algorithm.machines)
    yield (
        "spot",
        "goes on from checkpoints" if algorithm.checkpoints else "for an hour at most, no checkpoints",
    )
    yield "incremental", _incremental(algorithm)
    yield "objective", f"`{algorithm.objective}`" if algorithm.objective else "as `training.metrics` says"
    if algorithm.inference:
        yield (
            "takes and gives",
            f"{', '.join(algorithm.inference.takes)}; {', '.join(algorithm.inference.gives)}",
        )


def _machines(machines: InstanceRequirements) -> str:
    kind = {"gpu": "GPU only", "cpu": "CPU only", "any": "any"}[machines.processor]
    families = f", documented for {', '.join(machines.families)}" if machines.families else ""
    number = f"; {machines.most} at a time" if machines.most else ""
    return f"{kind}{families}; usually {', '.join(machines.usual)}{number}"


def _incremental(algorithm: Algorithm) -> str:
    if algorithm.fixed_for_incremental is None:
        return "no"
    return f"with the same classes{''.join(f', {name}' for name in algorithm.fixed_for_incremental)}"


def _row(row: Hyperparameter) -> str:
    takes = "derived from the dataset" if row.derived else str(row.form)
    return f"| `{row.name}` | {takes} | {'' if row.derived else row.default} |".replace("|  |", "| |")


if __name__ == "__main__":
    sys.exit(write_or_check(algorithms_page(), sys.argv[1:]))
