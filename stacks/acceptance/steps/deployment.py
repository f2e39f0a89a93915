"""Steps that deploy, change what is deployed, leave it and come back."""

from collections.abc import Iterator

from groundtrain.aws.preflight.deployment import find_stack
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.cdk_app import CdkFailedError
from stacks.acceptance.settings import STACK_NAMES
from stacks.acceptance.step import Outcome
from stacks.acceptance.teardown import delete_models, empty_buckets
from stacks.commands.deployed_resources import list_resources

Resource = tuple[str, str]


def deploy(run: AcceptanceRun) -> Outcome:
    """Synthesize and deploy, and begin to listen."""
    app = run.app()
    app.synthesize()
    app.deploy()
    _replace_names(run)
    run.subscriptions.listen(0)
    return _all_complete(run)


def deploy_unchanged(run: AcceptanceRun) -> Outcome:
    """Deploy the same again: no resource of the three stacks is touched."""
    before = dict(_resources(run))
    run.app().deploy()
    after = dict(_resources(run))
    return Outcome(len(after), tuple(_differences(before, after)))


def turn_bucket_over(run: AcceptanceRun) -> Outcome:
    """Deploy with an existing bucket in place of the stack's own: no export is in the way, no bucket goes."""
    buckets = set(run.resources("AWS::S3::Bucket"))
    app = run.app("other-bucket", bucket=run.output("LabelingBucketName"))
    app.synthesize()
    app.deploy()
    gone = buckets - set(run.resources("AWS::S3::Bucket"))
    faults = tuple(f"bucket {bucket} went" for bucket in sorted(gone))
    return Outcome(len(buckets), (*faults, *_all_complete(run).faults))


def leave(run: AcceptanceRun) -> Outcome:
    """Empty the buckets, delete the models, destroy: nothing is left of the stacks."""
    emptied = list(empty_buckets(run))
    deleted = list(delete_models(run))
    try:
        run.app("other-bucket").destroy()
    except CdkFailedError:  # S3 delivers access logs late, and deletes no bucket that is not empty
        list(empty_buckets(run))
        run.app("other-bucket").destroy()
    left = [name for name in STACK_NAMES if find_stack(run.services, name)]
    return Outcome(len(emptied) + len(deleted), tuple(f"stack {name} is still there" for name in left))


def come_back(run: AcceptanceRun) -> Outcome:
    """Deploy once more, after everything was destroyed."""
    run.app().deploy()
    return _all_complete(run)


def _all_complete(run: AcceptanceRun) -> Outcome:
    faults = []
    for name in STACK_NAMES:
        stack = find_stack(run.services, name)
        status = stack.status if stack else "not there"
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            faults.append(f"stack {name} is {status}")
    return Outcome(len(STACK_NAMES), tuple(faults))


def _resources(run: AcceptanceRun) -> Iterator[tuple[Resource, Resource]]:
    """Name and time of the last change of each resource, by stack and logical id."""
    for stack in STACK_NAMES:
        for found in list_resources(run.services("cloudformation"), stack):
            state = found["PhysicalResourceId"], str(found["LastUpdatedTimestamp"])
            yield (stack, found["LogicalResourceId"]), state


def _differences(before: dict[Resource, Resource], after: dict[Resource, Resource]) -> Iterator[str]:
    for (stack, name), state in after.items():
        if before.get((stack, name)) != state:
            yield f"{stack}: {name} was touched"
    for stack, name in before.keys() - after.keys():
        yield f"{stack}: {name} went"


def _replace_names(run: AcceptanceRun) -> None:
    """Names that CloudFormation made are replaced in what is published."""
    for stack in STACK_NAMES:
        listed = list_resources(run.services("cloudformation"), stack)
        run.examples.replace(
            {it["PhysicalResourceId"]: f"{stack}-{it['LogicalResourceId'].lower()}" for it in listed}
        )
