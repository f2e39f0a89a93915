"""The dashboard: the flow from left to right, one column a step, what goes wrong below."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from groundtrain.settings import Environment
from stacks import measures
from stacks.pipeline import Pipeline
from stacks.step import Step
from stacks.sweep import Sweep

_WIDTH = 6  # of 24: four columns
_HEIGHT = 5


def dashboard(scope: Construct, environment: Environment, pipeline: Pipeline) -> cloudwatch.Dashboard:
    """Columns: labels to dataset, dataset to training job, training job to model; the sweep beside them."""
    columns = [
        _step("1 · Labeling job → dataset", pipeline.convert, ["DatasetsReady", "DatasetsRejected"]),
        _step(
            "2 · Dataset → training job",
            pipeline.start_training,
            ["TrainingJobsStarted", "TrainingJobsWaiting"],
        ),
        _step(
            "3 · Training job → model", pipeline.record_outcome, ["ModelsRegistered", "TrainingJobsFailed"]
        ),
        _sweep("Sweep: what the events missed", pipeline.sweep),
    ]
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=f"groundtrain-{environment.name}",
        widgets=[list(row) for row in zip(*columns, strict=True)],
    )


def _step(title: str, step: Step, outcomes: list[str]) -> list[cloudwatch.IWidget]:
    return [
        _title(title),
        _graph("Queue", [measures.waiting_messages(step.queue)], right=[measures.oldest_message(step.queue)]),
        _graph("Outcome", [measures.counted(step.function, name) for name in outcomes]),
        *_function(step),
    ]


def _sweep(title: str, sweep: Sweep) -> list[cloudwatch.IWidget]:
    no_queue = cloudwatch.TextWidget(
        markdown="Starts by the clock, not from a queue.", width=_WIDTH, height=_HEIGHT
    )
    return [_title(title), no_queue, _graph("Found", [measures.swept(sweep.function)]), *_function(sweep)]


def _function(step: Step | Sweep) -> list[cloudwatch.IWidget]:
    work = [measures.calls(step.function), measures.errors(step.function)]
    return [
        _graph("Function", work, right=[measures.duration(step.function)]),
        _graph("Dead letters", [measures.waiting_messages(step.dead_letters)]),
    ]


def _title(text: str) -> cloudwatch.IWidget:
    return cloudwatch.TextWidget(markdown=f"### {text}", width=_WIDTH, height=1)


def _graph(
    title: str, left: list[cloudwatch.Metric], *, right: list[cloudwatch.Metric] | None = None
) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title, left=list(left), right=list(right or []), width=_WIDTH, height=_HEIGHT
    )
