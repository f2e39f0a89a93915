"""The pipeline: a finished labeling job becomes a dataset, a training job, a registered model."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from groundtrain.settings.environment import Environment
from groundtrain.training.results.model_package import group_of
from stacks import patterns
from stacks.function import Size
from stacks.notifications import Notifications
from stacks.permissions import functions
from stacks.resources import resources_of
from stacks.roles import labeling_role, training_role
from stacks.step import Step
from stacks.storage import Storage
from stacks.sweep import Sweep
from stacks.synthesizer import synthesizer_of


class Pipeline(cdk.Stack):
    """Three steps and a sweep; each step is started by an event, which a person may send too."""

    def __init__(self, scope: Construct, environment: Environment, storage: Storage, bundle: Path) -> None:
        super().__init__(
            scope,
            "pipeline",
            stack_name=f"groundtrain-{environment.name}-pipeline",
            tags=environment.tags,
            synthesizer=synthesizer_of(environment),
            description="groundtrain: from finished labeling jobs to registered models",
        )
        self.environment_settings = environment
        self.storage = storage
        self.resources = resources_of(self, environment, storage)
        self.code = lambda_.Code.from_asset(str(bundle))
        self.topic = Notifications(self, environment, storage.key)
        self.training_role = training_role(self, self.resources)
        self.labeling_role = labeling_role(self, self.resources)

        self.convert = self._convert_manifest()
        self.start_training = self._start_training()
        self.record_outcome = self._record_outcome()
        self.steps = (self.convert, self.start_training, self.record_outcome)
        self.sweep = self._sweep()
        cdk.CfnOutput(
            self,
            "ModelPackageGroupName",
            value=group_of(environment),
            description="models wait here for somebody to approve them; the first one makes the group",
        )

    def _convert_manifest(self) -> Step:
        return Step(
            self,
            "Convert",
            self.environment_settings,
            pattern=patterns.labeling_job_ended(self.resources),
            package="convert_manifest",
            code=self.code,
            size=Size(cdk.Duration.minutes(15), memory_mb=1769, scratch_mb=4096),
            attempts=8,  # with the function's growing delays: an hour for the manifest to appear
            at_once=5,
            may=functions.convert_manifest(self.resources, self.topic.topic_arn),
            key=self.resources.key,
            variables={
                "DATASETS_BUCKET": self.storage.datasets.bucket_name,
                "LABELING_BUCKETS": ",".join(self._labeling_buckets()),
                "TOPIC_ARN": self.topic.topic_arn,
            },
        )

    def _labeling_buckets(self) -> list[str]:
        labeling = self.environment_settings.labeling
        made = [self.storage.labeling.bucket_name] if labeling.create_bucket else []
        return [*labeling.buckets, *made]

    def _start_training(self) -> Step:
        return Step(
            self,
            "StartTraining",
            self.environment_settings,
            pattern=patterns.dataset_ready(self.resources),
            package="start_training",
            code=self.code,
            size=Size(cdk.Duration.minutes(1), memory_mb=512),
            attempts=30,  # with the function's growing delays: five days for quota or capacity
            at_once=2,
            may=functions.start_training(self.resources, self.topic.topic_arn, self.training_role.role_arn),
            key=self.resources.key,
            variables={
                "DATASETS_BUCKET": self.storage.datasets.bucket_name,
                "MODELS_BUCKET": self.storage.models.bucket_name,
                "MODELS_KEY_ARN": self.storage.key.key_arn,
                "TRAINING_ROLE_ARN": self.training_role.role_arn,
                "TOPIC_ARN": self.topic.topic_arn,
            },
        )

    def _record_outcome(self) -> Step:
        return Step(
            self,
            "RecordOutcome",
            self.environment_settings,
            pattern=patterns.training_job_ended(self.resources),
            package="record_outcome",
            code=self.code,
            size=Size(cdk.Duration.minutes(1), memory_mb=512),
            attempts=8,
            at_once=2,
            may=functions.record_outcome(self.resources, self.topic.topic_arn),
            key=self.resources.key,
            variables={
                "DATASETS_BUCKET": self.storage.datasets.bucket_name,
                "MODEL_PACKAGE_GROUP": group_of(self.environment_settings),
                "TOPIC_ARN": self.topic.topic_arn,
            },
        )

    def _sweep(self) -> Sweep:
        return Sweep(
            self,
            "Sweep",
            self.environment_settings,
            code=self.code,
            size=Size(cdk.Duration.minutes(5), memory_mb=512),
            may=functions.sweep(
                self.resources, self.convert.queue.queue_arn, self.record_outcome.queue.queue_arn
            ),
            key=self.resources.key,
            variables={
                "DATASETS_BUCKET": self.storage.datasets.bucket_name,
                "LABELING_BUCKETS": ",".join(self._labeling_buckets()),
                "CONVERT_QUEUE_URL": self.convert.queue.queue_url,
                "OUTCOME_QUEUE_URL": self.record_outcome.queue.queue_url,
            },
        )
