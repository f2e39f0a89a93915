"""What the deployed roles may do and what not, as IAM's own simulator says it: a second opinion on ours.

Source: IAM API (SimulatePrincipalPolicy): policies of the role alone are looked at, with the given values of
condition keys; what SageMaker sends with a real call is shown by a real job.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.plan import possible_plans
from groundtrain.training.results.model_package import group_of
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.step import Outcome

_ALLOWED = "allowed"


class Right(Struct, frozen=True):
    """An action that a role may do, or may not.

    Attributes:
        role: how the logical id of the role begins.
        conditions: values of condition keys that the call would have.
    """

    role: str
    action: str
    resource: str
    may: bool
    conditions: Mapping[str, str] = {}

    def __str__(self) -> str:
        with_conditions = "".join(f", {key} = {value}" for key, value in self.conditions.items())
        return f"{self.role}: {self.action} on {self.resource}{with_conditions}"


def simulate_rights(run: AcceptanceRun) -> Outcome:
    """Ask IAM for each right of the table."""
    found = list(rights(run.environment, run.account, _buckets(run)))
    faults = []
    for right in found:
        [role] = run.resources("AWS::IAM::Role", right.role)
        if _is_allowed(run, role, right) != right.may:
            faults.append(f"{right}: {'denied' if right.may else 'allowed'}")
    return Outcome(len(found), tuple(faults))


def rights(environment: Environment, account: str, buckets: Mapping[str, str]) -> Iterator[Right]:
    """The table; `buckets` are the names of the stacks' own, by "datasets", "models", "labeling"."""
    kind, *_ = next(iter(possible_plans(environment))).training.instance_types
    arn = f"arn:aws:sagemaker:{environment.region}:{account}"
    job, group = f"{arn}:training-job/{environment_prefix(environment)}yard", group_of(environment)
    others, package = f"{arn}:training-job/groundtrain-another-yard", f"{arn}:model-package/{group}/1"
    datasets, models, labeling = (f"arn:aws:s3:::{buckets[it]}" for it in ("datasets", "models", "labeling"))
    create, approval = "sagemaker:CreateTrainingJob", "sagemaker:ModelApprovalStatus"
    ours, dear = {"sagemaker:InstanceTypes": kind}, {"sagemaker:InstanceTypes": "ml.p5.48xlarge"}
    start, record = "StartTrainingHandlerRole", "RecordOutcomeHandlerRole"
    yield Right(start, create, job, may=True, conditions=ours)
    yield Right(start, create, job, may=False, conditions=dear)
    yield Right(start, create, others, may=False, conditions=ours)
    yield Right(start, "sagemaker:StopTrainingJob", job, may=False)
    yield Right(record, "sagemaker:CreateModelPackage", package, True, {approval: "PendingManualApproval"})
    yield Right(record, "sagemaker:CreateModelPackage", package, False, {approval: "Approved"})
    yield Right("ConvertHandlerRole", "s3:PutObject", f"{datasets}/datasets/yard/train.manifest", may=True)
    yield Right("ConvertHandlerRole", "s3:PutObject", f"{labeling}/manifests/a.manifest", may=False)
    yield Right("ConvertHandlerRole", "s3:DeleteObject", f"{datasets}/datasets/yard/a", may=False)
    yield Right("TrainingRole", "s3:GetObject", f"{datasets}/datasets/yard/train.manifest", may=True)
    yield Right("TrainingRole", "s3:PutObject", f"{models}/training/a/output/model.tar.gz", may=True)
    yield Right("TrainingRole", "s3:PutObject", f"{datasets}/datasets/yard/train.manifest", may=False)


def _buckets(run: AcceptanceRun) -> dict[str, str]:
    names = ("datasets", "models", "labeling")
    return {name: run.output(f"{name.capitalize()}BucketName") for name in names}


def _is_allowed(run: AcceptanceRun, role: str, right: Right) -> bool:
    context = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": _type(key)}
        for key, value in right.conditions.items()
    ]
    answer: dict[str, Any] = run.services("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{run.account}:role/{role}",
        ActionNames=[right.action],
        ResourceArns=[right.resource],
        ContextEntries=context,
    )
    return bool(answer["EvaluationResults"][0]["EvalDecision"] == _ALLOWED)


def _type(key: str) -> str:
    """Source: Service Authorization Reference, SageMaker: InstanceTypes is an array of strings."""
    return "stringList" if key == "sagemaker:InstanceTypes" else "string"
