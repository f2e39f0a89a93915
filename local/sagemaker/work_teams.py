"""Private work teams: they are listed, and added by whoever calls LocalAddWorkteam.

Source: botocore's model (ListWorkteams); SageMaker API reference, Workteam.
"""

from collections.abc import Iterable

from local.sagemaker.accounts import Account, Json, now, page
from local.sagemaker.operations import Grant, Operation, nothing


def _list(account: Account, request: Json) -> Json:
    named = [it for it in account.work_teams if request.get("NameContains", "") in it["WorkteamName"]]
    chosen, more = page(named, request)
    return {"Workteams": chosen, **more}


def _add(account: Account, request: Json) -> Json:
    name = request["WorkteamName"]
    team = {
        "WorkteamName": name,
        "MemberDefinitions": [],
        "WorkteamArn": account.arn(f"workteam/private-crowd/{name}"),
        "Description": name,
        "CreateDate": now(),
    }
    account.work_teams.append(team)
    return {"WorkteamArn": team["WorkteamArn"]}


def _may_list(_account: Account, _request: Json) -> Iterable[Grant]:
    yield Grant("sagemaker:ListWorkteams", "*")


OPERATIONS = {
    "ListWorkteams": Operation(_may_list, _list),
    "LocalAddWorkteam": Operation(nothing, _add, modelled=False),
}
