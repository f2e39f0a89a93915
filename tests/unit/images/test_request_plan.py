import subprocess
import sys

import pytest

from groundtrain.images.request_cost import RequestPlan, plan_requests


@pytest.mark.parametrize(
    ("depth", "dense", "plan"),
    [
        ("list", True, RequestPlan(lists=110)),
        ("list", False, RequestPlan(reads=100_000)),
        ("header", True, RequestPlan(lists=110, reads=200_000)),
        ("full", True, RequestPlan(lists=110, reads=100_000)),
    ],
)
def test_a_plan_counts_requests_by_how_far_is_looked(depth, dense, plan):
    assert plan_requests(100_000, depth, dense=dense) == plan


def test_nothing_costs_nothing():
    assert plan_requests(0, "full") == RequestPlan()


def test_a_plan_names_requests_and_price():
    text = str(RequestPlan(lists=100, reads=200_000))
    assert text == ("about 100 LIST and 200,000 GET or HEAD requests, $0.08 at S3's public list prices")


def test_neither_headers_nor_listings_load_pillow_or_boto3():
    program = (
        "import sys, groundtrain.images.image_store, groundtrain.images.directory_store\n"
        "import groundtrain.images.request_cost\n"
        "assert not {'PIL', 'boto3', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_costs_next_to_nothing_is_less_than_a_cent():
    assert "less than a cent" in str(RequestPlan(lists=1))
