"""Whose the credentials are, and what the account has in the region."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import code_of
from groundtrain.aws.preflight.services import Services

_QUOTAS_OF = "sagemaker"


def account_of_credentials(services: Services) -> str:
    """The account that the credentials at hand belong to."""
    return str(services("sts").get_caller_identity()["Account"])


def bootstrap_version(services: Services, qualifier: str) -> int | None:
    """Version of the CDK's bootstrap resources; None where there are none."""
    try:
        answer = services("ssm").get_parameter(Name=bootstrap_parameter(qualifier))
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
        return None
    return int(answer["Parameter"]["Value"])


def bootstrap_parameter(qualifier: str) -> str:
    """Name of the parameter that has the version; the CDK's own qualifier where none is given."""
    return f"/cdk-bootstrap/{qualifier or 'hnb659fds'}/version"


def quotas_of_sagemaker(services: Services) -> dict[str, float]:
    """The quotas of SageMaker by name, such as "ml.g5.2xlarge for training job usage".

    Those that were never applied to the account are not listed as applied (Service Quotas API reference,
    ListServiceQuotas); they have their default values.
    """
    client = services("service-quotas")
    defaults = _quotas(client.get_paginator("list_aws_default_service_quotas"))
    return {**dict(defaults), **dict(_quotas(client.get_paginator("list_service_quotas")))}


def functions_at_once(services: Services) -> int:
    """How many functions Lambda runs at the same time, without those that have a share of their own."""
    limits = services("lambda").get_account_settings()["AccountLimit"]
    return int(limits["UnreservedConcurrentExecutions"])


def _quotas(pages: Any) -> Iterator[tuple[str, float]]:
    for page in pages.paginate(ServiceCode=_QUOTAS_OF):
        for quota in page["Quotas"]:
            if "Value" in quota:
                yield quota["QuotaName"], quota["Value"]
