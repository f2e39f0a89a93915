"""Steps that cost nothing and change nothing: AWS judges the policies and patterns of committed templates.

A step asks something wrong beside what is right, and is proved only if AWS tells the two apart: an emulator
that says yes to everything proves nothing. Sources: IAM Access Analyzer API (ValidatePolicy); EventBridge API
(TestEventPattern); SageMaker Developer Guide ("Automating Amazon SageMaker with Amazon EventBridge").
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.image_check_event import EXECUTION_STATUS_CHANGE, image_check_event
from groundtrain.events.labeling_job_event import labeling_job_event
from groundtrain.events.object_created import OBJECT_CREATED, upload_event
from groundtrain.events.training_job_event import training_job_event
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.committed_templates import CommittedTemplates
from stacks.acceptance.step import Outcome
from stacks.environments import FOLDER, load_environments

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


def policies(run: AcceptanceRun) -> Outcome:
    """Judge the policies of every environment that somebody deploys from this checkout."""
    return _of_each_environment(judge_policies, run)


def patterns(run: AcceptanceRun) -> Outcome:
    """Judge the patterns of every environment that somebody deploys from this checkout."""
    return _of_each_environment(judge_patterns, run)


def _of_each_environment(judge: Callable[[Client, Environment], Outcome], run: AcceptanceRun) -> Outcome:
    looked_at, faults = 0, list[str]()
    for settings in load_environments(FOLDER):
        found = judge(run.services, Environment(settings.name, run.account, settings.region))
        looked_at += found.looked_at
        faults += [f"{settings.name}: {fault}" for fault in found.faults]
        if not found.looked_at:
            faults.append(f"{settings.name}: there was nothing to look at")
    return Outcome(looked_at, tuple(faults))


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
    return Outcome(len(patterns), tuple(pattern_faults(client("events"), patterns, environment)))


def pattern_faults(
    events: Any, patterns: Mapping[str, dict[str, Any]], environment: Environment
) -> Iterator[str]:
    """What is against the patterns, by the names of their rules."""
    for name, pattern in patterns.items():
        event = _event_for(pattern, environment)
        if event is None:
            yield f"{name}: no event is known that it should take"
            continue
        if not _is_taken(events, pattern, event):
            yield f"{name}: its own event is not taken"
        if _is_taken(events, pattern, {**event, "account": _OTHER_ACCOUNT}):
            yield f"{name}: an event of another account is taken"


def _event_for(pattern: dict[str, Any], environment: Environment) -> dict[str, Any] | None:
    where = {"account": environment.account, "region": environment.region}
    for event in _known_events(pattern, environment):
        if [event["detail-type"]] == pattern["detail-type"]:
            return {"id": "1", "time": "2026-11-27T12:00:00Z", **where, **event}
    return None


def _known_events(pattern: dict[str, Any], environment: Environment) -> Iterator[dict[str, Any]]:
    """One of each kind; that of an upload is of the bucket and the folder that its pattern names."""
    job = f"groundtrain-{environment.name}-yard-0123456789"
    arn = f"arn:aws:sagemaker:{environment.region}:{environment.account}"
    prefixes = pattern.get("resources", [{}])
    yield labeling_job_event(prefixes[0].get("prefix", f"{arn}:labeling-job/") + "yard", "Completed")
    yield training_job_event(f"{arn}:training-job/{job}", job, "Completed")
    detail = {"environment": environment.name}
    yield {"source": GROUNDTRAIN, "detail-type": DATASET_READY, "resources": [], "detail": detail}
    if pattern["detail-type"] == [OBJECT_CREATED]:
        [bucket], [key, *_] = pattern["detail"]["bucket"]["name"], pattern["detail"]["object"]["key"]
        yield upload_event(bucket, key["wildcard"].replace("*", "yard"), "0")
    if pattern["detail-type"] == [EXECUTION_STATUS_CHANGE]:
        [machine] = pattern["detail"]["stateMachineArn"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:yard"
        yield image_check_event(execution, machine, "SUCCEEDED", "{}")


def _is_taken(events: Any, pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    return bool(answer.get("Result"))
