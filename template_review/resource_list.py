"""What an environment consists of, as Markdown: its resources by kind, each kind with its purpose."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from template_review.notes import code
from template_review.sections.costs_money import FIXED_CHARGES
from template_review.template_versions import Templates

PURPOSES = {
    "AWS::S3::Bucket": "images and labels, datasets, models, and a log of who read them",
    "AWS::S3::BucketPolicy": "TLS only, this account only, encrypted only",
    "AWS::KMS::Key": "encrypts buckets, messages and logs",
    "AWS::KMS::Alias": "a name for the key",
    "AWS::Events::Rule": "a job has ended, a dataset is ready, or it is time to sweep",
    "AWS::SQS::Queue": "work that waits, and dead letters: what could not be done",
    "AWS::SQS::QueuePolicy": "only a queue's own rule may put events there",
    "AWS::Lambda::Function": "make a dataset, start its training, record the outcome, find what was missed",
    "AWS::StepFunctions::StateMachine": "looks at every pixel of a dataset's images, many functions at once",
    "AWS::Lambda::EventSourceMapping": "feeds a function from its queue, message by message",
    "AWS::Lambda::EventInvokeConfig": "keeps calls of the sweep that failed",
    "AWS::Lambda::Permission": "the clock may start the sweep",
    "AWS::Logs::LogGroup": "what the functions did",
    "AWS::IAM::Role": "one for each function, one for training jobs, one for labeling jobs",
    "AWS::IAM::Policy": "what each role may do, and nothing else",
    "AWS::SNS::Topic": "messages to people",
    "AWS::SNS::TopicPolicy": "only this account and this environment's alarms publish there",
    "AWS::SNS::Subscription": "an address that gets the messages, once it confirms",
    "AWS::CloudWatch::Alarm": "something failed, or the sweep found what an event should have told",
    "AWS::CloudWatch::Dashboard": "the flow, from labeling job to model",
}
_ADDED_BY_CDK = re.compile(r"(?<=AllowEventRule)\w+$|(?<=.)[0-9A-F]{8}$")


def write_inventory(templates: Templates) -> str:
    """The whole text; environments that consist of the same are told together.

    Args:
        templates: readable copies by file name, such as "dev-storage.json".
    """
    by_environment: dict[str, list[str]] = {}
    for file, template in templates.items():
        name, _, stack = file.removesuffix(".json").partition("-")
        by_environment.setdefault(name, []).extend(_named(stack, template))
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, resources in by_environment.items():
        alike.setdefault(tuple(sorted(resources)), []).append(name)
    lines = [line for resources, names in alike.items() for line in _environments(names, resources)]
    return "\n".join(["## What this is in the cloud", *lines, ""])


def _named(stack: str, template: Mapping[str, Any]) -> Iterator[str]:
    """Every resource as `type stack/name`, the name without what the CDK adds."""
    for name, resource in template.get("Resources", {}).items():
        yield f"{resource['Type']} {stack}/{_ADDED_BY_CDK.sub('', name)}"


def _environments(names: list[str], resources: tuple[str, ...]) -> Iterator[str]:
    of_each = " in each" if len(names) > 1 else ""
    yield from ("", f"### {', '.join(names)}: {len(resources)} resources{of_each}", "")
    by_kind: dict[str, list[str]] = {}
    for resource in resources:
        kind, _, name = resource.partition(" ")
        by_kind.setdefault(kind, []).append(name)
    for kind in sorted(by_kind, key=_position):
        charge = f" ({FIXED_CHARGES[kind]})" if kind in FIXED_CHARGES else ""
        yield f"- {len(by_kind[kind])} {kind}: {PURPOSES.get(kind, 'no purpose is written down')}{charge}"
        yield f"  {', '.join(map(code, by_kind[kind]))}"


def _position(kind: str) -> tuple[int, str]:
    kinds = list(PURPOSES)
    return (kinds.index(kind) if kind in kinds else len(kinds), kind)
