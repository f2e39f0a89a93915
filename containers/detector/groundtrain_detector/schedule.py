"""The learning rate over a training: a warm-up, then half a cosine."""

import math

_WARM_UP_STEPS = 200
_LAST = 0.01


def rate(learning_rate: float, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0, of `steps` in all."""
    warm_up = min(_WARM_UP_STEPS, max(steps // 10, 1))
    if step < warm_up:
        return learning_rate * (step + 1) / warm_up
    done = min((step - warm_up) / max(steps - warm_up, 1), 1.0)
    return learning_rate * (_LAST + (1 - _LAST) * (1 + math.cos(math.pi * done)) / 2)
