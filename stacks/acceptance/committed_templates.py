"""The committed copies of an environment's templates, with examples in place of references.

AWS judges policies and patterns as they are in an account, so each reference becomes an ARN or name of the
kind that it will be, in the commercial partition; whatever it stands for need not exist.
"""

import json
import re
from pathlib import Path
from typing import Any

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import STACKS

COPIES = Path(__file__).parents[2] / "cdk.out" / "review"
_REFERENCE = re.compile(r"\$\{([^}]+)\}")
_ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/00000000-0000-0000-0000-000000000000",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
}
_REFER_BY_ARN = ("AWS::SNS::Topic",)  # Ref gives the ARN, where that of others gives a name


class NoCopyError(GroundtrainError):
    """A stack of the environment has no committed template."""


class CommittedTemplates:
    """The resources of an environment, by name, for an account and region.

    Raises:
        NoCopyError
    """

    def __init__(self, environment: str, account: str, region: str) -> None:
        templates = [_committed_copy(COPIES / f"{environment}-{stack}.json") for stack in STACKS]
        self._place = {"account": account, "region": region}
        self._resources: dict[str, dict[str, Any]] = {
            name: resource for one in templates for name, resource in one.get("Resources", {}).items()
        }
        self._exports = {
            output["Export"]["Name"]: output["Value"]
            for one in templates
            for output in one.get("Outputs", {}).values()
            if "Export" in output
        }

    def of(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Properties of the resources of these types, by logical id, without references."""
        return {
            name: self._resolved(resource["Properties"])
            for name, resource in self._resources.items()
            if resource["Type"] in kinds
        }

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._resolved(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._resolved(one) for one in value]
        if not isinstance(value, str):
            return value
        return _REFERENCE.sub(lambda found: self._example(found[1]), value)

    def _example(self, reference: str) -> str:
        """A KeyError names a reference that this module does not know."""
        if reference.startswith("AWS::"):
            known = {"AWS::AccountId": "account", "AWS::Region": "region"}
            return "aws" if reference == "AWS::Partition" else self._place[known[reference]]
        if reference in self._exports:
            return str(self._resolved(self._exports[reference]))
        name, _, attribute = reference.partition(".")
        kind = self._resources[name]["Type"]
        is_arn = attribute == "Arn" or kind in _REFER_BY_ARN
        return _ARNS[kind].format(name=name.lower(), **self._place) if is_arn else name.lower()


def _committed_copy(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise NoCopyError(f"{file}: there is no such template", fix="run make synth") from error
