import importlib
import threading
import warnings
from types import SimpleNamespace

import boto3
import jsonschema
import pytest

from tests.contract.recording_endpoint import RecordingEndpoint


def check_schema_once():
    """Let the SDK check its schema once: it does so for each default that it looks up, which takes 0.1 s."""
    schema = importlib.import_module("sagemaker.core.config.config_schema").SAGEMAKER_PYTHON_SDK_CONFIG_SCHEMA
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)

    def validate(instance, against):
        assert against is schema
        if error := jsonschema.exceptions.best_match(kind(schema).iter_errors(instance)):
            raise error

    for name in ("config", "config_manager"):
        importlib.import_module(f"sagemaker.core.config.{name}").jsonschema = SimpleNamespace(
            validate=validate
        )


@pytest.fixture(scope="session")
def sdk():
    """The SageMaker Python SDK, imported once: it takes seconds."""
    with warnings.catch_warnings():
        # its shapes hold invalid escapes, its trainer imports a shim that it deprecates itself
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r".*sagemaker")
        trainer = importlib.import_module("sagemaker.train.model_trainer")
        check_schema_once()
        return trainer


@pytest.fixture(scope="session")
def session():
    """One session for all: each new one reads SageMaker's large service model again."""
    return boto3.Session("111122223333", "test", region_name="eu-west-1")


@pytest.fixture
def endpoint(monkeypatch):
    """The only AWS that clients reach: what they send to it is in `calls`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with RecordingEndpoint() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()
