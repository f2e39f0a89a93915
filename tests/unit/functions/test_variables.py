import pytest

from groundtrain.errors import SettingsError
from groundtrain.settings import dump_environment
from groundtrain.variables import StartVariables, SweepVariables, read_variables
from tests.unit.functions.pipeline import ENVIRONMENT

VARIABLES = {
    "GROUNDTRAIN_SETTINGS": dump_environment(ENVIRONMENT),
    "DATASETS_BUCKET": "datasets",
    "CONVERT_QUEUE_URL": "https://queue",
    "PATH": "/bin",
}


def test_a_function_reads_its_variables_and_the_settings_in_them():
    here = read_variables(SweepVariables, VARIABLES)
    assert (here.datasets_bucket, here.convert_queue_url) == ("datasets", "https://queue")
    assert here.environment == ENVIRONMENT


def test_a_missing_variable_is_named():
    with pytest.raises(SettingsError, match="MODELS_BUCKET"):
        read_variables(StartVariables, VARIABLES)
