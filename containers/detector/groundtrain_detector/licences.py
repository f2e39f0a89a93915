"""What a model is made from, and under which terms; written beside it."""

_TORCH = "torch: BSD-3-Clause, https://github.com/pytorch/pytorch/blob/main/LICENSE"
_TORCHVISION = (
    "torchvision, whose networks this model is one of: BSD-3-Clause,"
    " https://github.com/pytorch/vision/blob/main/LICENSE"
)
_STARTED = (
    "The terms of the weights that it was started from hold on. Weights that torchvision publishes were"
    " trained on COCO or ImageNet, and may have terms that derive from those:"
    " https://pytorch.org/vision/stable/models.html"
)


def licences(source: str) -> tuple[str, ...]:
    """A sentence each; `source` says what weights the training started from, "" for none."""
    return (_TORCH, _TORCHVISION, *([f"{source}. {_STARTED}"] if source else []))
