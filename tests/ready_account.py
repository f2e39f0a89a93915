"""An account that is ready for the settings below: moto, and answers for what moto has not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from moto import mock_aws

from groundtrain.aws.preflight.services import Services
from groundtrain.preflight.run import CHECKS, answered, run_checks
from groundtrain.preflight.situation import Situation
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from tests.answers import Answers
from tests.sagemaker_fake import ACCOUNT, REGION

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/pallets/training:1"
BUCKET = "yard-images"
ON_DEMAND, SPOT = "training job usage", "spot training job usage"
CORS = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": ["Access-Control-Allow-Origin"]}
SETTINGS = """
account = "{account}"
region = "{region}"
[labeling]
buckets = ["yard-images"]
uploads = ["s3://yard-images/in/"]
[dataset]
images = "full"
[training]
algorithm = "own-image"
image_uri = "{image}"
instance_types = ["ml.g5.2xlarge", "ml.g4dn.2xlarge"]
spot = true
max_concurrent_jobs = 2
experiment = "pallets"
{network}[notifications]
emails = ["yard@example.com"]
"""


class World:
    """The account; what tests change in it, and what is found then."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.answers = Answers()
        self.values = {"account": ACCOUNT, "region": REGION, "image": IMAGE, "network": ""}
        self.settings = SETTINGS
        self.changes: list[tuple[str, str]] = []
        self._folder = folder

    def client(self, service: str) -> Any:
        return self.services(service)

    def situation(self) -> Situation:
        text = self.settings.format(**self.values)
        for old, new in self.changes:
            assert old in text
            text = text.replace(old, new)
        path = self._folder / "dev.toml"
        path.write_text(text, "utf-8")
        return Situation(load_environment(path, training_mistakes), ACCOUNT, self.services)

    def findings(self, about: str = "") -> list[Finding]:
        """What is found: by the check of that name, or by all."""
        situation = self.situation()
        checks = [check for check in CHECKS if check.about == about or not about]
        assert checks, about
        return [one for check in checks for it in check.questions(situation) for one in answered(it)]

    def codes(self, about: str = "") -> set[str]:
        return {finding.code for finding in self.findings(about)}

    def run(self) -> Any:
        return list(run_checks(self.situation()))

    def quotas(self, **values: float) -> None:
        """Values of "g5" and "g4dn", spot and on demand alike."""
        quotas = [
            {"QuotaName": f"ml.{family}.2xlarge for {way}", "Value": value}
            for family, value in values.items()
            for way in (ON_DEMAND, SPOT)
        ]
        self.answers.give("ListServiceQuotas", {"Quotas": quotas})

    def functions(self, at_once: int) -> None:
        self.answers.give("GetAccountSettings", {"AccountLimit": {"UnreservedConcurrentExecutions": at_once}})

    def stack(self, status: str = "UPDATE_COMPLETE", **outputs: str) -> None:
        listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
        stack = {"StackName": "it", "StackStatus": status, "CreationTime": "2026-11-01", "Outputs": listed}
        self.answers.give("DescribeStacks", {"Stacks": [stack]})

    def no_stack(self) -> None:
        self.answers.refuse("DescribeStacks", "ValidationError")

    def subscription(self, arn: str) -> None:
        one = {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": "yard@example.com"}
        self.answers.give("ListSubscriptionsByTopic", {"Subscriptions": [one]})

    def policy(self, *statements: dict[str, Any]) -> None:
        text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=text)

    def key_policy(self, principal: str) -> None:
        allowed = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.client("kms").put_key_policy(KeyId=self.values["key"], PolicyName="default", Policy=text)

    def encrypt_with(self, key: str) -> None:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        self.client("s3").put_bucket_encryption(
            Bucket=BUCKET,
            ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
        )

    def cors(self, **changed: Any) -> None:
        self.client("s3").put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [CORS | changed]})


Change = Callable[[World], object]


class Fault(NamedTuple):
    """What is wrong: the code and the check that finds it, how it comes about, and how it is repaired."""

    code: str
    check: str
    breaks: Change
    repairs: Change


def is_found_and_repaired(world: World, fault: Fault) -> None:
    fault.breaks(world)
    broken = world.findings(fault.check)
    assert {finding.code for finding in broken} == {fault.code}, broken
    assert all(finding.advice for finding in broken)
    fault.repairs(world)
    assert world.findings(fault.check) == []


SERVICES = (
    "s3",
    "kms",
    "ssm",
    "sts",
    "sns",
    "ecr",
    "ec2",
    "sagemaker",
    "cloudformation",
    "service-quotas",
    "lambda",
)


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """Made once: each new client reads its service's model again."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        services = Services(REGION)
        for service in SERVICES:
            services(service)
        yield services


@pytest.fixture
def world(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.setattr("moto.kms.utils.RSAPrivateKey", lambda **_: None)  # 0.1 s, for what nobody signs with
    world = World(services, tmp_path)
    with mock_aws():
        for service in SERVICES:
            world.answers.stand_before(services(service))
        _furnish(world)
        yield world
        for service in SERVICES:
            world.answers.stand_aside(services(service))


def _furnish(world: World) -> None:
    world.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    world.quotas(g5=2, g4dn=2)
    world.answers.give("ListAWSDefaultServiceQuotas", {"Quotas": []})
    world.functions(1000)
    summary = {
        "LabelingJobName": "yard",
        "LabelingJobArn": "arn:yard",
        "LabelingJobStatus": "Completed",
        "CreationTime": "2026-11-01",
        "LastModifiedTime": "2026-11-01",
        "LabelCounters": {},
        "WorkteamArn": "arn:team",
    }
    world.answers.give("ListLabelingJobs", {"LabelingJobSummaryList": [summary]})
    world.client("sagemaker").create_experiment(ExperimentName="pallets")
    _furnish_bucket(world)
    ecr = world.client("ecr")
    ecr.create_repository(repositoryName="pallets/training")
    manifest = json.dumps({"mediaType": "application/vnd.oci.image.manifest.v1+json", "schemaVersion": 2})
    ecr.put_image(repositoryName="pallets/training", imageManifest=manifest, imageTag="1")
    topic = world.client("sns").create_topic(Name="people")["TopicArn"]
    world.stack(TopicArn=topic)
    world.subscription(f"{topic}:6d1")


def _furnish_bucket(world: World) -> None:
    s3 = world.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    ownership = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=ownership)
    world.answers.give("GetBucketNotificationConfiguration", {"EventBridgeConfiguration": {}})
    world.cors()
    world.values["key"] = world.client("kms").create_key()["KeyMetadata"]["Arn"]
    world.key_policy(f"arn:aws:iam::{ACCOUNT}:root")
    world.encrypt_with(world.values["key"])


@pytest.fixture
def in_vpc(world: World) -> World:
    """The same, where training runs in a subnet whose VPC has endpoints for S3 and ECR."""
    _furnish_network(world)
    return world


def _furnish_network(world: World) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="training", Description="t")["GroupId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    world.values |= {"vpc": vpc, "subnet": subnet, "group": group, "table": table}
    world.values["network"] = f'network = {{ subnets = ["{subnet}"], security_groups = ["{group}"] }}\n'
    endpoint = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.s3", "RouteTableIds": [table]}
    endpoint["VpcEndpointType"] = "Gateway"
    world.values["endpoint"] = ec2.create_vpc_endpoint(**endpoint)["VpcEndpoint"]["VpcEndpointId"]
    for name in ("ecr.api", "ecr.dkr"):
        service = f"com.amazonaws.{REGION}.{name}"
        made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface")
        world.values[name] = made["VpcEndpoint"]["VpcEndpointId"]
