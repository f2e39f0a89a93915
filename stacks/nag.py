"""Run cdk-nag at synth; a finding without an acknowledgement and its reason fails it."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import cx_api
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks
from constructs import IConstruct

from groundtrain.errors import GroundtrainError


class NagError(GroundtrainError):
    """cdk-nag has findings that are not acknowledged."""


def check_with_nag(app: cdk.App) -> None:
    """Run the AwsSolutions, Serverless and NIST 800-53 R5 packs when the app is synthesized."""
    packs = (AwsSolutionsChecks(app), ServerlessChecks(app), NIST80053R5Checks(app))
    cdk.Validations.of(app).add_plugins(*packs)


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge a finding on this construct; `rule` is spelled as in the finding."""
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))


def acknowledge_wildcard(role: IConstruct, arn: str, reason: str) -> None:
    """Acknowledge a wildcard in the resources of a role's policy."""
    printed = _as_nag_prints(cdk.Stack.of(role).resolve(arn))
    acknowledge(role, f"AwsSolutions::AwsSolutions-IAM5[Resource::{printed}]", reason)


def refuse_findings(assembly: cx_api.CloudAssembly) -> None:
    """Fail on findings; the CDK command line checks them only for the stacks that it deploys.

    Raises:
        NagError: names every rule and construct.
    """
    report = json.loads(Path(assembly.directory, "validation-report.json").read_text("utf-8"))
    found = [_sentence(v) for plugin in report["pluginReports"] for v in plugin["violations"]]
    if found:
        raise NagError("\n".join(["cdk-nag found:", *found]), fix="fix it, or acknowledge it with a reason")


def _sentence(violation: dict[str, Any]) -> str:
    where = ", ".join(construct["constructPath"] for construct in violation["violatingConstructs"])
    return f"  {violation['ruleName']} in {where}: {violation['description']}"


def _as_nag_prints(value: Any) -> str:
    """An ARN as the findings of IAM5 spell it: references in angle brackets, imports by their name."""
    if isinstance(value, str):
        return value
    [(function, argument)] = value.items()
    if function == "Fn::Join":
        return "".join(_as_nag_prints(part) for part in argument[1])
    return str(argument) if function == "Fn::ImportValue" else f"<{argument}>"
