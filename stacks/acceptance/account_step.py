"""What the account must have before anything is deployed."""

from collections.abc import Iterator

from groundtrain.aws.preflight.account import bootstrap_version
from groundtrain.preflight.account_checks import OLDEST_BOOTSTRAP
from stacks.acceptance.means import quota_name, quotas
from stacks.acceptance.settings import CPU, GPU
from stacks.acceptance.situation import Situation
from stacks.acceptance.step import Outcome


def account(situation: Situation) -> Outcome:
    """The CDK's own resources are there and new enough, and the quotas are called as we ask for them."""
    return Outcome(3, (*_bootstrap(situation), *_quotas(situation)))


def _bootstrap(situation: Situation) -> Iterator[str]:
    version = bootstrap_version(situation.services, "")
    if version is None or version < OLDEST_BOOTSTRAP:
        place = f"aws://{situation.account}/{situation.region}"
        yield f"the CDK's own resources are missing or too old: npx cdk bootstrap {place}"


def _quotas(situation: Situation) -> Iterator[str]:
    """What would settle C27."""
    for kind in (CPU, GPU):
        if quota_name(kind) not in quotas(situation):
            yield f"Service Quotas lists no {quota_name(kind)}"
