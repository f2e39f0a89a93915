"""GT803 to GT806, GT822 to GT824, GT830: account and region, and what is to be there before a deployment."""

from collections.abc import Iterator
from functools import partial

from groundtrain.aws.clients import usual_region
from groundtrain.aws.preflight.account import bootstrap_parameter, bootstrap_version
from groundtrain.aws.preflight.training import experiment_exists, has_labeling_jobs, image_exists
from groundtrain.preflight.ground_truth import GROUND_TRUTH_REGIONS
from groundtrain.preflight.situation import Question, Situation
from groundtrain.rules.findings import Finding
from groundtrain.shell_commands import shell_command

OLDEST_BOOTSTRAP = 6
"""Templates of the CDK have a rule that refuses versions 1 to 5 (CheckBootstrapVersion)."""


def account_and_region(situation: Situation) -> Iterator[Question]:
    """Are the credentials of the account, and the shell of the region, that the settings name?"""
    yield Question(partial(_account, situation))
    yield Question(partial(_region, situation))


def _account(situation: Situation) -> Iterator[Finding]:
    wanted = situation.environment.account
    if wanted and wanted != situation.account:
        message = f"the credentials belong to account {situation.account}, and the settings name {wanted}"
        yield Finding.on_file("GT803", message, path="account")


def _region(situation: Situation) -> Iterator[Finding]:
    usual, wanted = usual_region(), situation.environment.region
    if usual != wanted:
        seen = f"the region of this shell is {usual}" if usual else "this shell has no region"
        yield Finding.on_file("GT804", f"{seen}, and that of the settings is {wanted}", path="region")


def bootstrap(situation: Situation) -> Iterator[Question]:
    """Are the CDK's own resources there, and new enough?"""
    yield Question(partial(_bootstrap, situation))


def _bootstrap(situation: Situation) -> Iterator[Finding]:
    environment = situation.environment
    qualifier = environment.deployment.qualifier
    version = bootstrap_version(situation.services, qualifier)
    fix = shell_command("make", "bootstrap", f"ENV={environment.name}")
    if version is None:
        message = f"there is no parameter {bootstrap_parameter(qualifier)} in {environment.region}"
        yield Finding.on_file("GT805", message, path="deployment.qualifier", fix=fix)
    elif version < OLDEST_BOOTSTRAP:
        message = f"the bootstrap resources are of version {version}, and {OLDEST_BOOTSTRAP} is needed"
        yield Finding.on_file("GT806", message, path="deployment.qualifier", fix=fix)


def ground_truth(situation: Situation) -> Iterator[Question]:
    """Can labeling jobs start anything?"""
    if situation.environment.labeling.jobs:
        yield Question(partial(_ground_truth, situation))


def _ground_truth(situation: Situation) -> Iterator[Finding]:
    """What an account that never used Ground Truth is answered is not confirmed (C10)."""
    region = situation.environment.region
    if region not in GROUND_TRUTH_REGIONS:
        message = f"Ground Truth does not run in {region}; it does in {', '.join(GROUND_TRUTH_REGIONS)}"
        yield Finding.on_file("GT822", message, path="region")
    elif not has_labeling_jobs(situation.services):
        message = f"no labeling job was ever made in account {situation.account} and {region}"
        yield Finding.on_file("GT823", message, path="labeling.jobs")


def experiment(situation: Situation) -> Iterator[Question]:
    """Is the experiment there that the settings name?"""
    for name in dict.fromkeys(plan.training.experiment for plan in situation.plans):
        if name:
            yield Question(partial(_experiment, situation, name))


def _experiment(situation: Situation, name: str) -> Iterator[Finding]:
    if not experiment_exists(situation.services, name):
        message = f"there is no experiment {name} in {situation.environment.region}"
        yield Finding.on_file("GT824", message, path="training.experiment")


def image(situation: Situation) -> Iterator[Question]:
    """Is an image of one's own in ECR?"""
    for uri in dict.fromkeys(plan.training.image_uri for plan in situation.plans):
        if uri:
            yield Question(partial(_image, situation, uri))


def _image(situation: Situation, uri: str) -> Iterator[Finding]:
    if not image_exists(situation.services, uri):
        yield Finding.on_file("GT830", f"ECR has no image {uri}", path="training.image_uri")
