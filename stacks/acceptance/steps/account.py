"""What the account must have before anything is deployed."""

from collections.abc import Iterator

from groundtrain.aws.preflight.account import bootstrap_version
from groundtrain.preflight.account_checks import OLDEST_BOOTSTRAP
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.preconditions import quota_name, quotas
from stacks.acceptance.settings import CPU, GPU
from stacks.acceptance.step import Outcome


def account(run: AcceptanceRun) -> Outcome:
    """The CDK's own resources are there and new enough, and the quotas are called as we ask for them."""
    return Outcome(3, (*_bootstrap(run), *_quotas(run)))


def _bootstrap(run: AcceptanceRun) -> Iterator[str]:
    version = bootstrap_version(run.services, "")
    if version is None or version < OLDEST_BOOTSTRAP:
        place = f"aws://{run.account}/{run.region}"
        yield f"the CDK's own resources are missing or too old: npx cdk bootstrap {place}"


def _quotas(run: AcceptanceRun) -> Iterator[str]:
    """What would settle C27."""
    for kind in (CPU, GPU):
        if quota_name(kind) not in quotas(run):
            yield f"Service Quotas lists no {quota_name(kind)}"
