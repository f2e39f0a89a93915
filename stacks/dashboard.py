"""The dashboard: the flow from left to right, one column for each step, failures below."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from groundtrain.observability import Metric
from groundtrain.settings.environment import Environment
from stacks import metrics
from stacks.pipeline import Pipeline
from stacks.step import Step
from stacks.sweep import Sweep

_OUTCOMES = {
    "convert_manifest": (
        Metric.DATASETS_READY,
        Metric.DATASETS_REJECTED,
        Metric.LABELING_JOBS_OF_OTHERS,
    ),
    "start_training": (Metric.TRAINING_JOBS_STARTED, Metric.TRAINING_JOBS_WAITING),
    "record_outcome": (Metric.MODELS_REGISTERED, Metric.TRAINING_JOBS_FAILED),
    "sweep": (Metric.LABELING_JOBS_SWEPT, Metric.TRAINING_JOBS_SWEPT),
}
_WIDTH = 6  # of 24: four columns
_HEIGHT = 5


def dashboard(scope: Construct, environment: Environment, pipeline: Pipeline) -> cloudwatch.Dashboard:
    """Columns: labels to dataset, dataset to training job, training job to model; the sweep beside them."""
    columns = [
        _step("1 · Labeling job → dataset", pipeline.convert),
        _step("2 · Dataset → training job", pipeline.start_training),
        _step("3 · Training job → model", pipeline.record_outcome),
        _sweep("Sweep: what the events missed", pipeline.sweep),
    ]
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        # an account has its dashboards in common in all regions
        dashboard_name=f"groundtrain-{environment.name}-{environment.region}",
        widgets=[list(row) for row in zip(*columns, strict=True)],
    )


def _step(title: str, step: Step) -> list[cloudwatch.IWidget]:
    waiting, oldest = metrics.waiting_messages(step.queue), metrics.oldest_message(step.queue)
    return [_title(title), _graph("Queue", [waiting], right=[oldest]), *_work(step)]


def _sweep(title: str, sweep: Sweep) -> list[cloudwatch.IWidget]:
    no_queue = cloudwatch.TextWidget(
        markdown="Starts by the clock, not from a queue.", width=_WIDTH, height=_HEIGHT
    )
    return [_title(title), no_queue, *_work(sweep)]


def _work(step: Step | Sweep) -> list[cloudwatch.IWidget]:
    function = step.function
    work = [metrics.calls(function), metrics.errors(function)]
    return [
        _graph("Outcome", [metrics.counted(function, metric) for metric in _OUTCOMES[function.package]]),
        _graph("Function", work, right=[metrics.duration(function)]),
        _graph("Dead letters", [metrics.waiting_messages(step.dead_letters)]),
    ]


def _title(text: str) -> cloudwatch.IWidget:
    return cloudwatch.TextWidget(markdown=f"### {text}", width=_WIDTH, height=1)


def _graph(
    title: str, left: list[cloudwatch.Metric], *, right: list[cloudwatch.Metric] | None = None
) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title, left=list(left), right=list(right or []), width=_WIDTH, height=_HEIGHT
    )
