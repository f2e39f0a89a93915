import pytest

from groundtrain.aws.notifications import NotificationTopic
from groundtrain.errors import SettingsError
from groundtrain.pipeline.environment_variables import (
    ConvertVariables,
    StartVariables,
    SweepVariables,
)
from groundtrain.pipeline.read_variables import read_variables
from groundtrain.settings.environment_file import dump_environment
from tests.unit.functions.pipeline import ENVIRONMENT

VARIABLES = {
    "GROUNDTRAIN_SETTINGS": dump_environment(ENVIRONMENT),
    "DATASETS_BUCKET": "datasets",
    "LABELING_BUCKETS": "labels",
    "CONVERT_QUEUE_URL": "https://queue",
    "OUTCOME_QUEUE_URL": "https://outcomes",
    "TOPIC_ARN": "arn:topic",
    "QUEUE_URL": "https://own",
    "ATTEMPTS": "8",
    "PATH": "/bin",
}


def test_a_function_reads_its_variables_and_the_settings_in_them():
    here = read_variables(SweepVariables, VARIABLES)
    assert (here.datasets_bucket, here.convert_queue_url) == ("datasets", "https://queue")
    assert here.outcome_queue_url == "https://outcomes"
    assert here.environment == ENVIRONMENT


def test_what_people_are_told_is_kept_in_the_datasets_bucket():
    assert read_variables(ConvertVariables, VARIABLES).topic == NotificationTopic("arn:topic", "datasets")


def test_a_missing_variable_is_named():
    with pytest.raises(SettingsError, match="MODELS_BUCKET"):
        read_variables(StartVariables, VARIABLES)


def test_a_number_of_attempts_that_is_none_is_refused():
    with pytest.raises(SettingsError, match="ATTEMPTS"):
        read_variables(ConvertVariables, {**VARIABLES, "ATTEMPTS": "many"})
