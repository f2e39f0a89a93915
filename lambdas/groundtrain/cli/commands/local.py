"""groundtrain local: run the embedded AWS on the loopback interface."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from groundtrain.cli.command_options import Command
from groundtrain.cli.printing import example, print_line, print_lines, print_unbroken
from groundtrain.cli.termination import sigterm_as_ctrl_c
from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import REGION

if TYPE_CHECKING:
    from local.embedded_aws import EmbeddedAws


def _read_region(_: click.Context, parameter: click.Parameter, region: str) -> str:
    if not re.fullmatch(REGION, region):
        raise click.BadParameter(f"expected a region such as eu-west-1, got {region}", param=parameter)
    return region


def program_option(help_text: str) -> Callable[[Command], Command]:
    """--program IMAGE=COMMAND, any number of times."""
    return click.option("--program", multiple=True, metavar="IMAGE=COMMAND", help=help_text)


@click.command(epilog=example("groundtrain local --port 0"))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4566, show_default=True, help="0: any free one."
)
@click.option(
    "--region",
    default="eu-west-1",
    show_default=True,
    callback=_read_region,
    help="Region that the hints name.",
)
@program_option("Train by COMMAND where a request names IMAGE; repeat it for several. Others are emulated.")
def local(port: int, region: str, program: tuple[str, ...]) -> None:
    """Start the embedded AWS, and say how to point the AWS CLI, boto3 and cdk at it. Ctrl-C ends it.

    It is an emulator on 127.0.0.1 that keeps nothing. It runs any code it is given: never expose its port.
    """
    need_checkout()
    # a package of the checkout, which is not installed with the library
    from local.cdk import require_tools
    from local.embedded_aws import embedded_aws
    from local.sagemaker.programs import parse_programs

    require_tools(deploy=False)
    programs = parse_programs(program)
    with sigterm_as_ctrl_c(), TemporaryDirectory(prefix="groundtrain-log-") as directory:
        log = Path(directory) / "aws.log"
        with embedded_aws(region=region, log=log, port=port, programs=programs) as aws:
            _explain(aws)
            aws.process.wait()
        raise_ended(log)


def need_checkout() -> None:
    """Check that the packages of the repository around the library are at hand.

    Raises:
        GroundtrainError: groundtrain was installed without them.
    """
    if find_spec("local") is None or find_spec("boto3") is None:
        raise GroundtrainError(
            "this command needs a checkout of groundtrain with its development tools",
            fix="run make setup there",
        )


def raise_ended(log: Path) -> None:
    """Report an unexpected end of the embedded AWS, with the last line of its log."""
    last = log.read_text("utf-8", errors="replace").strip().rpartition("\n")[2]
    raise GroundtrainError(
        f"the embedded AWS has ended{f': {last}' if last else ''}", fix="start it again; it kept nothing"
    )


def _explain(aws: "EmbeddedAws") -> None:
    print_line(f"The embedded AWS runs at {aws.endpoint}; Ctrl-C ends it, and nothing is kept.")
    print_line("It is an emulator, not AWS: it runs any code it is given, so never make its port reachable.")
    print_lines(("", "In another terminal, for the AWS CLI, boto3 and cdk:", ""))
    print_unbroken(f"  export {name}={value}" for name, value in aws.settings().items())
    account = aws.settings()["AWS_ACCESS_KEY_ID"]
    print_unbroken(['  export CDK_HOME="$PWD/.cdk-home"  # cdk remembers which account a key belongs to'])
    print_lines(("", "Then, for example:", ""))
    print_unbroken(
        (
            "  aws s3 ls",
            f"  aws sqs list-queues --endpoint-url {aws.endpoint}  # some AWS CLIs need it",
            "  python -c 'import boto3; print(boto3.client(\"sagemaker\").list_labeling_jobs())'",
            f"  cdk bootstrap aws://{account}/{aws.region}",
            '  cdk deploy "dev/*" -c bundle=host --require-approval never',
        )
    )
    print_lines(
        ("", "Nobody labels here. To end a labeling job that you created, with its output manifest:", "")
    )
    print_unbroken(["  python -m local.finish_labeling_job JOB --manifest FILE"])
