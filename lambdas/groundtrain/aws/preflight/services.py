"""Clients of the services that preflight asks, in the region of an environment."""

from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})


class Services:
    """One client a service, made when it is first asked; boto3's stubs of most are not installed."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._clients: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str = "") -> Any:
        """The client of a service by boto3's name, such as "ec2"; of another region where one is given."""
        where = service, region or self.region
        if where not in self._clients:
            self._clients[where] = boto3.client(where[0], region_name=where[1], config=_CONFIG)  # type: ignore[call-overload]
        return self._clients[where]
