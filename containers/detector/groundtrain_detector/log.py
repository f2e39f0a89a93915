"""Lines for SageMaker's log, where it looks for metrics."""

import sys
from collections.abc import Mapping

MAP_50, MAP_50_95 = "validation:mAP", "validation:mAP_50_95"
"""Names of the metrics, as groundtrain's table of the algorithm has them."""


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def loss_line(loss: float) -> str:
    """The words that the expression of the loss matches."""
    return f"train_loss={loss:.4f}"


def metric_line(metrics: Mapping[str, float]) -> str:
    """The words that the expressions of the two means match."""
    return f"validation_map={metrics[MAP_50]:.4f} validation_map_50_95={metrics[MAP_50_95]:.4f}"
