"""What depends on a region: whether Ground Truth runs there, its partition, names of services."""

from aws_cdk import region_info

# Where AWS keeps the functions of Ground Truth's built-in tasks (SageMaker API reference, HumanTaskConfig).
GROUND_TRUTH_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
)


def partition_of(region: str) -> str:
    """`aws` (commercial), `aws-cn` (China) or `aws-us-gov` (GovCloud)."""
    return str(region_info.RegionInfo.get(region).partition)


def service_in(region: str, service: str) -> str:
    """Name of a service in a region, as IAM and KMS spell it: `logs.cn-north-1.amazonaws.com.cn`."""
    return f"{service}.{region}.{region_info.RegionInfo.get(region).domain_suffix}"
