import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws


@pytest.fixture
def group(sagemaker: Any, unique: str) -> str:
    sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    return unique


def test_versions_count_up(sagemaker: Any, group: str) -> None:
    arns = [sagemaker.create_model_package(ModelPackageGroupName=group)["ModelPackageArn"] for _ in range(2)]
    assert [arn.rpartition("/")[2] for arn in arns] == ["1", "2"]


def test_the_same_token_makes_one_package(sagemaker: Any, group: str) -> None:
    request = {"ModelPackageGroupName": group, "ClientToken": "abc", "ModelPackageDescription": "one"}
    arns = {sagemaker.create_model_package(**request)["ModelPackageArn"] for _ in range(3)}
    assert len(arns) == 1
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert len(listed) == 1


def test_the_same_token_with_other_parameters_is_a_conflict(sagemaker: Any, group: str) -> None:
    request = {"ModelPackageGroupName": group, "ClientToken": f"{group}"}
    sagemaker.create_model_package(**request, ModelPackageDescription="one")
    with pytest.raises(sagemaker.exceptions.ConflictException):
        sagemaker.create_model_package(**request, ModelPackageDescription="two")


def test_tags_on_a_versioned_package_are_refused(sagemaker: Any, group: str) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        sagemaker.create_model_package(ModelPackageGroupName=group, Tags=[{"Key": "a", "Value": "b"}])


def test_approval_sends_an_event(sagemaker: Any, group: str, events: Any) -> None:
    arn = sagemaker.create_model_package(ModelPackageGroupName=group)["ModelPackageArn"]
    events()
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    [event] = [e for e in events() if e["resources"] == [arn]]
    assert event["detail-type"] == "SageMaker Model Package State Change"
    assert event["detail"]["ModelApprovalStatus"] == "Approved"


def test_tags_of_a_group_can_be_read(sagemaker: Any, group: str) -> None:
    arn = sagemaker.describe_model_package_group(ModelPackageGroupName=group)["ModelPackageGroupArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "vision"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "vision"}]


def test_cloudformation_makes_groups(aws: EmbeddedAws, sagemaker: Any, unique: str) -> None:
    cloudformation = aws.client("cloudformation")
    group = {
        "Type": "AWS::SageMaker::ModelPackageGroup",
        "Properties": {"ModelPackageGroupName": unique},
    }
    template = {"Resources": {"Group": group}, "Outputs": {"Arn": {"Value": {"Ref": "Group"}}}}
    cloudformation.create_stack(StackName=unique, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    [stack] = cloudformation.describe_stacks(StackName=unique)["Stacks"]
    described = sagemaker.describe_model_package_group(ModelPackageGroupName=unique)
    assert stack["Outputs"][0]["OutputValue"] == described["ModelPackageGroupArn"]


def test_a_group_goes_when_its_models_are_gone(sagemaker: Any, group: str) -> None:
    arn = sagemaker.create_model_package(ModelPackageGroupName=group)["ModelPackageArn"]
    with pytest.raises(sagemaker.exceptions.ConflictException, match="not empty"):
        sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    sagemaker.delete_model_package(ModelPackageName=arn)
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package(ModelPackageName=arn)
    sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package_group(ModelPackageGroupName=group)


def test_a_version_is_not_given_twice(sagemaker: Any, group: str) -> None:
    first = sagemaker.create_model_package(ModelPackageGroupName=group, ClientToken=group)["ModelPackageArn"]
    second = sagemaker.create_model_package(ModelPackageGroupName=group)["ModelPackageArn"]
    sagemaker.delete_model_package(ModelPackageName=first)
    third = sagemaker.create_model_package(ModelPackageGroupName=group, ClientToken=group)["ModelPackageArn"]
    assert [arn.rpartition("/")[2] for arn in (first, second, third)] == ["1", "2", "3"]
