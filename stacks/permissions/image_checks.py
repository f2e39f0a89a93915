"""Grants for `images = "full"`: convert starts the map, the map calls check_images, check_images looks."""

from stacks.permissions.grants import KEYS, NOTHING_NARROWER, Grant, allow
from stacks.permissions.shared import by_way_of, objects, use_key_of_labels
from stacks.resource_arns import ResourceArns

_EXECUTIONS = (
    "An execution is named after its dataset, which is known when labels come; the machine is pinned."
)
_CHILDREN = "Children of a map run get names of Step Functions; machine and label are pinned."
_DELIVERIES = NOTHING_NARROWER.format("log deliveries")


def start_image_checks(arns: ResourceArns) -> list[Grant]:
    """Of convert_manifest: write the shards, start the map over them, read what it found.

    Nothing where the settings do not ask for every pixel.
    """
    if not arns.image_checks:
        return []
    return [
        allow("states:StartExecution", on=[arns.image_checks]),
        allow("states:DescribeExecution", on=[f"{arns.image_check_executions}:*"], because=_EXECUTIONS),
        allow("s3:GetObject", "s3:PutObject", on=[f"{arns.datasets_bucket}/image-checks/*"], because=KEYS),
    ]


def check_images(arns: ResourceArns) -> list[Grant]:
    """Of check_images: read the lines of a shard and their images, write what is found."""
    return [
        allow("s3:GetObject", on=objects(arns.labeling_buckets), because=KEYS),
        allow("s3:ListBucket", on=arns.labeling_buckets),  # else S3 answers 403 for an image that is gone
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/image-checks/*/images.jsonl"], because=KEYS),
        allow("s3:PutObject", on=[f"{arns.datasets_bucket}/image-checks/*/findings/*"], because=KEYS),
        *use_key_of_labels(arns, "kms:Decrypt"),
        allow("kms:Decrypt", "kms:GenerateDataKey", on=[arns.key], when=by_way_of(arns, "s3")),
    ]


def run_image_checks(arns: ResourceArns, function: str, label: str) -> list[Grant]:
    """Of the state machine: read the shards, run a child for each, call the function; log and trace.

    Sources: Step Functions Developer Guide, "IAM policies for using Distributed Map states", "Logging using
    CloudWatch Logs" and "Trace with X-Ray".
    """
    deliveries = ("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery")
    policies = ("ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups")
    sampling = ("xray:GetSamplingRules", "xray:GetSamplingTargets")
    traces = ("xray:PutTraceSegments", "xray:PutTelemetryRecords", *sampling)
    executions = arns.image_check_executions
    return [
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/image-checks/*/shards.jsonl"], because=KEYS),
        allow("kms:Decrypt", on=[arns.key], when=by_way_of(arns, "s3")),
        allow("states:StartExecution", on=[arns.image_checks]),
        allow("states:DescribeExecution", "states:StopExecution", on=[f"{executions}:*"], because=_CHILDREN),
        allow("states:RedriveExecution", on=[f"{executions}/{label}:*"], because=_CHILDREN),
        allow("lambda:InvokeFunction", on=[function]),
        allow(*(f"logs:{action}" for action in (*deliveries, *policies)), on=["*"], because=_DELIVERIES),
        allow(*traces, on=["*"], because=NOTHING_NARROWER.format("traces")),
    ]
