"""End a labeling job on the embedded AWS, as its workers would: `python -m local.finish_labeling_job JOB`.

AWS has no such call, so neither has its CLI: without this a job stays InProgress for ever.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.errors import GroundtrainError
from groundtrain.printable_text import printable
from groundtrain.s3_addresses import bucket_of, key_of
from local.embedded_aws import EmbeddedAwsError, Endpoint

USUAL_PORT, USUAL_REGION = 4566, "eu-west-1"


def main(arguments: list[str] | None = None) -> int:
    """End the job; 2 when that cannot be done, with the reason on standard error."""
    options = _read_options(arguments)
    try:
        manifest = finish(
            Endpoint(options.port, options.region), options.job, options.manifest, options.status
        )
    except GroundtrainError as error:
        print(f"finish_labeling_job: {printable(str(error))}", file=sys.stderr)  # noqa: T201  a command
        return 2
    print(printable(f"{options.job} is {options.status}; its output manifest is {manifest}"))  # noqa: T201
    return 0


def finish(aws: Endpoint, job: str, manifest: str, status: str) -> str:
    """End the job with an output manifest, and return its address.

    Args:
        aws: where the job is.
        job: its name.
        manifest: an `s3://` address, a file that is uploaded to where the job's output belongs, or "" for
            what is there already.
        status: Completed, Stopped or Failed.

    Raises:
        EmbeddedAwsError: nothing answers there, there is no such job, or no such manifest.
    """
    try:
        folder = aws.client("sagemaker").describe_labeling_job(LabelingJobName=job)["OutputConfig"][
            "S3OutputPath"
        ]
        usual = f"{folder.rstrip('/')}/{job}/manifests/output/output.manifest"
        address = manifest if manifest.startswith("s3://") else usual
        if manifest and manifest != address:
            _upload(aws, Path(manifest), address)
        counters = {"TotalLabeled": _count_lines(aws, address)} if status != "Failed" else {}
    except ClientError as error:
        raise EmbeddedAwsError(f"{job}: {error}", fix="name a labeling job that is there") from error
    except BotoCoreError as error:
        raise EmbeddedAwsError(
            f"no embedded AWS answers at {aws.endpoint}", fix="start it: groundtrain local"
        ) from error
    aws.control(
        "LocalFinishLabelingJob",
        LabelingJobName=job,
        LabelingJobStatus=status,
        OutputDatasetS3Uri=address,
        LabelCounters=counters,
    )
    return address


def _upload(aws: Endpoint, file: Path, address: str) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EmbeddedAwsError(f"{file}: {error.strerror}", fix="name a file or an s3:// address") from error
    aws.client("s3").put_object(**_object(address), Body=content)


def _count_lines(aws: Endpoint, address: str) -> int:
    try:
        content: Any = aws.client("s3").get_object(**_object(address))["Body"].read()
    except ClientError as error:
        raise EmbeddedAwsError(
            f"there is no output manifest {address}", fix="put it there, or name another with --manifest"
        ) from error
    return sum(1 for line in content.splitlines() if line.strip())


def _object(address: str) -> dict[str, str]:
    return {"Bucket": bucket_of(address), "Key": key_of(address)}


def _read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.finish_labeling_job", description=__doc__)
    parser.add_argument("job", help="name of the labeling job")
    parser.add_argument("--manifest", default="", help="its output manifest: a file, or an s3:// address")
    parser.add_argument("--status", choices=("Completed", "Stopped", "Failed"), default="Completed")
    port = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).port or USUAL_PORT
    parser.add_argument("--port", type=int, default=port, help="of AWS_ENDPOINT_URL, or 4566")
    region = os.environ.get("AWS_REGION", USUAL_REGION)
    parser.add_argument("--region", default=region, help="of AWS_REGION, or eu-west-1")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
