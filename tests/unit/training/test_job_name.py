import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.algorithms.own_image import OWN_IMAGE
from groundtrain.training.job_name import attempt_of, environment_prefix, training_job_name
from groundtrain.training.plan import Plan
from tests.datasets import a_dataset

NAME = re.compile(r"[a-z0-9](-*[a-z0-9]){0,62}")  # CreateTrainingJob's pattern, in lower case
DEV = Environment(name="dev", region="eu-west-1")
labeling_jobs = st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True).map(lambda name: name[:63])
prefixes = st.from_regex(r"[a-z0-9](-*[a-z0-9]){0,15}", fullmatch=True).filter(lambda name: len(name) <= 16)
environments = st.builds(
    lambda name, prefix: Environment(
        name=name, region="eu-west-1", training=Training(job_name_prefix=prefix)
    ),
    st.from_regex(r"[a-z][a-z0-9]{1,11}", fullmatch=True),
    prefixes,
)


def named(environment, training, labeling_job, dataset_id, attempt=0):
    plan = Plan(OWN_IMAGE, msgspec.structs.replace(environment, training=training))
    return training_job_name(plan, a_dataset(labeling_job=labeling_job, dataset_id=dataset_id), attempt)


@given(environments, labeling_jobs | st.text(max_size=80), st.text(max_size=20), st.integers(0, 999))
def test_every_name_is_one_that_sagemaker_takes(environment, labeling_job, dataset_id, attempt):
    name = named(environment, environment.training, labeling_job, dataset_id, attempt)
    assert len(name) <= 63
    assert NAME.fullmatch(name)
    assert name.startswith(environment_prefix(environment))
    assert attempt_of(name) == attempt


def test_a_name_is_the_same_at_any_time():
    name = named(DEV, DEV.training, "Pallets-07", "4f1c0a9d3b7e6258", 2)
    assert name == "groundtrain-dev-pallets-07-eae165fe6a-a2"


def test_other_instance_types_do_not_make_another_training():
    other = msgspec.structs.replace(DEV, training=Training(instance_types=("ml.g5.xlarge",)))
    assert named(DEV, DEV.training, "j", "d") == named(other, other.training, "j", "d")


def test_other_settings_another_dataset_and_another_attempt_make_another_training():
    other = msgspec.structs.replace(DEV, training=Training(hyperparameters={"epochs": 31}))
    names = {
        named(DEV, DEV.training, "j", "d"),
        named(other, other.training, "j", "d"),
        named(DEV, DEV.training, "j", "e"),
        named(DEV, DEV.training, "j", "d", 1),
    }
    assert len(names) == 4


def test_settings_made_twice_name_the_same_training():
    one, two = (
        Training(hyperparameters=dict(pairs)) for pairs in ([("a", 1), ("b", 2)], [("b", 2), ("a", 1)])
    )
    names = {named(DEV, each, "j", "d") for each in (one, two)}
    assert len(names) == 1


def test_what_changes_nothing_in_the_training_does_not_make_another():
    others = (
        Training(tags={"team": "yard"}),
        Training(price_per_hour={"ml.g5.2xlarge": 1.5}),
        Training(max_jobs_per_day=3, max_concurrent_jobs=1),
    )
    names = {named(DEV, training, "j", "d") for training in (DEV.training, *others)}
    assert len(names) == 1


def test_a_job_that_is_not_ours_counts_as_a_first_attempt():
    assert attempt_of("somebody-elses-job-a7") == 0
