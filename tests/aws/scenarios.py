#!/usr/bin/env python3
"""Accounts to audit, made through the AWS API.

    python scenarios.py http://127.0.0.1:PORT article-before      prints the ids it made, as JSON

Refuses an endpoint that is not on loopback. The emulator runs them in its own process, which is faster:
POST /_emulator/seed {"scenario": NAME}.
"""
import json
import sys

from builders import ANYWHERE, Aws, Balancer, Network, RestApi, cluster, link_v1, service, target_group
from everything import everything
from hygiene import HYGIENE
from migrations import MIGRATIONS
from ways import WAYS


def article_before(aws):
    """API Gateway reaches an ECS service through a load balancer that the whole internet reaches too."""
    network = Network(aws, "orders")
    balancer_group = network.group("orders-alb", (80, ANYWHERE))
    task_group = network.group("orders-tasks", (8080, balancer_group))
    balancer = Balancer(aws, "orders-alb", network.public, [balancer_group])
    group = target_group(aws, "orders", network.vpc, 8080, HealthCheckPath="/health")
    listener = balancer.listen(80, group)
    arn = cluster(aws, "shop")
    orders = service(aws, arn, "orders", network.private, [task_group], [group])
    api = RestApi(aws, "orders-api")
    api.method("ANY", "/{proxy+}", f"http://{balancer.dns}/{{proxy}}")
    api.method("GET", "/orders", f"http://{balancer.dns}/orders")
    deployment = api.deploy("prod")
    return network.ids() | {
        "rest_api": api.id, "deployment": deployment, "stage": "prod", "resources": api.resources,
        "load_balancer": balancer.arn, "dns": balancer.dns, "listener": listener, "target_group": group,
        "load_balancer_group": balancer_group, "task_group": task_group, "cluster": arn, "service": orders}


def article_after(aws):
    """The same service behind a VPC link and an internal network load balancer: nothing is public."""
    network = Network(aws, "orders")
    balancer_group = network.group("orders-nlb")
    addresses = [f"10.0.{number}.0/24" for number in (10, 11)]
    task_group = network.group("orders-tasks", (8080, balancer_group, *addresses))
    balancer = Balancer(aws, "orders-nlb", network.private, [balancer_group], kind="network", scheme="internal")
    # API Gateway's traffic comes over PrivateLink from addresses nobody can name, so the groups must not judge it.
    aws.elbv2.set_security_groups(LoadBalancerArn=balancer.arn, SecurityGroups=[balancer_group],
                                  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off")
    balancer.attributes(load_balancing__cross_zone__enabled="true")
    group = target_group(aws, "orders", network.vpc, 8080, protocol="TCP", HealthCheckProtocol="HTTP",
                         HealthCheckPath="/health")
    listener = balancer.listen(80, group)
    arn = cluster(aws, "shop")
    orders = service(aws, arn, "orders", network.private, [task_group], [group])
    link = link_v1(aws, "orders", balancer)
    api = RestApi(aws, "orders-api")
    api.method("ANY", "/{proxy+}", f"http://{balancer.dns}/{{proxy}}", link=link)
    api.method("GET", "/orders", f"http://{balancer.dns}/orders", link=link)
    deployment = api.deploy("prod")
    return network.ids() | {
        "rest_api": api.id, "deployment": deployment, "stage": "prod", "resources": api.resources, "vpc_link": link,
        "load_balancer": balancer.arn, "dns": balancer.dns, "listener": listener, "target_group": group,
        "load_balancer_group": balancer_group, "task_group": task_group, "cluster": arn, "service": orders}


SCENARIOS = {"article-before": article_before, "article-after": article_after, "everything": everything,
             "empty": lambda aws: {}} | WAYS | MIGRATIONS | HYGIENE


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[2] not in SCENARIOS:
        sys.exit(f"usage: {sys.argv[0]} ENDPOINT {'|'.join(SCENARIOS)}")
    print(json.dumps(SCENARIOS[sys.argv[2]](Aws(sys.argv[1])), indent=2))
