import pytest

from groundtrain.errors import SettingsError
from stacks.commands.credentials import NoCredentialsError, environment_with_credentials


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """A machine on which nobody has signed in."""
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_an_environment_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(SettingsError, match=r'no environment "nope": say ENV=dev or ENV=prod'):
        environment_with_credentials("nope")


def test_without_credentials_nothing_is_asked():
    with pytest.raises(NoCredentialsError, match="no AWS credentials here: sign in"):
        environment_with_credentials("dev")


def test_a_profile_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nope")
    with pytest.raises(NoCredentialsError, match="nope"):
        environment_with_credentials("dev")


def test_with_credentials_it_is_silent(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    environment_with_credentials("prod")
