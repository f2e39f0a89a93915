from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.durations import Duration, parse_duration
from groundtrain.environments import dump_environment, load_environment, parse_environment
from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment

REGION = 'region = "eu-west-1"\n'


def load(tmp_path: Path, text: str) -> Environment:
    path = tmp_path / "dev.toml"
    path.write_text(text)
    return load_environment(path)


def test_the_environment_is_named_after_its_file(tmp_path):
    assert load(tmp_path, REGION).name == "dev"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_each_committed_environment_is_valid(name):
    path = Path(__file__).parents[2] / "environments" / f"{name}.toml"
    assert load_environment(path).name == name


def test_functions_receive_the_settings_that_synth_read(tmp_path):
    environment = load(tmp_path, REGION + '[training]\nmax_runtime = "90m"\nhyperparameters = {epochs = 5}\n')
    assert parse_environment(dump_environment(environment)) == environment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing required field `region`"),
        (REGION + "colour = 1\n", "unknown field `colour`"),
        (REGION + "[training]\nspto = true\n", "training: object contains unknown field `spto`"),
        (REGION + '[training]\nspot = "yes"\n', "training.spot: invalid enum value 'yes'"),
        (REGION + "[dataset]\nvalidation = 1.0\n", "dataset.validation: expected `float` < 1.0"),
        (REGION + '[training]\nmax_runtime = "4x"\n', "training.max_runtime: expected a duration"),
        (REGION + '[training]\nmax_runtime = "9h"\n', "training.max_wait: 8h is shorter"),
        (REGION + '[dataset]\ngroup_by = "("\n', "dataset.group_by: not a regular expression"),
        (REGION + "[labeling]\ncreate_bucket = false\n", "labeling.buckets: no bucket"),
        ('region = "Europe"\n', "region: expected"),
        ("region = \n", "Invalid value"),
    ],
)
def test_a_wrong_setting_is_refused_with_file_key_and_reason(tmp_path, text, reason):
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, text)
    assert "dev.toml: " in str(refusal.value)
    assert reason in str(refusal.value)


def test_a_missing_settings_file_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError):
        load_environment(tmp_path / "absent.toml")


@given(st.integers(1, 10_000), st.sampled_from("smhd"))
def test_a_duration_prints_as_a_text_that_reads_back_to_it(count, unit):
    duration = parse_duration(f"{count}{unit}")
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "0h", "1.5h", "4 weeks", 4, None])
def test_what_is_not_a_duration_is_refused(text):
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(text)


def test_a_duration_is_its_seconds():
    assert Duration(7200) == parse_duration("2h") == 7200
