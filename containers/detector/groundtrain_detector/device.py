"""Where the network is trained."""

from typing import Any, NamedTuple

import torch


class Device(NamedTuple):
    """A device, and in which precision it computes.

    Attributes:
        half: of mixed precision; None for none.
        words: for the log.
    """

    device: Any
    half: Any
    words: str


def choose_device(*, mixed_precision: bool) -> Device:
    """One GPU where there is any; without one, the CPU."""
    number = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not number:
        return Device(torch.device("cpu"), None, "no GPU was found: training on the CPU, in full precision")
    half = _half() if mixed_precision else None
    more = f", one of {number}: the others stay unused" if number > 1 else ""
    precision = f"mixed precision ({half})" if half else "full precision"
    name = torch.cuda.get_device_name(0)
    return Device(torch.device("cuda", 0), half, f"training on {name}{more}, in {precision}")


def _half() -> Any:
    """bfloat16, which needs no scaling, where the GPU itself computes it."""
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
