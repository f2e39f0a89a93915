"""Botocore's model of SageMaker: its operations and shapes."""

import functools

import botocore.session
from botocore.model import ServiceModel


@functools.cache
def service_model() -> ServiceModel:
    """The model, read once."""
    return botocore.session.get_session().get_service_model("sagemaker")
