"""What an account may lack for a step: asked before anything is deployed, so that it can be told."""

from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import refusal
from groundtrain.aws.preflight.account import quotas_of_sagemaker
from groundtrain.preflight.ground_truth import GROUND_TRUTH_REGIONS
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import CPU, GPU


def no_cpu(run: AcceptanceRun) -> str:
    """Why no job can run on a CPU, "" if one can."""
    return _no_quota(run, CPU)


def no_gpu(run: AcceptanceRun) -> str:
    """Why no job can run on a GPU, "" if one can."""
    return _no_quota(run, GPU)


def quotas(run: AcceptanceRun) -> dict[str, float]:
    """The quotas of SageMaker by name, asked once."""
    if "quotas" not in run.done:
        run.done["quotas"] = quotas_of_sagemaker(run.services)
    found: dict[str, float] = run.done["quotas"]
    return found


def quota_name(kind: str) -> str:
    """The quota of training jobs on demand, as SageMaker calls it when it refuses one."""
    return f"{kind} for training job usage"


def _no_quota(run: AcceptanceRun, kind: str) -> str:
    """Where none is called so, a job is tried."""
    found = quotas(run).get(quota_name(kind))
    return f"the quota {quota_name(kind)} is {found:g}" if found is not None and found < 1 else ""


def no_work_team(run: AcceptanceRun) -> str:
    """Why no labeling job can be made, "" if one can: people are told of it, so their team is named."""
    if run.region not in GROUND_TRUTH_REGIONS:
        return f"Ground Truth does not run in {run.region}"
    try:
        pages = run.services("sagemaker").get_paginator("list_workteams").paginate(NameContains=run.work_team)
        teams = {team["WorkteamName"]: team["WorkteamArn"] for page in pages for team in page["Workteams"]}
    except ClientError as error:
        return str(refusal(error))
    if run.work_team not in teams:
        return f'the account has no private work team "{run.work_team}" in this region'
    run.done["work team"] = teams[run.work_team]
    return ""
