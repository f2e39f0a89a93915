"""Experiments: made and described. Source: botocore's model (CreateExperiment, DescribeExperiment)."""

from collections.abc import Callable, Iterable

from local.sagemaker.accounts import Account, Json, as_tag_map, now
from local.sagemaker.api_errors import not_found, validation_error
from local.sagemaker.operations import Grant, Operation


def _create(account: Account, request: Json) -> Json:
    name = request["ExperimentName"]
    if name in account.experiments:
        raise validation_error(
            f"Experiment names must be unique within an AWS account and region. {name} exists."
        )
    arn, at = account.arn(f"experiment/{name.lower()}"), now()
    account.experiments[name] = {
        "ExperimentName": name,
        "ExperimentArn": arn,
        "CreationTime": at,
        "LastModifiedTime": at,
    }
    account.tags[arn] = as_tag_map(request.get("Tags", []))
    return {"ExperimentArn": arn}


def _describe(account: Account, request: Json) -> Json:
    name = request["ExperimentName"]
    if name not in account.experiments:
        raise not_found(f"Experiment {name}")
    return account.experiments[name]


def _on_experiment(action: str, answer: Callable[[Account, Json], Json]) -> Operation[Account]:
    def needs(account: Account, request: Json) -> Iterable[Grant]:
        yield Grant(f"sagemaker:{action}", account.arn(f"experiment/{request['ExperimentName'].lower()}"))

    return Operation(needs, answer)


OPERATIONS = {
    name: _on_experiment(name, answer)
    for name, answer in {"CreateExperiment": _create, "DescribeExperiment": _describe}.items()
}
