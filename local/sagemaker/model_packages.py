"""The model registry: groups, versioned packages, approval.

Source: botocore's model; SageMaker Developer Guide, "Automating Amazon SageMaker with Amazon EventBridge".
CreateModelPackage with the same ClientToken makes one package however often it is called.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.accounts import Account, Accounts, Json, as_tag_map, in_order, matches_filters, now, page
from local.sagemaker.api_errors import ApiError, in_use, validation_error
from local.sagemaker.operations import Grant, Operation

STATE_CHANGE = "SageMaker Model Package State Change"
GROUP_SUMMARY = (
    "ModelPackageGroupName",
    "ModelPackageGroupArn",
    "ModelPackageGroupDescription",
    "CreationTime",
    "ModelPackageGroupStatus",
)
PACKAGE_SUMMARY = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
)


class ModelPackageGroups:
    """The CloudFormation type AWS::SageMaker::ModelPackageGroup; its Ref is the ARN."""

    def __init__(self, accounts: Accounts[Account]) -> None:
        self._accounts = accounts

    def create(self, account: str, region: str, name: str, properties: Mapping[str, Any]) -> str:
        """Make the group, and return its ARN; a name that is taken fails the stack, as in AWS."""
        request = {"ModelPackageGroupName": name} | dict(properties)
        created = _create_group(self._accounts.get(account, region), request)
        return str(created["ModelPackageGroupArn"])

    def update(self, account: str, region: str, arn: str, properties: Mapping[str, Any]) -> None:
        """Change nothing but the template."""

    def attributes(self, arn: str) -> dict[str, str]:
        """What Fn::GetAtt gives."""
        return {"ModelPackageGroupArn": arn, "ModelPackageGroupStatus": "Completed"}

    def delete(self, account: str, region: str, arn: str) -> None:
        """Remove the group; one with models fails the stack, as in AWS."""
        owner = self._accounts.get(account, region)
        name = arn.rpartition("/")[2]
        if any(package["ModelPackageGroupName"] == name for package in owner.model_packages.values()):
            raise in_use(f"Model Package Group {arn} is not empty")
        owner.model_package_groups.pop(name, None)


def _create_group(account: Account, request: Json) -> Json:
    name = request["ModelPackageGroupName"]
    if name in account.model_package_groups:
        raise in_use(f"Model Package Group already exists: {group_arn(account, name)}")
    group = dict(request)
    account.tags[group_arn(account, name)] = as_tag_map(group.pop("Tags", []))
    group["ModelPackageGroupArn"] = group_arn(account, name)
    group["ModelPackageGroupStatus"] = "Completed"
    group["CreationTime"] = now()
    group["CreatedBy"] = {}
    account.model_package_groups[name] = group
    return {"ModelPackageGroupArn": group["ModelPackageGroupArn"]}


def find_group(account: Account, request: Json) -> Json:
    """The group that a request names, by name or ARN."""
    name = request["ModelPackageGroupName"].rpartition("/")[2]
    group = account.model_package_groups.get(name)
    if group is None:
        raise validation_error(f"ModelPackageGroup {group_arn(account, name)} does not exist.")
    return group


def _list_groups(account: Account, request: Json) -> Json:
    groups = [
        group
        for group in account.model_package_groups.values()
        if matches_filters(group, request, "ModelPackageGroupName")
    ]
    summaries = [
        {key: group[key] for key in GROUP_SUMMARY if key in group} for group in in_order(groups, request)
    ]
    chosen, more = page(summaries, request)
    return {"ModelPackageGroupSummaryList": chosen, **more}


def _create(account: Account, request: Json) -> Json:
    _refuse(request)
    group = find_group(account, request)["ModelPackageGroupName"]
    token = request.get("ClientToken")
    if token in account.package_by_token:
        return _made_before(account, token, request)
    version = 1 + max(_versions(account, group), default=0)
    package = {
        "ModelApprovalStatus": "PendingManualApproval",
        **{key: value for key, value in request.items() if key != "ClientToken"},
        "ModelPackageGroupName": group,
        "ModelPackageVersion": version,
        "ModelPackageArn": account.arn(f"model-package/{group}/{version}"),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "CreationTime": now(),
    }
    account.model_packages[package["ModelPackageArn"]] = package
    if token:
        account.package_by_token[token] = package["ModelPackageArn"]
    _publish(account, package)
    return {"ModelPackageArn": package["ModelPackageArn"]}


def _versions(account: Account, group: str) -> Iterable[int]:
    packages = account.model_packages.values()
    return (it["ModelPackageVersion"] for it in packages if it["ModelPackageGroupName"] == group)


def _refuse(request: Json) -> None:
    if "ModelPackageGroupName" not in request:
        raise validation_error(
            "the embedded SageMaker only has versioned packages: ModelPackageGroupName is missing"
        )
    if "ModelPackageName" in request:
        raise validation_error("Both ModelPackageName and ModelPackageGroupName are provided in the input.")
    if request.get("Tags"):
        raise validation_error("Tags are not allowed on a versioned model package; tag its group instead.")


def _made_before(account: Account, token: str, request: Json) -> Json:
    arn = account.package_by_token[token]
    package = account.model_packages[arn]
    repeated = {key for key in request if key in package and key != "ModelPackageGroupName"}
    if any(request[key] != package[key] for key in repeated - {"ModelApprovalStatus"}):
        raise ApiError("ConflictException", f"ClientToken {token} was used with other parameters")
    return {"ModelPackageArn": arn}


def _describe(account: Account, request: Json) -> Json:
    return find_package(account, request["ModelPackageName"])


def _list(account: Account, request: Json) -> Json:
    group = request.get("ModelPackageGroupName", "").rpartition("/")[2]
    approval = request.get("ModelApprovalStatus")
    packages = [
        package
        for package in account.model_packages.values()
        if group in ("", package["ModelPackageGroupName"])
        and approval in (None, package["ModelApprovalStatus"])
        and matches_filters(package, request, "ModelPackageArn")
    ]
    found = in_order(packages, request)
    chosen, more = page([{k: p[k] for k in PACKAGE_SUMMARY if k in p} for p in found], request)
    return {"ModelPackageSummaryList": chosen, **more}


def _update(account: Account, request: Json) -> Json:
    package = find_package(account, request["ModelPackageArn"])
    custom = package.get("CustomerMetadataProperties", {}) | request.get("CustomerMetadataProperties", {})
    for key in request.get("CustomerMetadataPropertiesToRemove", ()):
        custom.pop(key, None)
    package["CustomerMetadataProperties"] = custom
    for key in ("ModelApprovalStatus", "ApprovalDescription", "InferenceSpecification", "SourceUri"):
        if key in request:
            package[key] = request[key]
    package["LastModifiedTime"] = now()
    _publish(account, package)
    return {"ModelPackageArn": package["ModelPackageArn"]}


def find_package(account: Account, arn: str) -> Json:
    """The package of this ARN."""
    package = account.model_packages.get(arn)
    if package is None:
        raise validation_error(f"ModelPackage {arn} does not exist.")
    return package


def _publish(account: Account, package: Json) -> None:
    names = (
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelPackageArn",
        "InferenceSpecification",
        "ModelPackageStatus",
        "ModelPackageStatusDetails",
        "ModelApprovalStatus",
        "MetadataProperties",
        "ModelMetrics",
        "CertifyForMarketplace",
    )
    detail = {name: package[name] for name in names if name in package}
    for name in ("CreationTime", "LastModifiedTime"):
        seconds = package[name] if name in package else package["CreationTime"]
        detail[name] = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    account.publish(STATE_CHANGE, package["ModelPackageArn"], detail)


def group_arn(account: Account, name: str) -> str:
    """ARN of the group of this name."""
    return account.arn(f"model-package-group/{name}")


def _may_create_group(account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:CreateModelPackageGroup", group_arn(account, request["ModelPackageGroupName"]))


def _may_describe_group(account: Account, request: Json) -> Iterable[Grant]:
    name = request["ModelPackageGroupName"].rpartition("/")[2]
    yield Grant("sagemaker:DescribeModelPackageGroup", group_arn(account, name))


def _may_list_groups(_account: Account, _request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:ListModelPackageGroups", "*")


def _may_create(account: Account, request: Json) -> Iterable[Grant]:
    group = request.get("ModelPackageGroupName", "").rpartition("/")[2]
    status = request.get("ModelApprovalStatus", "PendingManualApproval")
    conditions = {"sagemaker:ModelApprovalStatus": status}
    yield Grant("sagemaker:CreateModelPackage", account.arn(f"model-package-group/{group}"), conditions)
    yield Grant("sagemaker:CreateModelPackage", account.arn(f"model-package/{group}/1"), conditions)


def _may_describe(_account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:DescribeModelPackage", request["ModelPackageName"])


def _may_list(_account: Account, _request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:ListModelPackages", "*")


def _may_update(_account: Account, request: Json) -> Iterable[Grant]:
    conditions = {"sagemaker:ModelApprovalStatus": request.get("ModelApprovalStatus")}
    yield Grant("sagemaker:UpdateModelPackage", request["ModelPackageArn"], conditions)


OPERATIONS = {
    "CreateModelPackageGroup": Operation(_may_create_group, _create_group),
    "DescribeModelPackageGroup": Operation(_may_describe_group, find_group),
    "ListModelPackageGroups": Operation(_may_list_groups, _list_groups),
    "CreateModelPackage": Operation(_may_create, _create),
    "DescribeModelPackage": Operation(_may_describe, _describe),
    "ListModelPackages": Operation(_may_list, _list),
    "UpdateModelPackage": Operation(_may_update, _update),
}
