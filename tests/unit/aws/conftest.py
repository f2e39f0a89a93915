from tests.mocked_aws import aws, clients

__all__ = ["aws", "clients"]
