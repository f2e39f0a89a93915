"""A small load; `make drill` brings the large one."""

from benchmarks.load import refuse_wrong, under_load
from local.demo.deployment import Deployment
from tests.local.deployment import needs_cdk

pytestmark = needs_cdk


def test_many_jobs_at_once_all_end_and_none_is_doubled(here: Deployment) -> None:
    outcome = under_load(here, jobs=4, lines=100, large=5000, seconds=1)
    refuse_wrong(outcome)
    assert outcome.once["model packages"] == (4, 4)
