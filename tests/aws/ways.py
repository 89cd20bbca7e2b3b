"""Accounts that differ in who can get in, and by which way: an API, a service of ECS, and what leads to it."""
from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, cluster, header_is, link_v1, link_v2, respond, service,
                      target_group, web_acl)

HALVES = ("0.0.0.0/1", "128.0.0.0/1")
PUBLIC, PRIVATE = ("10.0.0.0/24", "10.0.1.0/24"), ("10.0.10.0/24", "10.0.11.0/24")


class Shop:
    """What these accounts share: a VPC, a cluster, and a service `orders` on port 8080. `made` holds the ids."""

    def __init__(self, aws, ipv6=False):
        self.aws, self.network = aws, Network(aws, "orders", ipv6=ipv6)
        self.task_group, self.cluster = self.network.group("orders-tasks"), cluster(aws, "shop")
        self.made = self.network.ids() | {"task_group": self.task_group, "cluster": self.cluster}

    def targets(self, name, protocol="HTTP", **more):
        return target_group(self.aws, name, self.network.vpc, 8080, protocol=protocol, **more)

    def alb(self, name, *sources, subnets=None, **more):
        """An ALB that lets these sources in on port 80, and that the tasks let in."""
        group = self.network.group(name, (80, *sources))
        self.network.admit(self.task_group, 8080, group)
        return Balancer(self.aws, name, subnets or self.network.public, [group], **more)

    def private_nlb(self):
        """An internal NLB, a VPC link to it, and the target group behind it."""
        group = self.network.group("orders-nlb")
        balancer = Balancer(self.aws, "orders-nlb", self.network.private, [group], kind="network", scheme="internal")
        self.aws.elbv2.set_security_groups(LoadBalancerArn=balancer.arn, SecurityGroups=[group],
                                           EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off")
        self.network.admit(self.task_group, 8080, *PRIVATE)
        targets = self.targets("orders", protocol="TCP")
        link = link_v1(self.aws, "orders", balancer)
        self.keep(balancer, balancer.listen(80, targets), targets, vpc_link=link)
        return balancer, targets, link

    def run(self, *target_groups, public=False):
        subnets = self.network.public if public else self.network.private
        self.made["service"] = service(self.aws, self.cluster, "orders", subnets, [self.task_group], target_groups,
                                       public=public)

    def rest_api(self, balancer, **how):
        """A REST API that leads to the load balancer over plain HTTP."""
        api = RestApi(self.aws, "orders-api")
        api.method("ANY", "/{proxy+}", f"http://{balancer.dns}/{{proxy}}", **how)
        self.made |= {"deployment": api.deploy("prod"), "rest_api": api.id, "stage": "prod", "route": "ANY /{proxy+}"}
        return api

    def keep(self, balancer, listener, targets, **more):
        self.made |= {"load_balancer": balancer.arn, "listener": listener, "target_group": targets,
                      "load_balancer_groups": balancer.groups} | more


def _public_alb(aws, *sources, ipv6=False, private=False, **more):
    """An API before an ALB that is meant for the internet and lets these sources in."""
    shop = Shop(aws, ipv6)
    balancer = shop.alb("orders-alb", *sources, subnets=shop.network.private if private else None, **more)
    targets = shop.targets("orders")
    shop.keep(balancer, balancer.listen(80, targets), targets)
    shop.run(targets)
    shop.rest_api(balancer)
    return shop


# ---- who is let in -------------------------------------------------------------------------------------------------

def ipv6_hole(aws):
    """Closed over IPv4, and open to everybody over IPv6."""
    return _public_alb(aws, "10.0.0.0/8", "::/0", ipv6=True, IpAddressType="dualstack").made


def halves(aws):
    """Open to both halves of the internet."""
    return _public_alb(aws, *HALVES).made


def list_of_the_world(aws):
    """Open to a prefix list that holds every address."""
    prefixes = aws.ec2.create_managed_prefix_list(
        PrefixListName="partners", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": half, "Description": "partners"} for half in HALVES])["PrefixList"]["PrefixListId"]
    return _public_alb(aws, prefixes).made | {"prefix_list": prefixes}


def blocked_by_acl(aws):
    """Open by its security group, and closed to every address by the network ACL of its subnets."""
    shop = _public_alb(aws, ANYWHERE)
    refused = [(number, "deny", 80, half) for number, half in zip((90, 91), HALVES)]
    acl = shop.network.acl(shop.network.public, *refused, (100, "allow", None, ANYWHERE))
    return shop.made | {"acl": acl}


def blocked_by_bpa(aws):
    """Open by its security group, in an account that lets nothing in through internet gateways."""
    shop = _public_alb(aws, ANYWHERE)
    aws.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    return shop.made


def blocked_by_route(aws):
    """Open by its security group, in subnets without a route to the internet gateway."""
    return _public_alb(aws, ANYWHERE, private=True).made


# ---- ways around ---------------------------------------------------------------------------------------------------

def second_balancer(aws):
    """An API that asks for IAM credentials, and a public ALB to the same tasks that asks for nothing."""
    shop = Shop(aws)
    private, targets, link = shop.private_nlb()
    public, open_targets = shop.alb("orders-public", ANYWHERE), shop.targets("orders-public")
    listener = public.listen(80, open_targets)
    shop.run(targets, open_targets)
    shop.rest_api(private, link=link, auth="AWS_IAM")
    return shop.made | {"second": public.ids() | {"listener": listener, "target_group": open_targets}}


def skipped_waf(aws):
    """An API before an internal ALB with a web ACL, and a public NLB to the same tasks."""
    shop = Shop(aws)
    network = shop.network
    link_group = network.group("links")
    balancer = shop.alb("orders-alb", link_group, subnets=network.private, scheme="internal")
    targets = shop.targets("orders")
    listener = balancer.listen(80, targets)
    shop.keep(balancer, listener, targets, web_acl=web_acl(aws, "orders", balancer.arn))
    edge = Balancer(aws, "orders-edge", network.public, kind="network")
    # The probe shows that what the listener passes on carries no TLS.
    edge_targets = shop.targets("orders-edge", protocol="TCP", HealthCheckProtocol="HTTP")
    edge_listener = edge.listen(80, edge_targets)
    network.admit(shop.task_group, 8080, *PUBLIC)
    shop.run(targets, edge_targets)
    api = HttpApi(aws, "orders-api")
    link = link_v2(aws, "orders", network.private, [link_group])
    api.route("ANY /{proxy+}", api.integrate(listener, link=link))
    api.stage()
    return shop.made | {"http_api": api.id, "stage": "$default", "vpc_link": link, "edge": edge.ids() | {
        "listener": edge_listener, "target_group": edge_targets}}


def open_tasks(aws):
    """Tasks behind a private load balancer that have public addresses, and let everybody in."""
    shop = Shop(aws)
    private, targets, link = shop.private_nlb()
    shop.network.admit(shop.task_group, 8080, ANYWHERE)
    shop.run(targets, public=True)
    shop.rest_api(private, link=link, auth="AWS_IAM")
    return shop.made


def guarded(aws):
    """A public ALB that serves only requests with a header that the API sets, over plain HTTP."""
    shop = Shop(aws)
    balancer, targets = shop.alb("orders-alb", ANYWHERE), shop.targets("orders")
    listener = balancer.listen(80, respond(403))
    rule = balancer.rule(listener, 10, [header_is("X-Origin-Verify", "not-a-secret")], targets)
    shop.keep(balancer, listener, targets, rule=rule)
    shop.run(targets)
    shop.rest_api(balancer, headers={"integration.request.header.X-Origin-Verify": "'not-a-secret'"})
    return shop.made


def custom_domain(aws):
    """A domain name that asks for client certificates, before an API whose own name asks for nothing."""
    shop = Shop(aws)
    private, targets, link = shop.private_nlb()
    shop.run(targets)
    api = shop.rest_api(private, link=link)
    certificate = aws.acm.request_certificate(DomainName="orders.example.com")["CertificateArn"]
    aws.apigateway.create_domain_name(
        domainName="orders.example.com", regionalCertificateArn=certificate, securityPolicy="TLS_1_2",
        endpointConfiguration={"types": ["REGIONAL"]}, mutualTlsAuthentication={"truststoreUri": "s3://trust/ca.pem"})
    aws.apigateway.create_base_path_mapping(domainName="orders.example.com", restApiId=api.id, stage="prod")
    return shop.made | {"domain": "orders.example.com", "certificate": certificate}


WAYS = {"ipv6-hole": ipv6_hole, "halves": halves, "list-of-the-world": list_of_the_world, "blocked-by-acl": blocked_by_acl,
        "blocked-by-bpa": blocked_by_bpa, "blocked-by-route": blocked_by_route, "second-balancer": second_balancer,
        "skipped-waf": skipped_waf, "open-tasks": open_tasks, "guarded": guarded, "custom-domain": custom_domain}
