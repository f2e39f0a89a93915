from tests.mocked_aws import clients

__all__ = ["clients"]
