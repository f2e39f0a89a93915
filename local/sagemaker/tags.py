"""AddTags and ListTags."""

from collections.abc import Iterable

from local.sagemaker.accounts import Account, Json, as_tag_map
from local.sagemaker.operations import Grant, Operation


def _add(account: Account, request: Json) -> Json:
    tags = account.tags.setdefault(request["ResourceArn"], {})
    tags |= as_tag_map(request["Tags"])
    return {"Tags": _as_list(tags)}


def _list(account: Account, request: Json) -> Json:
    return {"Tags": _as_list(account.tags.get(request["ResourceArn"], {}))}


def _as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _may_add(_account: Account, request: Json) -> Iterable[Grant]:
    return (Grant("sagemaker:AddTags", request["ResourceArn"]),)


def _may_list(_account: Account, request: Json) -> Iterable[Grant]:
    return (Grant("sagemaker:ListTags", request["ResourceArn"]),)


OPERATIONS = {"AddTags": Operation(_may_add, _add), "ListTags": Operation(_may_list, _list)}
