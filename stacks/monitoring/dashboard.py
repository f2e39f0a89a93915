"""The dashboard: the flow from left to right, one column for each step, failures below."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from groundtrain.settings.environment import Environment
from stacks.monitoring import metrics
from stacks.pipeline.image_checks import ImageChecks
from stacks.pipeline.stack import Pipeline
from stacks.pipeline.step import Step
from stacks.pipeline.sweep import Sweep

_WIDTH = 6  # of 24: four columns
_HEIGHT = 5


def dashboard(scope: Construct, environment: Environment, pipeline: Pipeline) -> cloudwatch.Dashboard:
    """A column for each step, in the order of the flow, and one for the sweep; image checks below."""
    columns = [_step(number, step) for number, step in enumerate(pipeline.steps.values(), 1)]
    columns.append(_sweep(pipeline.sweep))
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        # an account has its dashboards in common in all regions
        dashboard_name=f"groundtrain-{environment.name}-{environment.region}",
        widgets=[*(list(row) for row in zip(*columns, strict=True)), *_image_checks(pipeline.image_checks)],
    )


def _image_checks(checks: ImageChecks | None) -> list[list[cloudwatch.IWidget]]:
    """Two rows, where images are looked at pixel by pixel."""
    if checks is None:
        return []
    ends = ("ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted")
    started = [metrics.executions(checks, "ExecutionsStarted")]
    took = [metrics.executions(checks, "ExecutionTime", statistic="Maximum")]
    return [
        [_title("1a · Image checks, before a dataset is made")],
        [
            _graph("Started", started, right=took),
            _graph("Ended", [metrics.executions(checks, end) for end in ends]),
        ],
    ]


def _step(number: int, step: Step) -> list[cloudwatch.IWidget]:
    waiting, oldest = metrics.waiting_messages(step.queue), metrics.oldest_message(step.queue)
    title = f"{number} · {step.function.row.title}"
    return [_title(title), _graph("Queue", [waiting], right=[oldest]), *_work(step)]


def _sweep(sweep: Sweep) -> list[cloudwatch.IWidget]:
    no_queue = cloudwatch.TextWidget(
        markdown="Starts by the clock, not from a queue.", width=_WIDTH, height=_HEIGHT
    )
    return [_title(sweep.function.row.title), no_queue, *_work(sweep)]


def _work(step: Step | Sweep) -> list[cloudwatch.IWidget]:
    function = step.function
    work = [metrics.calls(function), metrics.errors(function)]
    return [
        _graph("Outcome", [metrics.counted(function, metric) for metric in function.row.outcomes]),
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
