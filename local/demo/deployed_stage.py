"""The embedded AWS with the dev stage deployed in it."""

import contextlib
import time
from collections.abc import Iterator, Mapping

from msgspec import Struct

from groundtrain.progress_reporter import ProgressReporter
from local import cdk
from local.demo.demo_settings import STAGE
from local.demo.workspace import Workspace
from local.embedded_aws import EmbeddedAws, embedded_aws
from local.sagemaker.programs import Command


class Deployment(Struct, frozen=True):
    """The deployed stage: names of the resources that the stacks created.

    Attributes:
        labeling_role: "" where the settings react to no labeling job.
    """

    aws: EmbeddedAws
    labeling_bucket: str
    datasets_bucket: str
    models_bucket: str
    topic: str
    labeling_role: str


@contextlib.contextmanager
def deployed(
    workspace: Workspace,
    region: str,
    reporter: ProgressReporter,
    *,
    training_seconds: float = 3.0,
    programs: Mapping[str, Command] = {},
) -> Iterator[Deployment]:
    """Run an embedded AWS with the stage deployed while the block runs; `programs` train, by their image.

    Synthesis and start-up run side by side.

    Raises:
        EmbeddedAwsError: the embedded AWS did not start.
        CdkError: CDK failed.
    """
    started, assembly = time.monotonic(), workspace.cdk / "out"
    reporter.begins("starting the embedded AWS and synthesizing the app")
    with (
        cdk.synthesis(
            workspace.environments, assembly, workspace.cdk, workspace.logs / "synth.log"
        ) as synthesized,
        embedded_aws(
            region=region,
            log=workspace.logs / "aws.log",
            request_log=workspace.request_log,
            training_seconds=training_seconds,
            programs=programs,
        ) as aws,
    ):
        reporter.reports(f"embedded AWS (an emulator) at {aws.endpoint}")
        cdk.bootstrap(aws, workspace.cdk, workspace.logs / "bootstrap.log")
        synthesized()
        reporter.begins("deploying the dev stage with the CDK command line")
        cdk.deploy(aws, assembly, STAGE, workspace.cdk, workspace.logs / "deploy.log")
        deployment = read_outputs(aws)
        reporter.reports(f"dev stage deployed ({time.monotonic() - started:.0f} s from nothing)")
        yield deployment


def read_outputs(aws: EmbeddedAws) -> Deployment:
    """What the stage that is deployed in the region tells of itself."""
    outputs: dict[str, str] = {}
    for stack in aws.client("cloudformation").describe_stacks()["Stacks"]:
        outputs |= {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return Deployment(
        aws=aws,
        labeling_bucket=outputs["LabelingBucketName"],
        datasets_bucket=outputs["DatasetsBucketName"],
        models_bucket=outputs["ModelsBucketName"],
        topic=outputs["TopicArn"],
        labeling_role=outputs.get("LabelingRoleArn", ""),
    )
