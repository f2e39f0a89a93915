"""Steps that cost nothing and change nothing: AWS judges the policies and patterns of committed templates.

A step asks something wrong beside what is right, and is proved only if AWS tells the two apart: an emulator
that says yes to everything proves nothing. Sources: IAM Access Analyzer API (ValidatePolicy); EventBridge API
(TestEventPattern); SageMaker Developer Guide ("Automating Amazon SageMaker with Amazon EventBridge").
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.labeling_job_event import labeling_job_event
from groundtrain.events.training_job_event import training_job_event
from stacks.acceptance.committed_templates import CommittedTemplates

Client = Callable[[str], Any]
_OTHER_ACCOUNT = "999999999999"
_WRONG = {"Effect": "Allow", "Action": "s3:ReadAllObjects", "Resource": "*"}
_NOTED = ("ERROR", "SECURITY_WARNING")


class Environment(Struct, frozen=True):
    """Which templates are judged, and as if deployed where."""

    name: str
    account: str
    region: str

    @property
    def templates(self) -> CommittedTemplates:
        """Its committed templates."""
        return CommittedTemplates(self.name, self.account, self.region)


class Outcome(Struct, frozen=True):
    """What a step said: how much it looked at, and what is against it."""

    looked_at: int
    faults: tuple[str, ...] = ()


def judge_policies(client: Client, environment: Environment) -> Outcome:
    """Have Access Analyzer validate every policy: unknown actions and keys, types, grammar."""
    analyzer = client("accessanalyzer")
    faults = []
    wrong = {"Version": "2012-10-17", "Statement": [_WRONG]}
    if not any(_findings(analyzer, "IDENTITY_POLICY", "", wrong)):
        faults.append("an action that does not exist was not told: whoever answers validates nothing")
    policies = list(policies_of(environment.templates))
    for name, kind, resource, document in policies:
        faults += [f"{name}: {fault}" for fault in _findings(analyzer, kind, resource, document)]
    return Outcome(len(policies), tuple(faults))


def policies_of(templates: CommittedTemplates) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Name, policy type, type of its resource where Access Analyzer knows it, and document of each policy."""
    for name, role in templates.of("AWS::IAM::Role").items():
        trust = role["AssumeRolePolicyDocument"]
        yield f"{name}, trust", "RESOURCE_POLICY", "AWS::IAM::AssumeRolePolicyDocument", trust
    for name, policy in templates.of("AWS::IAM::Policy").items():
        yield name, "IDENTITY_POLICY", "", policy["PolicyDocument"]
    for name, policy in templates.of("AWS::S3::BucketPolicy").items():
        yield name, "RESOURCE_POLICY", "AWS::S3::Bucket", policy["PolicyDocument"]
    for name, policy in templates.of("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy").items():
        yield name, "RESOURCE_POLICY", "", policy["PolicyDocument"]
    for name, key in templates.of("AWS::KMS::Key").items():
        yield name, "RESOURCE_POLICY", "", key["KeyPolicy"]


def _findings(analyzer: Any, kind: str, resource: str, document: dict[str, Any]) -> Iterator[str]:
    further = {"validatePolicyResourceType": resource} if resource else {}
    pages = analyzer.get_paginator("validate_policy").paginate(
        policyDocument=json.dumps(document), policyType=kind, **further
    )
    for page in pages:
        for found in page["findings"]:
            if found["findingType"] in _NOTED:
                yield f"{found['findingType']} {found['issueCode']}: {found['findingDetails']}"


def judge_patterns(client: Client, environment: Environment) -> Outcome:
    """Have EventBridge match each rule with its own event, and with the same of another account."""
    rules = environment.templates.of("AWS::Events::Rule")
    patterns = {name: it["EventPattern"] for name, it in rules.items() if "EventPattern" in it}
    faults = []
    for name, pattern in patterns.items():
        event = _event_for(pattern, environment)
        if event is None:
            faults.append(f"{name}: no event is known that it should take")
            continue
        if not _is_taken(client("events"), pattern, event):
            faults.append(f"{name}: its own event is not taken")
        if _is_taken(client("events"), pattern, {**event, "account": _OTHER_ACCOUNT}):
            faults.append(f"{name}: an event of another account is taken")
    return Outcome(len(patterns), tuple(faults))


def _event_for(pattern: dict[str, Any], environment: Environment) -> dict[str, Any] | None:
    job = f"groundtrain-{environment.name}-yard-0123456789"
    arn = f"arn:aws:sagemaker:{environment.region}:{environment.account}"
    known = [
        labeling_job_event(f"{arn}:labeling-job/yard", "Completed"),
        training_job_event(f"{arn}:training-job/{job}", job, "Completed"),
        {
            "source": GROUNDTRAIN,
            "detail-type": DATASET_READY,
            "resources": [],
            "detail": {"environment": environment.name},
        },
    ]
    for event in known:
        if [event["detail-type"]] == pattern["detail-type"]:
            where = {"account": environment.account, "region": environment.region}
            return {"id": "1", "time": "2026-11-27T12:00:00Z", **where, **event}
    return None


def _is_taken(events: Any, pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    return bool(answer.get("Result"))
