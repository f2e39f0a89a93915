"""Each fault that is put into a network is found by its code, and what is repaired is not found again."""

from typing import Any

import pytest

from tests.ready_account import Fault, World, is_found_and_repaired
from tests.sagemaker_fake import REGION


def ec2(world: World) -> Any:
    return world.client("ec2")


def no_endpoint(world: World) -> None:
    ec2(world).delete_vpc_endpoints(VpcEndpointIds=[world.values["endpoint"]])


def no_endpoint_of_ecr(world: World) -> None:
    ec2(world).delete_vpc_endpoints(VpcEndpointIds=[world.values["ecr.dkr"]])


def s3_endpoint(world: World) -> None:
    ec2(world).create_vpc_endpoint(
        VpcId=world.values["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[world.values["table"]],
    )


def nat(world: World) -> None:
    address = ec2(world).allocate_address(Domain="vpc")["AllocationId"]
    made = ec2(world).create_nat_gateway(SubnetId=world.values["subnet"], AllocationId=address)
    gateway = made["NatGateway"]["NatGatewayId"]
    table = world.values["table"]
    ec2(world).create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)


def internet_only(world: World) -> None:
    gateway = ec2(world).create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2(world).attach_internet_gateway(InternetGatewayId=gateway, VpcId=world.values["vpc"])
    no_endpoint(world)
    table = world.values["table"]
    ec2(world).create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)


def own_table(world: World) -> None:
    """The endpoint's route table is not the subnet's."""
    table = ec2(world).create_route_table(VpcId=world.values["vpc"])["RouteTable"]["RouteTableId"]
    [found] = ec2(world).describe_route_tables(RouteTableIds=[world.values["table"]])["RouteTables"]
    association = found["Associations"][0]["RouteTableAssociationId"]
    ec2(world).replace_route_table_association(AssociationId=association, RouteTableId=table)
    world.values["table"] = table


def group_elsewhere(world: World) -> None:
    vpc = ec2(world).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    other = ec2(world).create_security_group(VpcId=vpc, GroupName="other", Description="t")["GroupId"]
    world.changes.append((world.values["group"], other))


def nothing_goes_out(world: World) -> None:
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2(world).revoke_security_group_egress(GroupId=world.values["group"], IpPermissions=everything)


def https_goes_out(world: World) -> None:
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2(world).authorize_security_group_egress(GroupId=world.values["group"], IpPermissions=[https])


def as_it_was(world: World) -> None:
    world.changes.clear()


FAULTS = {
    "no such subnet": Fault(
        "GT825", "network", lambda w: w.changes.append((w.values["subnet"], "subnet-0abc")), as_it_was
    ),
    "no such security group": Fault(
        "GT825", "network", lambda w: w.changes.append((w.values["group"], "sg-0abc")), as_it_was
    ),
    "two VPCs": Fault("GT826", "network", group_elsewhere, as_it_was),
    "no endpoint and no NAT gateway": Fault("GT827", "network", no_endpoint, s3_endpoint),
    "no endpoint, then a NAT gateway": Fault("GT827", "network", no_endpoint, nat),
    "an endpoint for another route table": Fault("GT827", "network", own_table, s3_endpoint),
    "an internet gateway alone": Fault("GT827", "network", internet_only, s3_endpoint),
    "half of ECR": Fault("GT828", "network", no_endpoint_of_ecr, nat),
    "nothing goes out": Fault("GT829", "network", nothing_goes_out, https_goes_out),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_what_is_repaired_is_not_found_again(in_vpc: World, fault: Fault) -> None:
    is_found_and_repaired(in_vpc, fault)


def test_a_built_in_image_needs_no_way_to_ecr(in_vpc: World) -> None:
    """SageMaker pulls it with its own credentials (API reference, AlgorithmSpecification)."""
    no_endpoint_of_ecr(in_vpc)
    in_vpc.changes += [('algorithm = "own-image"', 'algorithm = "object-detection"')]
    in_vpc.changes += [(f'image_uri = "{in_vpc.values["image"]}"\n', "")]
    assert in_vpc.codes("network") == set()


def test_an_internet_gateway_is_told_as_not_confirmed(in_vpc: World) -> None:
    internet_only(in_vpc)
    [message] = {found.message for found in in_vpc.findings("network")}
    assert "not confirmed" in message


def test_every_code_of_the_network_has_a_fault() -> None:
    assert {fault.code for fault in FAULTS.values()} == {"GT825", "GT826", "GT827", "GT828", "GT829"}
