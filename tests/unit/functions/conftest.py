from tests.mocked_aws import aws, clients
from tests.unit.functions.pipeline import pipeline

__all__ = ["aws", "clients", "pipeline"]
