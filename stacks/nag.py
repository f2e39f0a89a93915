"""cdk-nag at synth: a finding that no construct acknowledges, with its reason, stops the synth."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import cx_api
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks
from constructs import IConstruct

from groundtrain.errors import GroundtrainError


class NagError(GroundtrainError):
    """cdk-nag found what no construct acknowledges."""


def check_with_nag(app: cdk.App) -> None:
    """Run the AwsSolutions, Serverless and NIST 800-53 R5 packs when the app is synthesized."""
    packs = (AwsSolutionsChecks(app), ServerlessChecks(app), NIST80053R5Checks(app))
    cdk.Validations.of(app).add_plugins(*packs)


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept what a rule says about this construct; `rule` is spelled as the finding prints it."""
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))


def acknowledge_wildcard(role: IConstruct, arn: str, reason: str) -> None:
    """Accept a wildcard in the resources that a role's policy names."""
    printed = _as_nag_prints(cdk.Stack.of(role).resolve(arn))
    acknowledge(role, f"AwsSolutions::AwsSolutions-IAM5[Resource::{printed}]", reason)


def refuse_findings(assembly: cx_api.CloudAssembly) -> None:
    """Stop for what nag has found; the CDK command line looks at it only for stacks that it is asked for.

    Raises:
        NagError: names every rule and construct.
    """
    report = json.loads(Path(assembly.directory, "validation-report.json").read_text("utf-8"))
    found = [_sentence(v) for plugin in report["pluginReports"] for v in plugin["violations"]]
    if found:
        raise NagError("\n".join(["cdk-nag found:", *found]), fix="mend it, or acknowledge it with a reason")


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
