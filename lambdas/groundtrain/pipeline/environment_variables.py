"""The environment variables that the stacks set for the functions: one record for each function."""

from functools import cached_property

from msgspec import Struct

from groundtrain.aws.notifications import NotificationTopic
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import parse_environment
from groundtrain.settings.uploads import WatchedFolder, watched_folder
from groundtrain.training.request import BucketsAndRole
from groundtrain.training.settings_checks import training_mistakes


class FunctionVariables(Struct, frozen=True, kw_only=True, rename=str.upper, dict=True):
    """Variables of all functions: the environment's settings, and the bucket of the datasets."""

    groundtrain_settings: str
    datasets_bucket: str

    @cached_property
    def environment(self) -> Environment:
        """The settings that were deployed."""
        return parse_environment(self.groundtrain_settings, training_mistakes)


class StepVariables(FunctionVariables, frozen=True, kw_only=True):
    """Variables of a function with a queue; `queue_url` is that queue.

    Attributes:
        attempts: how often SQS delivers a message; after the last one it is a dead letter.
    """

    topic_arn: str
    queue_url: str
    attempts: int

    @property
    def topic(self) -> NotificationTopic:
        """Whom the function notifies; copies of the messages are kept in the datasets bucket."""
        return NotificationTopic(self.topic_arn, self.datasets_bucket)


class ConvertVariables(StepVariables, frozen=True, kw_only=True):
    """Variables of convert_manifest.

    Attributes:
        labeling_buckets: names of the buckets that images and labels may be in, separated by commas; the one
            that the stack makes is the last.
        image_checks_arn: ARN of the state machine that looks at images; "" where settings ask for none.
    """

    labeling_buckets: str
    image_checks_arn: str = ""


class StartVariables(StepVariables, frozen=True, kw_only=True):
    """Variables of start_training; `models_key_arn` is "" if the models bucket has no key of its own."""

    models_bucket: str
    models_key_arn: str = ""
    training_role_arn: str

    def buckets_and_role(self, dataset_folder: S3Address) -> BucketsAndRole:
        """What the training job of a dataset uses."""
        return BucketsAndRole(dataset_folder, self.models_bucket, self.training_role_arn, self.models_key_arn)


class OutcomeVariables(StepVariables, frozen=True, kw_only=True):
    """Variables of record_outcome."""

    model_package_group: str


class SweepVariables(FunctionVariables, frozen=True, kw_only=True):
    """Variables of sweep: the queues for what it finds; `labeling_buckets` as in ConvertVariables."""

    labeling_buckets: str
    convert_queue_url: str
    outcome_queue_url: str


def watched_folders(variables: ConvertVariables | SweepVariables) -> list[WatchedFolder]:
    """Where a manifest that is put there starts the pipeline; those that the functions write never do."""
    own = variables.labeling_buckets.rpartition(",")[2]
    folders = [watched_folder(upload, own) for upload in variables.environment.labeling.uploads]
    return [folder for folder in folders if folder.bucket != variables.datasets_bucket]
