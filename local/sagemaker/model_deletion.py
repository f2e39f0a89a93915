"""Models are deleted one by one, then their group.

Source: SageMaker API reference, DeleteModelPackage and DeleteModelPackageGroup (ConflictException).
"""

from collections.abc import Iterable

from local.sagemaker.accounts import Account, Json
from local.sagemaker.api_errors import ApiError
from local.sagemaker.model_packages import find_group, find_package, group_arn
from local.sagemaker.operations import Grant, Operation


def _delete(account: Account, request: Json) -> Json:
    arn = find_package(account, request["ModelPackageName"])["ModelPackageArn"]
    del account.model_packages[arn]
    for token in [token for token, made in account.package_by_token.items() if made == arn]:
        del account.package_by_token[token]
    return {}


def _delete_group(account: Account, request: Json) -> Json:
    name = find_group(account, request)["ModelPackageGroupName"]
    if any(package["ModelPackageGroupName"] == name for package in account.model_packages.values()):
        raise ApiError("ConflictException", f"Model Package Group {group_arn(account, name)} is not empty")
    del account.model_package_groups[name]
    return {}


def _may_delete(_account: Account, request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:DeleteModelPackage", request["ModelPackageName"])


def _may_delete_group(account: Account, request: Json) -> Iterable[Grant]:
    name = request["ModelPackageGroupName"].rpartition("/")[2]
    yield Grant("sagemaker:DeleteModelPackageGroup", group_arn(account, name))


OPERATIONS = {
    "DeleteModelPackage": Operation(_may_delete, _delete),
    "DeleteModelPackageGroup": Operation(_may_delete_group, _delete_group),
}
