"""EC2: VPC Block Public Access, network ACLs as they are made, and the filters of network interfaces."""
import ipaddress
import itertools
from datetime import datetime, timezone

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.network_acls import NetworkAclBackend
from moto.moto_api._internal import mock_random

from hooks import patch, refuse
from state import state

BLOCK = patch("vpc-block-public-access", """
    Stock: the operations of VPC Block Public Access are not implemented. AWS: DescribeVpcBlockPublicAccessOptions and
    …Exclusions, with the mode off until ModifyVpcBlockPublicAccessOptions sets it. Also settable through
    POST /_emulator/set {"block_public_access": {"mode"}}.""")
SUBNETS = patch("subnet-block-public-access", """
    Stock: DescribeSubnets has no BlockPublicAccessStates. AWS: shows the mode in force for each subnet, which follows
    from the account's mode and the exclusions. Settable for one subnet through
    POST /_emulator/set {"subnets": {id: mode}}.""")
SIX = patch("subnet-ipv6-blocks", """
    Stock: DescribeSubnets shows the state of an IPv6 block as a piece of Python. AWS: associated.""")
ACLS = patch("network-acl-entries", """
    Stock: a new network ACL has no entries, and a default one says nothing of IPv6. AWS: every ACL ends with an entry
    that denies the rest, 32767 for IPv4 and, in a VPC with an IPv6 block, 32768 for IPv6; there a default ACL lets all
    IPv6 traffic in and out with entry 101.""")
FILTERS = patch("network-interface-filters", """
    Stock: DescribeNetworkInterfaces does not implement the filter association.public-ip. AWS: does.""")


# ---- VPC Block Public Access ---------------------------------------------------------------------------------------

def _now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def _options(call):
    mode = state.block_mode.get(call.place, "off")
    return {"VpcBlockPublicAccessOptions": {
        "AwsAccountId": call.account, "AwsRegion": call.region, "InternetGatewayBlockMode": mode,
        "State": "update-complete" if call.place in state.block_mode else "default-state",
        "LastUpdateTimestamp": _now(), "ManagedBy": "account", "ExclusionsAllowed": "allowed"}}


@BLOCK.around("ec2.DescribeVpcBlockPublicAccessOptions")
def describe_options(call):
    return _options(call)


@BLOCK.around("ec2.ModifyVpcBlockPublicAccessOptions")
def modify_options(call):
    state.block_mode[call.place] = call.params["InternetGatewayBlockMode"]
    return _options(call)


@BLOCK.around("ec2.DescribeVpcBlockPublicAccessExclusions")
def describe_exclusions(call):
    wanted = call.params.get("ExclusionIds")
    return {"VpcBlockPublicAccessExclusions": [exclusion for exclusion in state.block_exclusions[call.place]
                                               if not wanted or exclusion["ExclusionId"] in wanted]}


@BLOCK.around("ec2.CreateVpcBlockPublicAccessExclusion")
def create_exclusion(call):
    params = call.params
    given = ("subnet", params["SubnetId"]) if params.get("SubnetId") else ("vpc", params.get("VpcId"))
    if not given[1]:
        raise refuse("MissingParameter", "Either a VPC ID or a subnet ID must be given")
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{mock_random.get_random_hex(17)}", "State": "create-complete",
        "InternetGatewayExclusionMode": params["InternetGatewayExclusionMode"], "CreationTimestamp": _now(),
        "ResourceArn": f"arn:aws:ec2:{call.region}:{call.account}:{given[0]}/{given[1]}"}
    state.block_exclusions[call.place].append(exclusion)
    return {"VpcBlockPublicAccessExclusion": exclusion}


def mode_of(place, subnet, vpc):
    """The mode in force for a subnet: its own exclusion first, then its VPC's, then the account's mode."""
    mode = state.block_mode.get(place, "off")
    excluded = {exclusion["ResourceArn"].rsplit("/", 1)[1]: exclusion["InternetGatewayExclusionMode"]
                for exclusion in state.block_exclusions[place]}
    exclusion = excluded.get(subnet, excluded.get(vpc))
    if subnet in state.subnet_block_mode:
        return state.subnet_block_mode[subnet]
    if mode == "off" or exclusion == "allow-bidirectional":
        return "off"
    return "block-ingress" if exclusion == "allow-egress" else mode


@SUBNETS.around("ec2.DescribeSubnets")
def show_mode(call):
    answer = call.moto()
    for subnet in answer["Subnets"]:
        mode = mode_of(call.place, subnet["SubnetId"], subnet["VpcId"])
        subnet["BlockPublicAccessStates"] = {"InternetGatewayBlockMode": mode}
    return answer


@SIX.around("ec2.DescribeSubnets")
def say_the_state(call):
    answer = call.moto()
    for subnet in answer["Subnets"]:
        for block in subnet.get("Ipv6CidrBlockAssociationSet", []):
            # moto shows associated ones only.
            block["Ipv6CidrBlockState"] = {"State": "associated"}
    return answer


# ---- network ACLs --------------------------------------------------------------------------------------------------

@ACLS.install
def entries_of_a_new_acl():
    stock = NetworkAclBackend.create_network_acl

    def create_network_acl(self, vpc_id, tags=None, default=False):
        acl = stock(self, vpc_id, tags, default)
        six = self.get_vpc(vpc_id).get_cidr_block_association_set(ipv6=True)
        for egress in (False, True):
            if not default:
                _add_entry(self, acl, egress, 32767, "deny", cidr_block="0.0.0.0/0")
            if six:
                _deny_the_rest_of_ipv6(self, acl, egress)
        return acl

    NetworkAclBackend.create_network_acl = create_network_acl


@ACLS.around("ec2.AssociateVpcCidrBlock")
def entries_for_a_new_ipv6_block(call):
    answer, ec2 = call.moto(), call.backend()
    if answer.get("Ipv6CidrBlockAssociation"):
        for acl in ec2.network_acls.values():
            for egress in (False, True):
                if acl.vpc_id == answer["VpcId"] and 32768 not in _numbers(acl, egress):
                    _deny_the_rest_of_ipv6(ec2, acl, egress)
    return answer


def _deny_the_rest_of_ipv6(backend, acl, egress):
    if acl.default and _numbers(acl, egress) == {100, 32767}:
        _add_entry(backend, acl, egress, 101, "allow", ipv6_cidr_block="::/0")
    _add_entry(backend, acl, egress, 32768, "deny", ipv6_cidr_block="::/0")


def _numbers(acl, egress):
    return {entry.rule_number for entry in acl.network_acl_entries if entry.egress == egress}


def _add_entry(backend, acl, egress, number, action, cidr_block=None, ipv6_cidr_block=None):
    backend.create_network_acl_entry(acl.id, number, "-1", action, egress, cidr_block, None, None, None, None, ipv6_cidr_block)


# ---- network interfaces --------------------------------------------------------------------------------------------

@FILTERS.install
def filter_by_public_address():
    stock = NetworkInterface.get_filter_value

    def get_filter_value(self, filter_name, method_name=None):
        if filter_name == "association.public-ip":
            return self.public_ip or ""
        return stock(self, filter_name, method_name)

    NetworkInterface.get_filter_value = get_filter_value


def _next_address(backend, subnet, block):
    """moto draws at random, AWS's reserved and taken addresses too."""
    enis = [eni for eni in backend.enis.values() if eni.subnet.id == subnet.id]
    taken = {address for eni in enis for address in (eni.private_ip_address, *eni.ipv6_addresses)}
    addresses = ipaddress.ip_network(block).hosts()
    return next(str(ip) for ip in itertools.islice(addresses, 9, None) if str(ip) not in taken)


def new_interface(backend, subnet, description, groups, public, *, kind="interface", requester, private_ip=None,
                  ipv6=False):
    """A network interface that AWS made for a service: in use, and not the customer's to change."""
    private_ip = private_ip or _next_address(backend, subnet, subnet.cidr_block)
    blocks = [block["ipv6CidrBlock"] for block in subnet.ipv6_cidr_block_associations.values()] if ipv6 else []
    six = [_next_address(backend, subnet, block) for block in blocks[:1]]
    eni = backend.create_network_interface(subnet, private_ip, group_ids=groups, description=description,
                                           public_ip_auto_assign=public, ipv6_addresses=six)
    # moto lends an interface the VPC's default security group when it gets none; a load balancer can have none.
    if not groups:
        eni._group_set = []
    eni.interface_type, eni.requester_id, eni.requester_managed, eni.status = kind, requester, True, "in-use"
    return eni
