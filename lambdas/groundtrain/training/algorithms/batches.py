"""Batch size and learning-rate steps, as the image algorithms share them."""

from collections.abc import Iterator

from groundtrain.training.algorithms.algorithm import Chosen, Conflict


def fitting_batch(wanted: str, records: int) -> str:
    """The wanted batch size, but at most the number of records of the channel.

    "The number of input images must be bigger or equal to the mini_batch_size" fails the job otherwise.
    """
    return str(max(1, min(int(wanted), records)))


def late_steps(chosen: Chosen, epochs: str) -> Iterator[Conflict]:
    """GT503: steps of the learning rate that are never reached within `epochs`."""
    for step in filter(None, chosen.get("lr_scheduler_step", "").split(",")):
        if int(step) >= int(epochs):
            yield Conflict(
                "GT503",
                "lr_scheduler_step",
                f"step {step.strip()} is not before the last of {epochs} epochs",
            )
