"""The metrics of a training job, as it trains."""

from typing import Any

from groundtrain.quantities import quantity
from local.demo.own_image import LOSS, PRECISION

NO_MODEL = "(emulated: nothing was trained, so there is no model in it)"
INVENTED = "(emulated: nothing was trained, and the metrics of this message are invented)"


class TrainingProgress:
    """Asks SageMaker for a job's metrics again and again.

    Attributes:
        losses: each value of the loss, in order.
        metrics: the last value of each metric.
        is_emulated: whether nothing is trained, so that metrics are invented.
    """

    def __init__(self, sagemaker: Any) -> None:
        self.losses: list[float] = []
        self.metrics: dict[str, float] = {}
        self.is_emulated = False
        self._sagemaker = sagemaker

    def look(self, name: str) -> bool:
        """Whether there is anything new of the job with this name."""
        job = self._sagemaker.describe_training_job(TrainingJobName=name)
        messages = [one["StatusMessage"] for one in job["SecondaryStatusTransitions"]]
        self.is_emulated = any("(emulated)" in message for message in messages)
        metrics = {one["MetricName"]: one["Value"] for one in job.get("FinalMetricDataList", [])}
        if metrics == self.metrics:
            return False
        if (loss := metrics.get(LOSS)) is not None and [loss] != self.losses[-1:]:
            self.losses.append(loss)
        self.metrics = metrics
        return True

    def now(self) -> str:
        """How far it is, in a few words."""
        if not self.losses:
            return ""
        return f"{LOSS} {self.losses[-1]:.2f} after {quantity(len(self.losses), 'epoch')}"

    def summary(self) -> list[str]:
        """What was learned, as far as anything was."""
        if self.is_emulated:
            return ["emulated: nothing was trained, and its metrics are invented"]
        said = [f"{LOSS} from {self.losses[0]:.2f} down to {self.losses[-1]:.2f}"] if self.losses else []
        if PRECISION in self.metrics:
            said.append(f"{PRECISION} {self.metrics[PRECISION]:.3f}, measured on the validation images")
        return said
