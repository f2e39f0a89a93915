"""What depends on a region: its partition, names of services."""

from aws_cdk import region_info


def partition_of(region: str) -> str:
    """`aws` (commercial), `aws-cn` (China) or `aws-us-gov` (GovCloud)."""
    return str(region_info.RegionInfo.get(region).partition)


def service_in(region: str, service: str) -> str:
    """Name of a service in a region, as IAM and KMS spell it: `logs.cn-north-1.amazonaws.com.cn`."""
    return f"{service}.{region}.{region_info.RegionInfo.get(region).domain_suffix}"
