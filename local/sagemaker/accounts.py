"""The state of the service, by account and region."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from local.sagemaker.api_errors import validation_error

Json = dict[str, Any]
A = TypeVar("A")
"""A service's account: what it keeps for one number and region."""


class Publish:
    """Put SageMaker's own events on the default bus of one account and region."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def __call__(self, detail_type: str, arn: str, detail: Json) -> None:
        """Emit one event about the resource `arn`."""
        from local import ministack_internals

        ministack_internals.emit(self._account, self._region, detail_type, arn, detail)


@dataclass
class Account:
    """One account's SageMaker in one region; hold `lock` while reading or changing it.

    Attributes:
        labeling_jobs: by name in lower case; names are case-insensitive.
        training_jobs: by name.
        model_package_groups: by name.
        model_packages: by ARN, in order of creation.
        package_by_token: ARN of the package that a ClientToken made.
        tags: by ARN.
        experiments: by name.
        quotas: most instances of a type at once, for limited types.
        training_requests: the original CreateTrainingJob requests, by name of the job.
        without_capacity: instance types without capacity, with whether on spot or on demand.
        next_outcomes: forced outcomes of the next training jobs.
        work_teams: private ones, in the order in which they were added.
    """

    number: str
    region: str
    publish: Callable[[str, str, Json], None]
    lock: threading.RLock = field(default_factory=threading.RLock)
    labeling_jobs: dict[str, Json] = field(default_factory=dict)
    training_jobs: dict[str, Json] = field(default_factory=dict)
    model_package_groups: dict[str, Json] = field(default_factory=dict)
    model_packages: dict[str, Json] = field(default_factory=dict)
    package_by_token: dict[str, str] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    experiments: dict[str, Json] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    training_requests: dict[str, Json] = field(default_factory=dict)
    without_capacity: set[tuple[str, bool]] = field(default_factory=set)
    next_outcomes: list[Json] = field(default_factory=list)
    work_teams: list[Json] = field(default_factory=list)

    def arn(self, resource: str) -> str:
        """ARN of "training-job/name" and the like."""
        return f"arn:aws:sagemaker:{self.region}:{self.number}:{resource}"


def new_account(number: str, region: str) -> Account:
    """An account that has nothing, whose events go to its own bus."""
    return Account(number, region, Publish(number, region))


class Accounts(Generic[A]):
    """All accounts of a service, each made by number and region when first asked for."""

    def __init__(self, new: Callable[[str, str], A]) -> None:
        self._new = new
        self._by_scope: dict[tuple[str, str], A] = {}
        self._lock = threading.Lock()

    def get(self, number: str, region: str) -> A:
        """The account's service in the region."""
        with self._lock:
            return self._by_scope.setdefault((number, region), self._new(number, region))

    def clear(self) -> list[A]:
        """Forget all accounts, and return them: what still runs changes only what nobody sees."""
        with self._lock:
            forgotten = list(self._by_scope.values())
            self._by_scope.clear()
        return forgotten


def as_tag_map(tags: list[Mapping[str, str]]) -> dict[str, str]:
    """Turn `[{"Key": …, "Value": …}]` into a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def now() -> float:
    """Seconds since the epoch: timestamps of JSON 1.1."""
    return round(time.time(), 3)


def page(items: list[Json], request: Json, default: int = 10) -> tuple[list[Json], Json]:
    """The items that NextToken and MaxResults ask for, and `{"NextToken": …}` when there are more."""
    token = request.get("NextToken") or "0"
    if not token.isdecimal():
        raise validation_error("Invalid NextToken")
    start = int(token)
    end = start + request.get("MaxResults", default)
    return items[start:end], {"NextToken": str(end)} if end < len(items) else {}


def matches_filters(item: Json, request: Json, name: str, status: str | None = None) -> bool:
    """Whether a List… call's filters keep the item; `name` and `status` say which members they look at."""
    created: float = item["CreationTime"]
    changed: float = item.get("LastModifiedTime", created)
    return (
        request.get("NameContains", "").lower() in item[name].lower()
        and (status is None or request.get("StatusEquals") in (None, item[status]))
        and request.get("CreationTimeAfter", created) <= created <= request.get("CreationTimeBefore", created)
        and request.get("LastModifiedTimeAfter", changed)
        <= changed
        <= request.get("LastModifiedTimeBefore", changed)
    )


def in_order(items: list[Json], request: Json) -> list[Json]:
    """Sort a List… call's items as it asks; by default the newest first."""
    by = {"LastModifiedTime": "LastModifiedTime"}.get(request.get("SortBy", ""), "CreationTime")
    newest_first = request.get("SortOrder", "Descending") == "Descending"
    return sorted(items, key=lambda item: item.get(by, 0), reverse=newest_first)
