"""Batches and epochs: what the algorithms for images have in common."""

from collections.abc import Iterator

from groundtrain.training.algorithm import Chosen, Conflict


def fitting_batch(wanted: str, records: int) -> str:
    """The batch size that is wanted, but no larger than the channel can fill.

    "The number of input images must be bigger or equal to the mini_batch_size" fails the job otherwise.
    """
    return str(max(1, min(int(wanted), records)))


def late_steps(chosen: Chosen, epochs: str) -> Iterator[Conflict]:
    """GT503: steps of the learning rate that are never reached; `epochs` are those the job comes to."""
    for step in filter(None, chosen.get("lr_scheduler_step", "").split(",")):
        if int(step) >= int(epochs):
            yield Conflict(
                "GT503",
                "lr_scheduler_step",
                f"step {step.strip()} is not before the last of {epochs} epochs",
            )
