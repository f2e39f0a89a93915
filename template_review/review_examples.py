"""`python -m template_review.review_examples` writes docs/review.md: four changes, and what reviewers see."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from template_review.assessment import assess
from template_review.markdown import write_review
from template_review.template_versions import Templates

PAGE = Path(__file__).parents[1] / "docs" / "review.md"

_INTRODUCTION = """\
# What reviewers see

`make review BASE=main` compares the readable templates in `cdk.out/review/` with those at the point where the
branch left `main`, offline, and says in Markdown what a reviewer must see first. On a pull request the same
text is the job summary and a comment. It reads templates only: what is deployed may differ, which `make diff`
shows where an account is configured.

What may be replaced is read from CloudFormation's resource schemas as cfn-lint brings them along; a property
that can be changed in place only at times counts as one that cannot. Policies are compared by what they mean:
statements that move, merge or split are no change, a condition that is dropped is a wider permission.

The gravest are changes that CloudFormation would refuse though every template is valid: an export that
another stack imports is removed or gets another value, or a resource is replaced under a name that is taken.

On GitHub the workflows need nothing but variables: `AWS_REGION` and, for the difference to what is deployed,
`AWS_DIFF_ROLE` of the repository; `AWS_DEPLOY_ROLE` of each GitHub environment, `dev` and `prod`, of which
`prod` also names the people who approve. The roles trust GitHub's OIDC provider for this repository (and this
environment) only; no key is stored. Until they are set, those jobs are skipped.

The examples below are generated (`python -m template_review.review_examples`), from a small environment.
"""
_BUNDLE = {"before": "4f" * 32, "after": "c1" * 32}


def write_page() -> str:
    """The page's text."""
    shown = [_show(title, change, bundle) for title, change, bundle in _EXAMPLES]
    return "\n".join([_INTRODUCTION, *shown])


_EXPORT = "groundtrain-dev-storage:Datasets"


def _show(title: str, change: Callable[[Templates], None], bundle: list[str]) -> str:
    before = _small_environment()
    after = copy.deepcopy(before)
    change(after)
    review = f"\n{write_review(assess(before, after), bundle)}".replace("\n#", "\n##")
    return f"## {title}\n{review}"


def _take_an_export_back(templates: Templates) -> None:
    del templates["dev-storage.json"]["Outputs"]


def _widen_a_policy(templates: Templates) -> None:
    role = templates["prod-pipeline.json"]["Resources"]["StartTrainingHandlerRolePolicy"]["Properties"]
    read, start = role["PolicyDocument"]["Statement"]
    read["Action"] = ["s3:GetObject", "s3:DeleteObject"]
    del start["Condition"]


def _delete_a_bucket(templates: Templates) -> None:
    del templates["dev-storage.json"]["Resources"]["Datasets"]


def _bump_a_hash(templates: Templates) -> None:
    for file in ("dev-pipeline.json", "prod-pipeline.json"):
        code = templates[file]["Resources"]["StartTrainingHandler"]["Properties"]["Code"]
        code["S3Key"] = f"{_BUNDLE['after']}.zip"


_EXAMPLES: tuple[tuple[str, Callable[[Templates], None], list[str]], ...] = (
    ("An export goes that another stack imports", _take_an_export_back, []),
    ("A policy is widened", _widen_a_policy, []),
    ("A bucket is deleted", _delete_a_bucket, []),
    ("Only a hash changes", _bump_a_hash, ["lambdas/start_training/handler.py"]),
)


def _small_environment() -> Templates:
    stacks = {"storage": {"Resources": {"Datasets": _bucket()}}, "pipeline": {"Resources": _start_training()}}
    templates = {
        f"{environment}-{stack}.json": copy.deepcopy(template)
        for environment in ("dev", "prod")
        for stack, template in stacks.items()
    }
    _export_and_import(templates)
    return templates


def _export_and_import(templates: Templates) -> None:
    exported = {"Value": "${Datasets}", "Export": {"Name": _EXPORT}}
    templates["dev-storage.json"]["Outputs"] = {"Export": exported}
    function = templates["dev-pipeline.json"]["Resources"]["StartTrainingHandler"]["Properties"]
    function["Environment"] = {"Variables": {"DATASETS_BUCKET": f"${{{_EXPORT}}}"}}


def _bucket() -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}


def _start_training() -> dict[str, Any]:
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${Datasets.Arn}/datasets/*"}
    start = {
        "Effect": "Allow",
        "Action": "sagemaker:CreateTrainingJob",
        "Resource": "arn:aws:sagemaker:eu-west-1:${AWS::AccountId}:training-job/groundtrain-*",
        "Condition": {"ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.g5.2xlarge"]}},
    }
    policy = {
        "Roles": ["${StartTrainingHandlerRole}"],
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [read, start]},
    }
    code = {"S3Bucket": "assets", "S3Key": f"{_BUNDLE['before']}.zip"}
    return {
        "StartTrainingHandlerRole": {"Type": "AWS::IAM::Role", "Properties": {}},
        "StartTrainingHandlerRolePolicy": {"Type": "AWS::IAM::Policy", "Properties": policy},
        "StartTrainingHandler": {"Type": "AWS::Lambda::Function", "Properties": {"Code": code}},
    }


if __name__ == "__main__":
    PAGE.write_text(write_page(), "utf-8", newline="\n")
