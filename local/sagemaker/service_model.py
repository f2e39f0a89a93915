"""Botocore's models of services: their operations and shapes."""

import functools

import botocore.session
from botocore.model import ServiceModel, Shape


@functools.cache
def service_model(service: str) -> ServiceModel:
    """The model of a service as botocore names it, such as "sagemaker", read once."""
    return botocore.session.get_session().get_service_model(service)


def input_shape(service: str, operation: str) -> Shape:
    """What the request of an operation has to be."""
    shape = service_model(service).operation_model(operation).input_shape
    assert shape is not None  # every operation here takes something
    return shape
