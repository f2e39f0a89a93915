"""A VPC as training sees it: subnets, security groups, and the ways out."""

from typing import Any

from msgspec import Struct

from groundtrain.aws.preflight.services import Services

_TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "LocalGatewayId"),
    *("CarrierGatewayId", "VpcPeeringConnectionId", "CoreNetworkArn"),
)


class Subnet(Struct, frozen=True):
    """A subnet, and its VPC."""

    id: str
    vpc: str


class SecurityGroup(Struct, frozen=True):
    """A security group, its VPC, and whether it lets TCP on port 443 out to anywhere at all."""

    id: str
    vpc: str
    lets_https_out: bool


class RouteTable(Struct, frozen=True):
    """Where a subnet's packets go.

    Attributes:
        subnets: those that it is for; with `is_main` also those without a table of their own.
        default: what takes packets to everywhere, such as "nat-…", "igw-…"; "" where nothing does.
    """

    id: str
    subnets: tuple[str, ...]
    is_main: bool
    default: str


class Endpoint(Struct, frozen=True):
    """An endpoint of a VPC that is available; a gateway's has route tables, an interface's has none."""

    service: str
    route_tables: tuple[str, ...]


def find_subnets(services: Services, ids: tuple[str, ...]) -> list[Subnet]:
    """Those of the ids that there are."""
    answer = services("ec2").describe_subnets(Filters=_filter("subnet-id", *ids))
    return [Subnet(found["SubnetId"], found["VpcId"]) for found in answer["Subnets"]]


def find_security_groups(services: Services, ids: tuple[str, ...]) -> list[SecurityGroup]:
    """Those of the ids that there are."""
    answer = services("ec2").describe_security_groups(Filters=_filter("group-id", *ids))
    return [
        SecurityGroup(found["GroupId"], found["VpcId"], any(map(_is_https, found["IpPermissionsEgress"])))
        for found in answer["SecurityGroups"]
    ]


def route_tables(services: Services, vpc: str) -> list[RouteTable]:
    """The route tables of a VPC."""
    pages = services("ec2").get_paginator("describe_route_tables").paginate(Filters=_filter("vpc-id", vpc))
    return [_route_table(found) for page in pages for found in page["RouteTables"]]


def endpoints(services: Services, vpc: str) -> list[Endpoint]:
    """The endpoints of a VPC that are available."""
    pages = services("ec2").get_paginator("describe_vpc_endpoints").paginate(Filters=_filter("vpc-id", vpc))
    return [
        Endpoint(found["ServiceName"], tuple(found.get("RouteTableIds", ())))
        for page in pages
        for found in page["VpcEndpoints"]
        if found["State"].lower() == "available"
    ]


def _filter(name: str, *values: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": list(values)}]


def _route_table(found: dict[str, Any]) -> RouteTable:
    associations = found["Associations"]
    return RouteTable(
        found["RouteTableId"],
        tuple(one["SubnetId"] for one in associations if "SubnetId" in one),
        any(one["Main"] for one in associations),
        next(filter(None, map(_default_target, found["Routes"])), ""),
    )


def _default_target(route: dict[str, Any]) -> str:
    if route.get("DestinationCidrBlock") != "0.0.0.0/0" or route.get("State") == "blackhole":
        return ""
    return str(next((route[target] for target in _TARGETS if route.get(target)), ""))


def _is_https(permission: dict[str, Any]) -> bool:
    """Whether a rule lets TCP on port 443 out, to whomever; "-1" stands for every protocol and port."""
    protocol = permission["IpProtocol"]
    covered = protocol == "-1" or (
        protocol in ("tcp", "6") and permission["FromPort"] <= 443 <= permission["ToPort"]
    )
    return covered and any(
        permission.get(kind) for kind in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    )
