"""Storage for images and labels, datasets and models, and their encryption key."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.uploads import is_in_own_bucket
from stacks.environment_stack import EnvironmentStack, arns_in_stacks, on_behalf_of_alarms
from stacks.regions import service_in
from stacks.storage.private_bucket import PrivateBucket

_IMAGE_CHECKS_KEPT = 30  # days; an execution that failed can be redriven for 14


class Storage(EnvironmentStack):
    """Buckets and key of one environment.

    Guarantees: nothing is deleted with its contents, and never the key, without which a bucket that stays is
    unreadable; with `retention.keep_buckets` nothing is deleted.
    The model package group is not here: it outlives every stack, and the first model makes it.

    Attributes:
        labeling: bucket for images and labels, in addition to existing ones; it is always made, as an export
            that another stack imports can never be taken back, and unused where the settings say so.
        datasets: `datasets/<labeling job>/<dataset id>/…`, and `image-checks/…`, which is not kept.
        models: `training/<training job>/output/…` and `checkpoints/<training job>/…`.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "storage", description="images and labels, datasets, models")
        self.removal = _removal_policy(environment)
        self.key = self._make_key(environment)
        self.access_logs = PrivateBucket(
            self,
            "AccessLogs",
            removal=self.removal,
            keep_replaced=environment.retention.replaced_objects_days,
            expire=environment.retention.logs_days,
        )
        self.datasets = self._make_bucket("Datasets", environment, expire_below=_what_expires(environment))
        self.models = self._make_bucket("Models", environment)
        self.labeling = self._make_bucket("Labeling", environment, cors=_LABELING_CORS)
        if any(map(is_in_own_bucket, environment.labeling.uploads)):
            _send_events(self.labeling)
        self._export()
        self._output(environment)

    def _make_key(self, environment: Environment) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            alias=f"alias/groundtrain-{environment.name}",
            description=f"groundtrain {environment.name}: buckets and messages",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,  # buckets that stay need it
        )
        key.add_to_resource_policy(_alarms_publish_encrypted(self, environment))
        key.add_to_resource_policy(_logs_are_encrypted(self, environment))
        return key

    def _make_bucket(
        self,
        name: str,
        environment: Environment,
        *,
        expire_below: Mapping[str, int] | None = None,
        cors: s3.CorsRule | None = None,
    ) -> s3.Bucket:
        return PrivateBucket(
            self,
            name,
            removal=self.removal,
            keep_replaced=environment.retention.replaced_objects_days,
            key=self.key,
            logs=self.access_logs,
            expire_below=expire_below,
            cors=cors,
        )

    def _export(self) -> None:
        """Whatever other stacks may import, under any settings.

        CloudFormation refuses to remove an export that is in use, so none may depend on the settings.
        """
        for bucket in (self.datasets, self.models, self.labeling):
            self.export_value(bucket.bucket_arn)
            self.export_value(bucket.bucket_name)
        self.export_value(self.key.key_arn)

    def _output(self, environment: Environment) -> None:
        shown = {
            "Datasets": (self.datasets, "train.manifest, validation.manifest and reports, below datasets/"),
            "Models": (self.models, "models and checkpoints of training jobs"),
        }
        if environment.labeling.create_bucket:
            shown["Labeling"] = (self.labeling, _purpose_of_labels(environment.labeling))
        for name, (bucket, purpose) in shown.items():
            cdk.CfnOutput(self, f"{name}BucketName", value=bucket.bucket_name, description=purpose)
        cdk.CfnOutput(
            self, "KeyArn", value=self.key.key_arn, description="to be named as a labeling job's output key"
        )


def _what_expires(environment: Environment) -> dict[str, int]:
    """Days by prefix in the datasets bucket: what a map over images leaves has served its dataset."""
    return {"image-checks/": _IMAGE_CHECKS_KEPT} if environment.dataset.images == "full" else {}


def _purpose_of_labels(labeling: Labeling) -> str:
    jobs = ", and have labeling jobs write here" if labeling.jobs else ""
    folders = ", ".join(filter(is_in_own_bucket, labeling.uploads))
    manifests = f", and manifests below {folders}" if folders else ""
    return f"put images here{jobs}{manifests}"


def _send_events(bucket: s3.Bucket) -> None:
    """Have S3 send the bucket's events to EventBridge.

    By the property of the bucket: CDK's own way is a function that calls S3 on its behalf (aws-cdk 26772).
    """
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
    )


# Workers' browsers turn images by their EXIF data unless this is there, and tasks fail
# (SageMaker Developer Guide, "CORS Requirement for Input Image Data").
_LABELING_CORS = s3.CorsRule(
    allowed_methods=[s3.HttpMethods.GET],
    allowed_origins=["*"],
    exposed_headers=["Access-Control-Allow-Origin"],
)


def _removal_policy(environment: Environment) -> cdk.RemovalPolicy:
    """Retain, except after a failed creation; or destroy, which S3 refuses unless the bucket is empty."""
    if environment.retention.keep_buckets:
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    return cdk.RemovalPolicy.DESTROY


def _logs_are_encrypted(stack: cdk.Stack, environment: Environment) -> iam.PolicyStatement:
    """CloudWatch Logs encrypts the functions' log groups, whose names begin with their stack's.

    Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    groups = arns_in_stacks(stack, environment, "logs", "log-group")
    encrypt = ("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")
    data_keys = ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
    return iam.PolicyStatement(
        sid="LogsAreEncrypted",
        principals=[iam.ServicePrincipal(service_in(environment.region, "logs"))],
        actions=["kms:Decrypt", "kms:DescribeKey", *encrypt, *data_keys],
        resources=["*"],  # in a key's policy: this key
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )


def _alarms_publish_encrypted(stack: cdk.Stack, environment: Environment) -> iam.PolicyStatement:
    """Allow CloudWatch to publish alarms to the encrypted topic."""
    return iam.PolicyStatement(
        sid="AlarmsPublishEncrypted",
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],  # in a key's policy: this key
        conditions=on_behalf_of_alarms(stack, environment),
    )
