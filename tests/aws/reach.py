"""Who reaches whom, by security groups: what the data plane and the health checks go by.

Routes, network ACLs and Block Public Access are not looked at."""
import functools
import ipaddress

from moto.backends import get_backend

from state import state

EVERY_ADDRESS = ipaddress.ip_network("0.0.0.0/0")


def backend(service, place):
    account, region = place
    return get_backend(service)[account][region]


class Peer:
    """One end of a connection: a name for reasons, its security groups, and each address it may have."""

    def __init__(self, name, groups=(), addresses=()):
        self.name, self.groups, self.addresses = name, list(groups), list(addresses)


class World(Peer):
    """API Gateway's own addresses, which nobody knows: only rules for every address let them in."""

    def __init__(self):
        super().__init__("the internet")


def of_interfaces(place, name, ids, groups):
    enis = backend("ec2", place).enis
    return Peer(name, groups, [enis[id].private_ip_address for id in ids if id in enis])


def balancer_peer(place, balancer):
    return of_interfaces(place, balancer.arn.split(":loadbalancer/")[1], state.load_balancer_enis[balancer.arn],
                         balancer.security_groups or [])


def link_peer(place, link):
    return of_interfaces(place, f"VPC link {link.id}", state.vpc_link_enis[link.id], link.sg_ids or [])


def interface_at(place, vpc, address):
    return next((eni for eni in list(backend("ec2", place).enis.values())
                 if eni.private_ip_address == address and eni.subnet.vpc_id == vpc), None)


@functools.cache
def _network(block):
    return ipaddress.ip_network(block, strict=False)


@functools.cache
def _address(text):
    return ipaddress.ip_address(text)


def _blocks(place, rules):
    """The IPv4 blocks these rules speak of."""
    lists = backend("ec2", place).managed_prefix_lists
    for rule in rules:
        if rule.ip_range.get("CidrIp"):
            yield _network(rule.ip_range["CidrIp"])
        elif rule.prefix_list_id in lists:
            for entries in list(lists[rule.prefix_list_id].entries.values())[-1:]:
                yield from (_network(entry["Cidr"]) for entry in entries if ":" not in entry["Cidr"])


def _covers(place, rules, port, peer):
    fitting = [rule for rule in rules if rule.ip_protocol == "-1" or (
        rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port)]
    if any(rule.source_group.get("GroupId") in peer.groups for rule in fitting):
        return True
    blocks = list(_blocks(place, fitting))
    if isinstance(peer, World):
        return EVERY_ADDRESS in ipaddress.collapse_addresses(blocks)
    # Which of its addresses comes is left to chance, so all of them must be let in.
    return bool(peer.addresses) and all(any(_address(address) in block for block in blocks)
                                        for address in peer.addresses)


def _groups(place, ids):
    found = (backend("ec2", place).get_security_group_from_id(id) for id in ids)
    return [group for group in found if group]


def lets_in(place, groups, port, peer):
    """Whether these security groups let the peer in on a port. Without a group nothing is kept out."""
    rules = [rule for group in _groups(place, groups) for rule in group.ingress_rules]
    return not groups or _covers(place, rules, port, peer)


def lets_out(place, groups, port, peer):
    rules = [rule for group in _groups(place, groups) for rule in group.egress_rules]
    return not groups or _covers(place, rules, port, peer)


def connects(place, source, groups, target, port):
    """Why the source does not reach the target, which these groups guard; None when it does."""
    if not lets_out(place, source.groups, port, target):
        return f"the security groups of {source.name} let nothing out to {target.name} on port {port}"
    if not lets_in(place, groups, port, source):
        return f"the security groups of {target.name} do not let in {source.name} on port {port}"
    return None
