"""The most that a training job can cost, by the prices that the settings give."""

from msgspec import Struct

from groundtrain.durations import Duration
from groundtrain.training.plan import Plan

_HOUR = 3600


class Estimate(Struct, frozen=True):
    """The highest cost on one instance type: maximum run time, on demand; spot costs less."""

    instance_type: str
    instances: int
    longest: Duration
    price_per_hour: float

    @property
    def most(self) -> float:
        """In the currency of the price; storage and requests to S3 are not counted."""
        return self.price_per_hour * self.instances * self.longest / _HOUR

    def __str__(self) -> str:
        machines = "" if self.instances == 1 else f"{self.instances} x "
        return (
            f"at most {self.most:,.2f} for instances: {self.longest} of {machines}{self.instance_type}"
            f" at {self.price_per_hour:g} an hour"
        )


def estimates(plan: Plan | None) -> tuple[Estimate, ...]:
    """One for each instance type that has a price, in the order in which they are tried."""
    if plan is None:
        return ()
    training = plan.training
    return tuple(
        Estimate(kind, training.instance_count, training.max_runtime, training.price_per_hour[kind])
        for kind in training.instance_types
        if kind in training.price_per_hour
    )
