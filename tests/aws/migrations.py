"""Accounts to migrate: a public ALB behind an API, and what makes each of them another case.

All of them have an ECS service `orders` of two Fargate tasks in two zones, without anything at the load balancer that a
network load balancer could not do, unless the scenario says otherwise."""
from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, cluster, host_is, path_is, respond, service,
                      target_group, web_acl)

ROLLING = {"maximumPercent": 200, "minimumHealthyPercent": 100,
           "deploymentCircuitBreaker": {"enable": True, "rollback": True}, "strategy": "ROLLING"}

# By digest: a rollout starts the same code again.
IMAGE = "example/orders@sha256:" + "0123456789abcdef" * 4


class Shop:
    """A VPC, a public ALB on port 80, and the service behind it. `made` holds the ids."""

    def __init__(self, aws, tags=None):
        self.aws, network = aws, Network(aws, "orders")
        self.network, self.tags = network, tags or {}
        self.group = network.group("orders-alb", (80, ANYWHERE))
        task_group = network.group("orders-tasks", (8080, self.group))
        self.balancer = Balancer(aws, "orders-alb", network.public, [self.group], **self._listed())
        self.targets = target_group(aws, "orders", network.vpc, 8080, HealthCheckPath="/health", **self._listed())
        self.listener = self.balancer.listen(80, self.targets)
        arn = cluster(aws, "shop")
        lower = [{"key": key, "value": value} for key, value in self.tags.items()]
        orders = service(aws, arn, "orders", network.private, [task_group], [self.targets],
                         image=IMAGE, deploymentConfiguration=ROLLING, **({"tags": lower} if lower else {}))
        self._tag_groups(self.group, task_group)
        self.made = network.ids() | {
            "load_balancer": self.balancer.arn, "dns": self.balancer.dns, "load_balancer_groups": [self.group],
            "listener": self.listener, "target_group": self.targets, "task_group": task_group, "cluster": arn,
            "service": orders}

    def _listed(self):
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()]} if self.tags else {}

    def _tag_groups(self, *ids):
        if self.tags:
            self.aws.ec2.create_tags(Resources=list(ids), Tags=self._listed()["Tags"])

    def rest_api(self, stage="prod"):
        api = RestApi(self.aws, "orders-api", **({"tags": self.tags} if self.tags else {}))
        api.method("ANY", "/{proxy+}", f"http://{self.balancer.dns}/{{proxy}}")
        self.made |= {"rest_api": api.id, "stage": stage, "deployment": api.deploy(stage), "route": "ANY /{proxy+}",
                      "resource": api.resources["/{proxy+}"]}
        return api

    def http_api(self, stage="prod", auto=False):
        api = HttpApi(self.aws, "orders-http-api")
        integration = api.integrate(f"http://{self.balancer.dns}/{{proxy}}")
        route = api.route("ANY /{proxy+}", integration)
        deployment = api.stage(stage, auto=auto)
        shown = self.aws.apigatewayv2.get_stage(ApiId=api.id, StageName=stage)
        self.made |= {"http_api": api.id, "http_stage": stage, "http_deployment": deployment or shown["DeploymentId"],
                      "integration": integration, "http_route": route}
        return api


def migrate_rest(aws):
    """A REST API whose stage `prod` leads over the internet to the ALB."""
    shop = Shop(aws)
    shop.rest_api()
    return shop.made


def migrate_http(aws):
    """The same with an HTTP API, whose stage `prod` is deployed by hand."""
    shop = Shop(aws)
    shop.http_api()
    return shop.made | {"stage": "prod"}


def migrate_http_auto(aws):
    """The same with an HTTP API, whose stage `$default` deploys each change at once."""
    shop = Shop(aws)
    shop.http_api("$default", auto=True)
    return shop.made | {"stage": "$default"}


def migrate_rules(aws):
    """The ALB chooses by host and path, so it cannot be left out."""
    shop = Shop(aws)
    rules = {"admin": shop.balancer.rule(shop.listener, 10, [path_is("/admin/*")], respond(403)),
             "host": shop.balancer.rule(shop.listener, 20, [host_is("shop.example.com")], shop.targets)}
    shop.rest_api()
    return shop.made | {"rules": rules}


def migrate_waf(aws):
    """A web ACL stands before the ALB."""
    shop = Shop(aws)
    acl = web_acl(aws, "orders", shop.balancer.arn)
    shop.rest_api()
    return shop.made | {"web_acl": acl}


def migrate_two_apis(aws):
    """A REST API and an HTTP API share the ALB."""
    shop = Shop(aws)
    shop.http_api()
    shop.rest_api()
    return shop.made


def migrate_draft(aws):
    """The working copy of the REST API holds a method that is not deployed."""
    shop = Shop(aws)
    api = shop.rest_api()
    api.method("GET", "/draft", f"http://{shop.balancer.dns}/draft")
    return shop.made | {"draft": "GET /draft"}


def migrate_stack(aws):
    """CloudFormation manages it all."""
    stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/00000000-0000-4000-8000-000000000000"
    shop = Shop(aws, tags={"aws:cloudformation:stack-name": "orders", "aws:cloudformation:stack-id": stack})
    shop.rest_api()
    return shop.made | {"stack": "orders"}


MIGRATIONS = {"migrate-rest": migrate_rest, "migrate-http": migrate_http, "migrate-http-auto": migrate_http_auto,
              "migrate-rules": migrate_rules, "migrate-waf": migrate_waf, "migrate-two-apis": migrate_two_apis,
              "migrate-draft": migrate_draft, "migrate-stack": migrate_stack}
