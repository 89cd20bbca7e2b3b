"""Where a load balancer stands in the network: its ARN, its names, its addresses and its network interfaces."""
import zlib

from moto.moto_api._internal import mock_random

from clock import clock
from hooks import patch
from patches.ec2 import new_interface
from state import state

ARNS = patch("load-balancer-arns", """
    Stock: the ARN of every load balancer says app/. AWS: app/ for application, net/ for network and gwy/ for gateway
    load balancers; listener and rule ARNs follow.""")
NAMES = patch("dns-names", """
    Stock: name-1.region.elb.amazonaws.com, whatever the type and scheme. AWS: ALB
    [internal-]name-number.region.elb.amazonaws.com, NLB name-id.elb.region.amazonaws.com, and each kind has its own
    canonical hosted zone.""")
ADDRESS_TYPES = patch("load-balancer-ip-address-types", """
    Stock: refuses IpAddressType dualstack-without-public-ipv4. AWS: takes it for an internet-facing ALB.""")
ENIS = patch("load-balancer-enis", """
    Stock: no network interfaces. AWS: one a subnet, described "ELB app/name/id" or "ELB net/name/id", with the load
    balancer's security groups, of type interface (ALB, requester amazon-elb) or network_load_balancer, with a public
    IPv4 address when internet-facing and an IPv6 address when dual-stack. DescribeLoadBalancers shows the addresses
    given at creation of an NLB.""")
ENFORCEMENT = patch("privatelink-enforcement", """
    Stock: SetSecurityGroups ignores EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic. AWS: keeps it, and
    DescribeLoadBalancers shows it for an NLB with security groups, "on" unless set.""")

SHORT = {"application": "app", "network": "net", "gateway": "gwy"}
# Canonical hosted zones (ALB, NLB), from the endpoints page of Elastic Load Balancing.
ZONES = {"us-east-1": ("Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"), "us-east-2": ("Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
         "us-west-2": ("Z1H1FL5HABSF5", "Z18D5FSROUN65G"), "eu-west-1": ("Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
         "eu-central-1": ("Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90")}


def full_name(arn):
    """app/name/id"""
    return arn.split(":loadbalancer/")[1]


def _renamed(backend, balancer):
    """Gives a load balancer just made the ARN of its type."""
    old, new = balancer.arn, balancer.arn.replace(":loadbalancer/app/", f":loadbalancer/{SHORT[balancer.type]}/")
    if new != old:
        balancer.arn = new
        backend.load_balancers[new] = backend.load_balancers.pop(old)
        tags = backend.tagging_service.list_tags_for_resource(old)["Tags"]
        backend.tagging_service.delete_all_tags_for_resource(old)
        backend.tagging_service.tag_resource(new, tags)
    return balancer


@ARNS.around("elbv2.CreateLoadBalancer")
def arn_of_its_type(call):
    answer = call.moto()
    backend, shown = call.backend(), answer["LoadBalancers"][0]
    shown["LoadBalancerArn"] = _renamed(backend, backend.load_balancers[shown["LoadBalancerArn"]]).arn
    return answer


@ADDRESS_TYPES.around("elbv2.CreateLoadBalancer")
def take_every_address_type(call):
    wanted = call.params.get("IpAddressType")
    if wanted != "dualstack-without-public-ipv4":
        return call.moto()
    call.handler.params["IpAddressType"] = "dualstack"
    answer = call.moto()
    shown = answer["LoadBalancers"][0]
    call.backend().load_balancers[shown["LoadBalancerArn"]].ip_address_type = shown["IpAddressType"] = wanted
    return answer


@NAMES.around("elbv2.CreateLoadBalancer")
def name_of_its_type(call):
    answer = call.moto()
    shown = answer["LoadBalancers"][0]
    balancer = call.backend().load_balancers[shown["LoadBalancerArn"]]
    id = balancer.arn.rsplit("/", 1)[1]
    if balancer.type == "application":
        prefix = "internal-" if balancer.scheme == "internal" else ""
        balancer.dns_name = f"{prefix}{balancer.name}-{zlib.crc32(id.encode())}.{call.region}.elb.amazonaws.com"
    else:
        balancer.dns_name = f"{balancer.name}-{id}.elb.{call.region}.amazonaws.com"
    if call.region in ZONES:
        balancer.canonical_hosted_zone_id = ZONES[call.region][balancer.type != "application"]
    return answer | {"LoadBalancers": [shown | {"DNSName": balancer.dns_name,
                                                "CanonicalHostedZoneId": balancer.canonical_hosted_zone_id}]}


# ---- network interfaces --------------------------------------------------------------------------------------------

def make_interfaces(call, balancer, mappings=()):
    ec2 = call.backend("ec2")
    given = {mapping["SubnetId"]: mapping for mapping in mappings}
    balancer.addresses = getattr(balancer, "addresses", {})
    for subnet in balancer.subnets:
        mapping = given.get(subnet.id, {})
        public = (balancer.scheme == "internet-facing" and balancer.ip_address_type != "dualstack-without-public-ipv4")
        eni = new_interface(
            ec2, subnet, f"ELB {full_name(balancer.arn)}", balancer.security_groups or [], public,
            kind="network_load_balancer" if balancer.type == "network" else "interface", requester="amazon-elb",
            private_ip=mapping.get("PrivateIPv4Address"), ipv6=balancer.ip_address_type != "ipv4")
        address = {}
        if mapping.get("AllocationId"):
            elastic = ec2.address_by_allocation([mapping["AllocationId"]])[0]
            eni.public_ip = elastic.public_ip
            elastic.eni, elastic.association_id = eni, f"eipassoc-{mock_random.get_random_hex(17)}"
            address = {"IpAddress": elastic.public_ip, "AllocationId": mapping["AllocationId"]}
        if mapping.get("PrivateIPv4Address"):
            address["PrivateIPv4Address"] = mapping["PrivateIPv4Address"]
        balancer.addresses[subnet.id] = [address] if address else []
        state.load_balancer_enis[balancer.arn].append(eni.id)


def drop_interfaces(call, arn):
    """They stay a while after what they were for, and keep its security groups in use."""
    enis = call.backend("ec2").enis
    for id in state.load_balancer_enis.pop(arn, []):
        clock.after("interfaces", lambda id=id: enis.pop(id, None))


@ENIS.around("elbv2.CreateLoadBalancer")
def interfaces_of_a_new_one(call):
    answer = call.moto()
    balancer = call.backend().load_balancers[answer["LoadBalancers"][0]["LoadBalancerArn"]]
    make_interfaces(call, balancer, call.params.get("SubnetMappings", []))
    return answer


@ENIS.around("elbv2.SetSubnets")
def interfaces_of_new_subnets(call):
    answer = call.moto()
    arn = call.params["LoadBalancerArn"]
    drop_interfaces(call, arn)
    make_interfaces(call, call.backend().load_balancers[arn], call.params.get("SubnetMappings", []))
    return answer


@ENIS.around("elbv2.SetSecurityGroups")
def groups_of_the_interfaces(call):
    answer = call.moto()
    ec2 = call.backend("ec2")
    groups = [ec2.get_security_group_from_id(id) for id in call.params["SecurityGroups"]]
    for id in state.load_balancer_enis[call.params["LoadBalancerArn"]]:
        ec2.enis[id]._group_set = groups
    return answer


@ENIS.around("elbv2.DeleteLoadBalancer")
def no_interfaces_left(call):
    answer = call.moto()
    drop_interfaces(call, call.params["LoadBalancerArn"])
    return answer


@ENIS.around("elbv2.DescribeLoadBalancers")
def show_given_addresses(call):
    answer = call.moto()
    for shown in answer["LoadBalancers"]:
        if shown["Type"] == "network":
            addresses = getattr(call.backend().load_balancers[shown["LoadBalancerArn"]], "addresses", {})
            for zone in shown["AvailabilityZones"]:
                zone["LoadBalancerAddresses"] = addresses.get(zone["SubnetId"], [])
    return answer


# ---- security groups of network load balancers ---------------------------------------------------------------------

FLAG = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


@ENFORCEMENT.around("elbv2.SetSecurityGroups")
def keep_enforcement(call):
    answer = call.moto()
    balancer = call.backend().load_balancers[call.params["LoadBalancerArn"]]
    if call.params.get(FLAG):
        balancer.enforcement = call.params[FLAG]
    if balancer.type == "network":
        answer[FLAG] = getattr(balancer, "enforcement", "on")
    return answer


@ENFORCEMENT.around("elbv2.DescribeLoadBalancers", "elbv2.CreateLoadBalancer")
def show_enforcement(call):
    answer = call.moto()
    for shown in answer["LoadBalancers"]:
        balancer = call.backend().load_balancers[shown["LoadBalancerArn"]]
        if balancer.type == "network" and balancer.security_groups:
            shown[FLAG] = getattr(balancer, "enforcement", "on")
    return answer
