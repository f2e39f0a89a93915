from tests.ready_account import in_vpc, services, world

__all__ = ["in_vpc", "services", "world"]
