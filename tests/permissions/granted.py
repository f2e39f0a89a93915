"""What the synthesized templates grant to each role, with references turned into the ARNs that tests use."""

import re
from typing import Any

from tests.infrastructure.cloud import Cloud
from tests.permissions.evaluator import Statement
from tests.permissions.needs import World
from tests.sagemaker_fake import ACCOUNT, REGION

_NAMES = {  # what the tests call the resources, by the beginning of their logical id; others keep that id
    "Labeling": "labels",
    "Datasets": "datasets",
    "Models": "models",
    "Key": "own",
    "Topic": "people",
    "TrainingRole": "training",
    "ConvertQueue": "convert_manifest",
    "StartTrainingQueue": "start_training",
    "RecordOutcomeQueue": "record_outcome",
}
_INSTEAD = {  # what is called otherwise in the tests
    "dev": {"groundtrain-dev": "groundtrain-test"},
    "uploads": {"groundtrain-uploads": "groundtrain-test"},
    "unusual": {
        "groundtrain-unusual": "groundtrain-test",
        "111122223333": ACCOUNT,
        "eu-central-1": REGION,
        "yard-images": "labels",
        "yard-labels": "labels",
        "yard-uploads": "uploads",
    },
}
OWN_KEY, ANOTHER_KEY = (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}" for name in ("own", "another"))
_REFERENCE = re.compile(r"\$\{([^}]+)\}")


def world_of(environment: str) -> World:
    """Labels of "unusual" lie in buckets that existed, with their key; others have a bucket of their own."""
    labels = ANOTHER_KEY if environment == "unusual" else OWN_KEY
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:people"
    keys = {"labels": labels, "uploads": ANOTHER_KEY}
    return World(REGION, ACCOUNT, {**keys, "datasets": OWN_KEY, "models": OWN_KEY, topic: OWN_KEY})


class Granted:
    """The grants of one environment, by the name "dev" or "unusual", to the world of the tests."""

    def __init__(self, cloud: Cloud, environment: str) -> None:
        self._cloud = cloud
        self.environment = environment
        self.world = world_of(environment)
        self._instead = _INSTEAD[environment]
        self._kinds = {
            name: resource["Type"]
            for template in cloud.templates.values()
            for name, resource in template.get("Resources", {}).items()
        }
        self._exports = {
            output["Export"]["Name"]: output["Value"]
            for template in cloud.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def to(self, role: str) -> list[Statement]:
        """The statements of the role whose logical id begins so."""
        statements: list[Statement] = self._resolve(self._cloud.grants(role))
        assert statements, role
        return statements

    def arn(self, kind: str, beginning: str) -> str:
        """The ARN of the only resource of that type whose logical id begins so."""
        [found] = [name for name, it in self._kinds.items() if it == kind and name.startswith(beginning)]
        return self._arn(found)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            resolved = [self._resolve(item) for item in value]
            return [item for number, item in enumerate(resolved) if item not in resolved[:number]]
        return self._resolve_text(value) if isinstance(value, str) else value

    def _resolve_text(self, text: str) -> str:
        text = _REFERENCE.sub(lambda found: self._referred(found[1]), text)
        for old, new in self._instead.items():
            text = text.replace(old, new)
        return text

    def _referred(self, reference: str) -> str:
        if reference == "AWS::AccountId":
            return self.world.account
        if reference in self._exports:
            return self._resolve_text(self._exports[reference])
        name, _, attribute = reference.partition(".")
        is_arn = attribute == "Arn" or self._kinds[name] == "AWS::SNS::Topic"
        return self._arn(name) if is_arn else self._name(name)

    def _name(self, logical_id: str) -> str:
        known = [name for beginning, name in _NAMES.items() if logical_id.startswith(beginning)]
        return known[0] if known else logical_id

    def _arn(self, logical_id: str) -> str:
        name = self._name(logical_id)
        match self._kinds[logical_id]:
            case "AWS::S3::Bucket":
                return f"arn:aws:s3:::{name}"
            case "AWS::SQS::Queue":
                return self.world.arn("sqs", name)
            case "AWS::SNS::Topic":
                return self.world.arn("sns", name)
            case "AWS::KMS::Key":
                return self.world.arn("kms", f"key/{name}")
            case "AWS::Logs::LogGroup":
                return self.world.arn("logs", f"log-group:{name}:*")
            case "AWS::Lambda::Function":
                return self.world.arn("lambda", f"function:{name}")
            case "AWS::IAM::Role":
                return f"arn:aws:iam::{self.world.account}:role/{name}"
        raise KeyError(logical_id)
