"""The pipeline: finished labels become a dataset, a training job, a registered model."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from groundtrain.settings.environment import Environment
from groundtrain.training.results.model_package import group_of
from stacks.bundling import Bundles
from stacks.environment_stack import EnvironmentStack
from stacks.permissions.sagemaker import labeling_role, training_role
from stacks.pipeline.function import Shared
from stacks.pipeline.image_checks import ImageChecks
from stacks.pipeline.step import Step
from stacks.pipeline.steps import check_images_row, step_rows, sweep_row
from stacks.pipeline.sweep import Sweep
from stacks.pipeline.topic import NotificationTopic
from stacks.resource_arns import resource_arns
from stacks.storage.stack import Storage


class Pipeline(EnvironmentStack):
    """The steps of the table and a sweep; each step is started by an event, which a person may send too.

    Attributes:
        steps: by the package of their function.
        image_checks: what looks at every pixel; None where the settings do not ask for it.
    """

    def __init__(
        self, scope: Construct, environment: Environment, storage: Storage, bundles: Bundles
    ) -> None:
        super().__init__(
            scope, environment, "pipeline", description="from finished labeling jobs to registered models"
        )
        self.arns = resource_arns(self, environment, storage)
        code = lambda_.Code.from_asset(str(bundles.functions))
        self.topic = NotificationTopic(self, environment, storage.key)
        self.training_role = training_role(self, self.arns)
        if environment.labeling.jobs:
            labeling_role(self, self.arns)
        shared = Shared(environment, code, self.arns.key, self._variables(environment, storage))
        rows = step_rows(self.arns, self.topic.topic_arn, self.training_role.role_arn)
        self.steps = {row.package: Step(self, row, shared) for row in rows}
        self.sweep = self._sweep(shared)
        self.image_checks = self._image_checks(shared, bundles)
        cdk.CfnOutput(
            self,
            "ModelPackageGroupName",
            value=group_of(environment),
            description="models wait here for somebody to approve them; the first one makes the group",
        )

    def _variables(self, environment: Environment, storage: Storage) -> dict[str, str]:
        """The environment variables that a row may name."""
        labeling = environment.labeling
        created = [storage.labeling.bucket_name] if labeling.create_bucket else []
        return {
            "DATASETS_BUCKET": storage.datasets.bucket_name,
            "IMAGE_CHECKS_ARN": self.arns.image_checks,
            "LABELING_BUCKETS": ",".join([*labeling.buckets, *created]),
            "MODELS_BUCKET": storage.models.bucket_name,
            "MODELS_KEY_ARN": storage.key.key_arn,
            "MODEL_PACKAGE_GROUP": group_of(environment),
            "TOPIC_ARN": self.topic.topic_arn,
            "TRAINING_ROLE_ARN": self.training_role.role_arn,
        }

    def _sweep(self, shared: Shared) -> Sweep:
        convert, outcome = self.steps["convert_manifest"].queue, self.steps["record_outcome"].queue
        row = sweep_row(self.arns, convert.queue_arn, outcome.queue_arn)
        urls = {"CONVERT_QUEUE_URL": convert.queue_url, "OUTCOME_QUEUE_URL": outcome.queue_url}
        return Sweep(self, row, shared._replace(variables={**shared.variables, **urls}))

    def _image_checks(self, shared: Shared, bundles: Bundles) -> ImageChecks | None:
        if not self.arns.image_checks:
            return None
        assert bundles.check_images is not None
        code = lambda_.Code.from_asset(str(bundles.check_images))
        return ImageChecks(self, check_images_row(self.arns), shared._replace(code=code), self.arns)
