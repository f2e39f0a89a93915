"""A stage is updated in place, destroyed without what must be kept, and deployed again beside that."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cdk
from local.embedded_aws import EmbeddedAws, embedded_aws
from template_review.template_versions import COPIES
from tests.infrastructure.synthesis import start_synth
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(not cdk.CDK.exists(), reason="needs the CDK command line: make setup")

STAGE = "dev"
HOLDS_DATA = (
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
GROUP = f"groundtrain-{STAGE}"
Resources = dict[str, dict[str, Any]]


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=cdk.ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"needs the repository's history: {done.stderr.decode().strip()}")
    return done.stdout


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout from before the templates changed last."""
    changed = git("log", "-1", "--format=%H", "--", COPIES.as_posix()).decode().strip()
    checkout = tmp_path_factory.mktemp("before") / "groundtrain"
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{changed}~1"))) as archive:
        archive.extractall(checkout, filter="data")
    return checkout


@pytest.fixture(scope="module")
def assemblies(before: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What was and what is, synthesized side by side."""
    folder = tmp_path_factory.mktemp("assemblies")
    checkouts = {folder / "before": before, folder / "after": cdk.ROOT}
    running = [start_synth(root, into, bundle="host") for into, root in checkouts.items()]
    for synth in running:
        errors = synth.communicate(timeout=PATIENCE)[1]
        assert synth.returncode == 0, errors
    return list(checkouts)


@pytest.fixture(scope="module")
def deployed(
    assemblies: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[EmbeddedAws, Path]]:
    """The stage as it was before, in an embedded AWS."""
    home = tmp_path_factory.mktemp("home")
    with embedded_aws(region="eu-west-1", log=home / "aws.log") as aws:
        cdk.bootstrap(aws, home, home / "bootstrap.log")
        cdk.deploy(aws, assemblies[0], STAGE, home, home / "before.log")
        yield aws, home


def resources(aws: EmbeddedAws) -> Resources:
    """What the stage's stacks have made, by stack and logical id."""
    cloudformation = aws.client("cloudformation")
    pages = cloudformation.get_paginator("list_stack_resources")
    return {
        f"{stack}/{it['LogicalResourceId']}": it
        for stack in (f"groundtrain-{STAGE}-{name}" for name in ("storage", "pipeline", "monitoring"))
        for page in pages.paginate(StackName=stack)
        for it in page["StackResourceSummaries"]
    }


def named(found: Resources, kind: str, beginning: str = "") -> str:
    [name] = [
        it["PhysicalResourceId"]
        for it in found.values()
        if it["ResourceType"] == kind and it["LogicalResourceId"].startswith(beginning)
    ]
    return str(name)


def register(aws: EmbeddedAws) -> str:
    """A model in the stage's group, which is made if no stack has made it; its ARN."""
    sagemaker = aws.client("sagemaker")
    if not sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]:
        sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    return str(sagemaker.create_model_package(ModelPackageGroupName=GROUP)["ModelPackageArn"])


def models(aws: EmbeddedAws) -> list[str]:
    """ARNs of the models in the stage's group."""
    found = aws.client("sagemaker").list_model_packages(ModelPackageGroupName=GROUP)
    group = aws.client("sagemaker").describe_model_package_group(ModelPackageGroupName=GROUP)
    assert group["ModelPackageGroupStatus"] == "Completed"
    return [summary["ModelPackageArn"] for summary in found["ModelPackageSummaryList"]]


def test_what_was_deployed_before_is_updated_destroyed_without_what_must_be_kept_and_deployed_again(
    deployed: tuple[EmbeddedAws, Path], assemblies: list[Path]
) -> None:
    aws, home = deployed
    s3, sqs = aws.client("s3"), aws.client("sqs")
    old = resources(aws)
    bucket = named(old, "AWS::S3::Bucket", "Datasets")
    s3.put_object(Bucket=bucket, Key="datasets/kept", Body=b"kept")
    letters = named(old, "AWS::SQS::Queue", "ConvertDeadLetters")
    sqs.send_message(QueueUrl=letters, MessageBody="kept")
    model = register(aws)

    cdk.deploy(aws, assemblies[1], STAGE, home, home / "after.log")

    new = resources(aws)
    replaced = [
        name
        for name in old.keys() & new.keys()
        if old[name]["ResourceType"] in HOLDS_DATA
        and old[name]["PhysicalResourceId"] != new[name]["PhysicalResourceId"]
    ]
    assert replaced == []
    assert s3.get_object(Bucket=bucket, Key="datasets/kept")["Body"].read() == b"kept"
    [message] = sqs.receive_message(QueueUrl=letters)["Messages"]
    assert message["Body"] == "kept"
    assert models(aws) == [model]

    cdk.destroy(aws, assemblies[1], STAGE, home, home / "destroy.log")

    assert aws.client("cloudformation").describe_stacks()["Stacks"][0]["StackName"] == "CDKToolkit"
    kept = {it["Name"] for it in s3.list_buckets()["Buckets"]}
    buckets = {it["PhysicalResourceId"] for it in new.values() if it["ResourceType"] == "AWS::S3::Bucket"}
    assert buckets <= kept
    assert s3.get_object(Bucket=bucket, Key="datasets/kept")["Body"].read() == b"kept"
    key = aws.client("kms").describe_key(KeyId=named(new, "AWS::KMS::Key"))["KeyMetadata"]
    assert key["KeyState"] == "Enabled"
    assert models(aws) == [model]
    assert sqs.list_queues(QueueNamePrefix="groundtrain-").get("QueueUrls", []) == []
    assert aws.client("lambda").list_functions()["Functions"] == []
    assert aws.client("sns").list_topics()["Topics"] == []
    roles = aws.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if "groundtrain" in role["RoleName"]] == []

    cdk.deploy(aws, assemblies[1], STAGE, home, home / "again.log")

    assert named(resources(aws), "AWS::S3::Bucket", "Datasets") not in kept
    assert models(aws) == [model]
