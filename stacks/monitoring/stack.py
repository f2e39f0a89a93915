"""Alarms for the pipeline, and a dashboard that follows the flow."""

from constructs import Construct

from groundtrain.settings.environment import Environment
from stacks.environment_stack import EnvironmentStack
from stacks.monitoring.alarms import Alarms
from stacks.monitoring.dashboard import dashboard
from stacks.pipeline.stack import Pipeline


class Monitoring(EnvironmentStack):
    """Alarms and dashboard of one environment.

    Guarantees: a dead letter, a failing step, a failing map over images, and a job that only the sweep found
    each raise an alarm, which goes to the topic that people subscribe to. The alarm of a dead-letter queue
    comes late, as SQS reports on active queues only, and stays until the queue is seen to be empty; that of
    a message given up comes within minutes.
    Limitation: a function that is stopped (time, memory) cannot count its last attempt.
    """

    def __init__(self, scope: Construct, environment: Environment, pipeline: Pipeline) -> None:
        super().__init__(scope, environment, "monitoring", description="alarms and dashboard")
        alarms = Alarms(self, pipeline.topic)
        for step in pipeline.steps.values():
            alarms.watch_step(step)
        alarms.watch_sweep(pipeline.sweep)
        if pipeline.image_checks:
            alarms.watch_image_checks(pipeline.image_checks)
        dashboard(self, environment, pipeline)
