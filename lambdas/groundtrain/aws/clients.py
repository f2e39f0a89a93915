"""Clients of AWS services: created on first use, and reused by later invocations of a warm function."""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# A call fails after some 40 s at worst, within the shortest function timeout of one minute; then the queue
# delivers the message again.
_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "adaptive", "total_max_attempts": 3},
    max_pool_connections=64,  # opened as they are needed, by whoever reads the headers of images
    tcp_keepalive=True,
)
# A person's line may be slow, and many uploads share it.
_UPLOADS = Config(
    connect_timeout=30,
    read_timeout=120,
    retries={"mode": "adaptive", "total_max_attempts": 6},
    max_pool_connections=32,
    tcp_keepalive=True,
)


class Credentials(NamedTuple):
    """Credentials as they are now, and the region, for a process of ours."""

    access_key: str
    secret_key: str
    token: str | None
    region: str | None


def current_credentials(session: boto3.Session) -> Credentials:
    """Those of a session, refreshed if they have to be.

    Raises:
        NoCredentialsError: it has none.
    """
    found = session.get_credentials()
    frozen = found.get_frozen_credentials() if found else None
    if frozen is None or not (frozen.access_key and frozen.secret_key):
        raise NoCredentialsError
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token, session.region_name)


def uploads_client(credentials: Credentials) -> "S3Client":
    """A client with these credentials for images that are uploaded."""
    access_key, secret_key, token, region = credentials
    return boto3.Session(access_key, secret_key, token, region).client("s3", config=_UPLOADS)


class Clients:
    """One client a service; credentials, region and endpoint are those of the process."""

    @cached_property
    def s3(self) -> "S3Client":
        """Manifests, images and datasets."""
        return boto3.client("s3", config=_CONFIG)

    @cached_property
    def uploads(self) -> "S3Client":
        """Images and manifests that the command line uploads."""
        return boto3.client("s3", config=_UPLOADS)

    @cached_property
    def sagemaker(self) -> "SageMakerClient":
        """Labeling jobs, training jobs and model packages."""
        return boto3.client("sagemaker", config=_CONFIG)

    @cached_property
    def events(self) -> "EventBridgeClient":
        """The bus."""
        return boto3.client("events", config=_CONFIG)

    @cached_property
    def sns(self) -> "SNSClient":
        """Messages to people."""
        return boto3.client("sns", config=_CONFIG)

    @cached_property
    def sqs(self) -> "SQSClient":
        """The functions' own queues."""
        return boto3.client("sqs", config=_CONFIG)

    @cached_property
    def step_functions(self) -> Any:
        """The state machine that looks at images; boto3's stubs for it are not installed."""
        return boto3.client("stepfunctions", config=_CONFIG)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """The stacks, for the command line."""
        return boto3.client("cloudformation", config=_CONFIG)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """The functions' logs, for the command line."""
        return boto3.client("logs", config=_CONFIG)

    @cached_property
    def session(self) -> boto3.Session:
        """Credentials and region, for whoever makes clients of its own."""
        return boto3.Session()


def usual_region() -> str | None:
    """The region of the environment variables or the AWS profile; no request is made."""
    return boto3.Session().region_name


@cache
def connect() -> Clients:
    """The clients of this process."""
    return Clients()
