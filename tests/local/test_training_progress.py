"""What the demonstration shows of a training job, and that nothing emulated passes for learned."""

from typing import Any

import pytest

from local.demo.own_image import LOSS, PRECISION
from local.demo.training_progress import TrainingProgress

NAME = "job"


class Described:
    """SageMaker's answers, one after the other."""

    def __init__(self, *answers: tuple[dict[str, float], str]) -> None:
        self._answers = iter(answers)

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:  # noqa: ARG002, N803 - as boto3 has it
        metrics, note = next(self._answers)
        return {
            "FinalMetricDataList": [{"MetricName": name, "Value": value} for name, value in metrics.items()],
            "SecondaryStatusTransitions": [{"StatusMessage": f"Training{note}"}],
        }


def test_losses_are_kept_in_order_and_told_once() -> None:
    answers = [({LOSS: 2.0}, ""), ({LOSS: 2.0}, ""), ({LOSS: 1.5}, ""), ({LOSS: 1.5, PRECISION: 0.9}, "")]
    progress = TrainingProgress(Described(*answers))
    assert [progress.look(NAME) for _ in answers] == [True, False, True, True]
    assert progress.losses == [2.0, 1.5]
    assert progress.now() == f"{LOSS} 1.50 after 2 epochs"
    assert progress.summary() == [
        f"{LOSS} from 2.00 down to 1.50",
        f"{PRECISION} 0.900, measured on the validation images",
    ]


def test_what_is_emulated_is_told_as_invented() -> None:
    progress = TrainingProgress(Described(({PRECISION: 0.7}, " (emulated)")))
    progress.look(NAME)
    assert progress.is_emulated
    assert progress.summary() == ["emulated: nothing was trained, and its metrics are invented"]


@pytest.mark.parametrize("metrics", [{}, {"other": 1.0}])
def test_a_job_without_these_metrics_has_nothing_to_tell(metrics: dict[str, float]) -> None:
    progress = TrainingProgress(Described((metrics, "")))
    progress.look(NAME)
    assert (progress.now(), progress.summary()) == ("", [])
