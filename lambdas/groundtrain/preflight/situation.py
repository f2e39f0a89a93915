"""What a check knows when it asks, and what it asks with."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from groundtrain.aws.preflight.buckets import region_of_bucket
from groundtrain.aws.preflight.deployment import Stack, find_stack
from groundtrain.aws.preflight.services import Services
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import STACKS, Environment, stack_name
from groundtrain.training.plan import Plan, possible_plans


class Question(Struct, frozen=True):
    """Something to ask AWS.

    Attributes:
        ask: asks it when it is called, and gives the findings on the answer.
        about: what it is about where others ask the same of something else, such as "bucket yard".
    """

    ask: Callable[[], Iterable[Finding]]
    about: str = ""


class Situation:
    """An environment's settings, the account of the credentials, and the services in the settings' region."""

    def __init__(self, environment: Environment, account: str, services: Services) -> None:
        self.environment = environment
        self.account = account
        self.services = services
        self._regions: dict[str, str | None] = {}

    @cached_property
    def plans(self) -> list[Plan]:
        """Every way of training that the settings allow."""
        return possible_plans(self.environment)

    def region_of(self, bucket: str) -> str | None:
        """Where a bucket is; None where there is none of that name."""
        if bucket not in self._regions:
            self._regions[bucket] = region_of_bucket(self.services, bucket)
        return self._regions[bucket]

    @cached_property
    def stacks(self) -> dict[str, Stack]:
        """The environment's stacks that are there, by "storage", "pipeline" and "monitoring"."""
        named = {name: stack_name(self.environment.name, name) for name in STACKS}
        found = {name: find_stack(self.services, stack) for name, stack in named.items()}
        return {name: stack for name, stack in found.items() if stack}


class Check(Struct, frozen=True):
    """Some questions about one thing.

    Attributes:
        about: what they are about, such as "bootstrap".
        fine: what is the case when nothing was found, one clause.
        questions: those that there are in a situation; none where the settings do not need the thing.
        not_needed: why there are none, one clause; "" where there always are.
    """

    about: str
    fine: str
    questions: Callable[[Situation], Iterator[Question]]
    not_needed: str = ""
