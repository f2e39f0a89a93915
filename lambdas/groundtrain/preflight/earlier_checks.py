"""GT831 to GT837: what is there of the environment's name, and who hears of it."""

from collections.abc import Iterator
from functools import partial

from groundtrain.aws.preflight.buckets import buckets_called
from groundtrain.aws.preflight.deployment import subscriptions_of
from groundtrain.aws.preflight.keys import find_key
from groundtrain.aws.preflight.training import description_of_group, earlier_training_job
from groundtrain.preflight.situation import Question, Situation
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import stack_name
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.results.model_package import description_of, group_of

_STUCK = ("DELETE_FAILED", "UPDATE_ROLLBACK_FAILED")


def stacks(situation: Situation) -> Iterator[Question]:
    """Can the stacks that are there be updated?"""
    yield Question(partial(_stacks, situation))


def _stacks(situation: Situation) -> Iterator[Finding]:
    """A stack whose first creation failed is deleted and made anew by the CDK's command line."""
    for stack in situation.stacks.values():
        if stack.status.endswith("_IN_PROGRESS") or stack.status in _STUCK:
            yield Finding.on_file("GT831", f"stack {stack.name} is {stack.status}", path="name")


def emails(situation: Situation) -> Iterator[Question]:
    """Does somebody hear of the environment?"""
    yield Question(partial(_emails, situation))


def _emails(situation: Situation) -> Iterator[Finding]:
    addresses = situation.environment.notifications.emails
    pipeline = situation.stacks.get("pipeline")
    topic = pipeline.outputs.get("TopicArn", "") if pipeline else ""
    subscribed = subscriptions_of(situation.services, topic) if topic else []
    if not addresses and not any(one.is_confirmed for one in subscribed):
        there = "and the topic has no confirmed subscription" if topic else "and nothing is deployed yet"
        yield Finding.on_file("GT833", f"no address is named, {there}", path="notifications.emails")
    if topic:
        states = {one.endpoint: one.is_confirmed for one in subscribed if one.protocol == "email"}
        yield from _unconfirmed(addresses, states)


def _unconfirmed(addresses: tuple[str, ...], states: dict[str, bool]) -> Iterator[Finding]:
    for address in addresses:
        if not states.get(address):
            state = "has not confirmed its subscription" if address in states else "is not subscribed"
            yield Finding.on_file("GT832", f"{address} {state}", path="notifications.emails")


def model_group(situation: Situation) -> Iterator[Question]:
    """Is the model package group this environment's?"""
    yield Question(partial(_model_group, situation))


def _model_group(situation: Situation) -> Iterator[Finding]:
    group = group_of(situation.environment)
    description = description_of_group(situation.services, group)
    if description is None:
        return
    if description != description_of(group):
        message = f"the model package group {group} was made by somebody else"
        yield Finding.on_file("GT834", f'{message} ("{description}")', path="name")
    elif "pipeline" not in situation.stacks:
        yield Finding.on_file(
            "GT834", f"an earlier deployment left the model package group {group}", path="name"
        )


def names(situation: Situation) -> Iterator[Question]:
    """Where nothing is deployed: what did an earlier deployment leave?"""
    for question in (_alias, _training_jobs, _buckets):
        yield Question(partial(question, situation))


def _alias(situation: Situation) -> Iterator[Finding]:
    alias = f"alias/groundtrain-{situation.environment.name}"
    if "storage" not in situation.stacks and find_key(situation.services, alias):
        yield Finding.on_file("GT835", f"the alias {alias} is taken", path="name")


def _training_jobs(situation: Situation) -> Iterator[Finding]:
    if "pipeline" in situation.stacks:
        return
    job = earlier_training_job(situation.services, environment_prefix(situation.environment))
    if job:
        message = f"an earlier deployment started training jobs, such as {job}"
        yield Finding.on_file("GT836", message, path="training.job_name_prefix")


def _buckets(situation: Situation) -> Iterator[Finding]:
    if "storage" in situation.stacks:
        return
    left = buckets_called(situation.services, f"{stack_name(situation.environment.name, 'storage')}-")
    named = situation.environment.labeling.buckets
    for bucket in left:
        if bucket not in named:
            message = f"an earlier deployment left the bucket {bucket}"
            yield Finding.on_file("GT837", message, path="labeling.buckets")
