from groundtrain.durations import Duration
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.cost import estimates
from groundtrain.training.plan import plan_for

PRICES = {"ml.g5.2xlarge": 1.5, "ml.c5.2xlarge": 0.4}
BOXES = "groundtruth/object-detection"


def estimated(label_type: str, training: Training):
    return estimates(plan_for(Environment(name="test", region="eu-west-1", training=training), label_type))


def test_the_most_a_job_can_cost_is_all_its_machines_for_its_longest_run_time():
    training = Training(
        price_per_hour=PRICES,
        instance_count=3,
        max_runtime=Duration(2 * 3600),
        instance_types=("ml.g5.2xlarge",),
    )
    (estimate,) = estimated(BOXES, training)
    assert estimate.most == 9.0
    assert str(estimate) == "at most 9.00 for instances: 2h of 3 x ml.g5.2xlarge at 1.5 an hour"


def test_only_types_that_could_be_used_and_have_a_price_are_estimated():
    training = Training(price_per_hour=PRICES)
    assert [one.instance_type for one in estimated(BOXES, training)] == ["ml.g5.2xlarge"]
    text = "groundtruth/text-classification"
    assert [one.instance_type for one in estimated(text, training)] == ["ml.c5.2xlarge"]


def test_without_prices_or_without_an_algorithm_nothing_is_estimated():
    assert estimated(BOXES, Training()) == ()
    assert estimated("groundtruth/text-span", Training(price_per_hour=PRICES)) == ()
