"""What the caller did wrong is never answered as a fault of the server."""

import json
import urllib.error
import urllib.request

import pytest

from local.embedded_aws import EmbeddedAws

ODD = [
    ("DescribeTrainingJob", b"{", "SerializationException"),
    ("DescribeTrainingJob", b"\xff\xfe", "SerializationException"),
    ("DescribeTrainingJob", b"[" * 100_000, "SerializationException"),
    ("DescribeTrainingJob", b"[]", "SerializationException"),
    ("DescribeTrainingJob", b'"text"', "SerializationException"),
    ("DescribeTrainingJob", b"7", "SerializationException"),
    ("DescribeTrainingJob", b"null", "SerializationException"),
    ("DescribeTrainingJob", b"{}", "ValidationException"),
    ("DescribeTrainingJob", b'{"TrainingJobName": 7}', "ValidationException"),
    ("ListTrainingJobs", b'{"NextToken": "x"}', "ValidationException"),
    ("ListLabelingJobs", b'{"CreationTimeAfter": "yesterday"}', "ValidationException"),
    ("ListModelPackages", b'{"MaxResults": "many"}', "ValidationException"),
    ("LocalFinishLabelingJob", b"{}", "ValidationException"),
    ("LocalFinishLabelingJob", b'{"LabelingJobName": 7}', "ValidationException"),
    ("LocalSetQuota", b"{}", "ValidationException"),
    ("LocalSetCapacity", b'{"InstanceType": ["ml.g5.2xlarge"], "Available": true}', "ValidationException"),
    ("LocalDescribeTrainingRequest", b"{}", "ValidationException"),
    ("MakeCoffee", b"{}", "UnknownOperationException"),
]


@pytest.mark.parametrize(("operation", "body", "code"), ODD, ids=[f"{o}-{b[:24]!r}" for o, b, _ in ODD])
def test_an_odd_request_is_answered_with_400_and_a_code(
    aws: EmbeddedAws, operation: str, body: bytes, code: str
) -> None:
    assert _refused(aws, f"SageMaker.{operation}", body) == (400, code)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null"])
def test_service_quotas_refuse_what_is_no_json_object(aws: EmbeddedAws, body: bytes) -> None:
    target = "ServiceQuotasV20190624.ListServiceQuotas"
    assert _refused(aws, target, body) == (400, "SerializationException")


def _refused(aws: EmbeddedAws, target: str, body: bytes) -> tuple[int, str]:
    credential = "AWS4-HMAC-SHA256 Credential=000000000000/20200101/eu-west-1/sagemaker/aws4_request"
    headers = {"X-Amz-Target": target, "Authorization": credential}
    request = urllib.request.Request(aws.endpoint, body, headers)  # noqa: S310  loopback
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310
    answer = json.loads(refused.value.read())
    return refused.value.code, answer["__type"]
