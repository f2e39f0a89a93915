"""Templates of one environment, asked about in the words of the tests."""

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]


class Cloud:
    """The normalised templates of one environment, by stack path."""

    def __init__(self, templates: dict[str, Any]) -> None:
        self.templates = templates

    def all(self, kind: str) -> dict[str, Resource]:
        """Every resource of a type, by logical id."""
        return {name: it for name, it in self._resources() if it["Type"] == kind}

    def properties(self, kind: str) -> list[Resource]:
        return [it.get("Properties", {}) for it in self.all(kind).values()]

    def one(self, kind: str, beginning: str) -> Resource:
        """The only resource of a type whose logical id begins so."""
        [found] = [it for name, it in self.all(kind).items() if name.startswith(beginning)]
        return found

    @property
    def looks_at_every_pixel(self) -> bool:
        """Whether it has a state machine and a function for that, besides what every environment has."""
        return bool(self.all("AWS::StepFunctions::StateMachine"))

    def outputs(self) -> dict[str, str]:
        """What the stacks tell people; what they tell each other is left out."""
        outputs = [o for template in self.templates.values() for o in template.get("Outputs", {}).items()]
        return {name: it["Value"] for name, it in outputs if "Export" not in it}

    def grants(self, role: str) -> list[Resource]:
        """Statements of the role's own policies."""
        return [
            statement
            for policy in self.properties("AWS::IAM::Policy")
            for attached in policy["Roles"]
            if attached.startswith(f"${{{role}")
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def allowed(self, role: str) -> dict[str, set[str]]:
        """Actions by the short names of the resources they are allowed on."""
        found: dict[str, set[str]] = {}
        for statement in self.grants(role):
            if statement["Effect"] == "Deny":
                continue
            for resource in as_list(statement["Resource"]):
                found.setdefault(short(resource), set()).update(as_list(statement["Action"]))
        return found

    def _resources(self) -> Iterator[tuple[str, Resource]]:
        for template in self.templates.values():
            yield from template.get("Resources", {}).items()


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_SHORT = {
    "FnGetAttDatasets": "datasets",
    "FnGetAttModels": "models",
    "FnGetAttLabeling": "labeling",
    "FnGetAttKey": "key",
    "TopicBFC7AF6E": "topic",
    "TrainingRole": "training role",
    "ConvertQueue": "convert queue",
    "StartTrainingQueue": "training queue",
    "RecordOutcomeQueue": "outcome queue",
    "DeadLetters": "dead letters",
    "CheckImagesHandlerFunction": "check_images",
    "Logs": "its log",
}


def short(arn: str) -> str:
    """An ARN without what generated names and account add: "datasets/datasets/*", "labeling-job/*"."""
    if arn.startswith("${"):
        reference, _, rest = arn[2:].partition("}")
        return next((word for part, word in _SHORT.items() if part in reference), reference) + rest
    return arn.replace("${AWS::AccountId}", "account").split(":", 5)[-1]
