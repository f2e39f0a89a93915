"""GT825 to GT829: is the network there that training shall run in, and does it lead to S3 and ECR?

Sources: VPC User Guide (route tables, internet gateways, endpoints); SageMaker Developer Guide, "Give
SageMaker Training Jobs Access to Resources in Your Amazon VPC". That its interfaces have no public address
is not confirmed (C28), nor that it takes an image of one's own through the subnet: not confirmed (C29).
"""

from collections.abc import Iterator
from functools import partial

from groundtrain.aws.preflight import network as asked
from groundtrain.preflight.situation import Question, Situation
from groundtrain.quantities import enumerated
from groundtrain.rules.findings import Finding
from groundtrain.settings.training_settings import Network

_PATH = "training.network"


def network(situation: Situation) -> Iterator[Question]:
    """Questions on each network that training may run in."""
    seen: list[tuple[Network, bool]] = []
    for plan in situation.plans:
        wanted = plan.training.network, bool(plan.training.image_uri)
        if wanted[0].subnets and wanted not in seen:
            seen.append(wanted)
            yield Question(partial(_network, situation, *wanted))


def _network(situation: Situation, wanted: Network, own_image: bool) -> Iterator[Finding]:
    subnets = asked.find_subnets(situation.services, wanted.subnets)
    groups = asked.find_security_groups(situation.services, wanted.security_groups)
    there = {*(one.id for one in subnets), *(one.id for one in groups)}
    missing = [one for one in (*wanted.subnets, *wanted.security_groups) if one not in there]
    if missing:
        region = situation.environment.region
        yield Finding.on_file("GT825", f"there is no {enumerated(missing)} in {region}", path=_PATH)
        return
    vpcs = sorted({*(one.vpc for one in subnets), *(one.vpc for one in groups)})
    if len(vpcs) > 1:
        yield Finding.on_file("GT826", f"they are of {enumerated(vpcs)}", path=_PATH)
        return
    if not any(group.lets_https_out for group in groups):
        named = enumerated(list(wanted.security_groups))
        yield Finding.on_file("GT829", f"{named} let nothing out on port 443", path=_PATH)
    yield from _ways_out(situation, vpcs[0], subnets, own_image)


def _ways_out(
    situation: Situation, vpc: str, subnets: list[asked.Subnet], own_image: bool
) -> Iterator[Finding]:
    tables = asked.route_tables(situation.services, vpc)
    endpoints = asked.endpoints(situation.services, vpc)
    services = {_short(one.service) for one in endpoints if not one.route_tables}
    for subnet in subnets:
        table = _table_of(subnet, tables)
        by_table = {
            _short(one.service) for one in endpoints if table is not None and table.id in one.route_tables
        }
        default = table.default if table else ""
        if default and not default.startswith("igw-"):
            continue
        if "s3" not in by_table | services:
            yield Finding.on_file(
                "GT827", f"{subnet.id}: {_seen(default)}, and no endpoint for S3", path=_PATH
            )
        if own_image and not {"ecr.api", "ecr.dkr"} <= services:
            message = f"{subnet.id}: {_seen(default)}, and not both endpoints for ECR"
            yield Finding.on_file("GT828", message, path=_PATH)


def _table_of(subnet: asked.Subnet, tables: list[asked.RouteTable]) -> asked.RouteTable | None:
    """The subnet's own route table, else the main one of the VPC."""
    own = next((table for table in tables if subnet.id in table.subnets), None)
    return own or next((table for table in tables if table.is_main), None)


def _short(service: str) -> str:
    """Such as "s3" and "ecr.api" of "com.amazonaws.eu-west-1.ecr.api"."""
    return ".".join(service.split(".")[3:])


def _seen(default: str) -> str:
    if not default:
        return "no route to everywhere"
    return f"a route to {default} alone, which serves public addresses (that jobs have one is not confirmed)"
