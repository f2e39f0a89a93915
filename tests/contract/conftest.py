import importlib
import warnings

import pytest


@pytest.fixture(scope="session")
def sdk():
    """The SageMaker Python SDK, imported once: it takes seconds."""
    with warnings.catch_warnings():
        # its shapes hold invalid escapes, its trainer imports a shim that it deprecates itself
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r".*sagemaker")
        return importlib.import_module("sagemaker.train.model_trainer")
