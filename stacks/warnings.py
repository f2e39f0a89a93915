"""What synthesizes and deploys, and yet is probably not what was meant."""

from collections.abc import Iterator

import aws_cdk as cdk

from groundtrain.preflight.ground_truth import GROUND_TRUTH_REGIONS
from groundtrain.settings.environment import Environment
from groundtrain.training.plan_checks import find_unknown_instance_types
from stacks.pipeline.event_patterns import USUALLY_LONGEST, sizes_of_patterns

_LEFT = {
    False: "datasets can be trained by hand only",
    True: "only uploads start anything; labeling.jobs = false says so",
}


def warn(stack: cdk.Stack, environment: Environment) -> None:
    """Have every `cdk` command that looks at the stack show the warnings; none stops it.

    Not as annotations, which note where in this machine's files they were made.
    """
    for sentence in warnings_of(environment):
        stack.node.add_metadata("aws:cdk:warning", sentence)


def warnings_of(environment: Environment) -> Iterator[str]:
    """Each warning, in a sentence."""
    name, region = environment.name, environment.region
    if environment.labeling.jobs and region not in GROUND_TRUTH_REGIONS:
        reason = f"{name}: region: Ground Truth does not run in {region}, so no labeling job ever ends there"
        consequence = (
            f"{_LEFT[bool(environment.labeling.uploads)]}. It runs in {', '.join(GROUND_TRUTH_REGIONS)}"
        )
        yield f"{reason}, and {consequence}"
    for found in find_unknown_instance_types(environment.training):
        yield f"{name}: {found.path}: {found.message}. Correct its spelling, unless it is a new one"
    for setting, size in sizes_of_patterns(environment):
        if size > USUALLY_LONGEST:
            yield (
                f"{name}: {setting}: the rule takes {size:,} characters, and an account takes"
                f" {USUALLY_LONGEST:,} until its quota for the size of event patterns is raised"
            )
    if not environment.notifications.emails:
        nobody = f"{name}: notifications.emails: nobody hears of models, refused datasets and alarms"
        yield f"{nobody}. Name an address, or subscribe something to the stack output TopicArn"
