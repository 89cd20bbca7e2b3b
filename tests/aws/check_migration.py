#!/usr/bin/env python3
"""The moves a migration makes, made by hand with boto3 while a client never stops: nothing may be lost.

    target/aws-emulator/bin/python tests/aws/check_migration.py [MOVE]…

Prints a line a move and exits 1 when one does not hold."""
import sys
import time
import traceback

from builders import Aws, target_group
from checking import Running, refused, until

TAGS = {"apiaudit:plan": "0123456789abcdef", "apiaudit:step": "1"}
LISTED = [{"Key": key, "Value": value} for key, value in TAGS.items()]
moves = {}


def move(function):
    moves[function.__name__.replace("_", "-")] = function
    return function


class Account:
    """A scenario, a client that asks its APIs all the time, and the steps the moves share."""

    def __init__(self, running, scenario):
        running.control("/_emulator/reset", {"seed": 1})
        self.running, self.made = running, running.control("/_emulator/seed", {"scenario": scenario})
        self.aws = Aws(running.endpoint)
        asked = [(self.made.get("rest_api"), "prod"), (self.made.get("http_api"), self.made.get("http_stage"))]
        self.asked = [{"api": api, "stage": stage, "path": "/a/b"} for api, stage in asked if api]
        running.control("/_emulator/traffic", {"start": self.asked, "every_ms": 10})

    def ends(self):
        """What the client saw; it must have lost nothing, and always the same service with the same path."""
        told = self.running.control("/_emulator/traffic", {"stop": True})
        assert told["lost"] == 0 and told["ok"] > 50, told
        assert set(told["answers"]) == {"orders /a/b"}, told["answers"]
        return told

    def group(self, name):
        tags = [{"ResourceType": "security-group", "Tags": LISTED}]
        return self.aws.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.made["vpc"],
                                                  TagSpecifications=tags)["GroupId"]

    def admit(self, group, port, *sources):
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port,
                      "UserIdGroupPairs": [{"GroupId": one} for one in sources if one.startswith("sg-")],
                      "IpRanges": [{"CidrIp": one, "Description": "NLB"} for one in sources if "/" in one]}
        tags = [{"ResourceType": "security-group-rule", "Tags": LISTED}]
        made = self.aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission],
                                                             TagSpecifications=tags)["SecurityGroupRules"]
        return [rule["SecurityGroupRuleId"] for rule in made]

    def nlb(self, group):
        """An internal NLB for VPC links V1. Its ARN and its addresses."""
        elb = self.aws.elbv2
        made = elb.create_load_balancer(Name="apiaudit-nlb", Type="network", Scheme="internal", SecurityGroups=[group],
                                        Subnets=self.made["private_subnets"], Tags=LISTED)["LoadBalancers"][0]
        arn = made["LoadBalancerArn"]

        def shown():
            return elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
        until(lambda: shown()["State"]["Code"] == "active")
        elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group],
                                EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off")
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[
            {"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
        enis = self.aws.ec2.describe_network_interfaces(Filters=[
            {"Name": "description", "Values": [f"ELB {arn.split(':loadbalancer/')[1]}"]}])["NetworkInterfaces"]
        return arn, [f"{eni['PrivateIpAddress']}/32" for eni in enis]

    def listen(self, balancer, group):
        return self.aws.elbv2.create_listener(LoadBalancerArn=balancer, Protocol="TCP", Port=80, DefaultActions=[
            {"Type": "forward", "TargetGroupArn": group}])["Listeners"][0]["ListenerArn"]

    def healthy(self, group, count):
        def states():
            shown = self.aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            return [one["TargetHealth"]["State"] for one in shown if one["TargetHealth"]["State"] != "draining"]
        until(lambda: states() == ["healthy"] * count)

    def roll_out(self, *groups):
        """Registers the service there, and waits until it is."""
        ecs, place = self.aws.ecs, {"cluster": self.made["cluster"], "service": self.made["service"]}
        wanted = [{"targetGroupArn": group, "containerName": "app", "containerPort": 8080} for group in groups]
        id = ecs.update_service(**place, loadBalancers=wanted)["service"]["deployments"][0]["id"]

        def done():
            shown = ecs.describe_services(cluster=place["cluster"], services=[place["service"]])["services"][0]
            assert shown["deployments"][0]["id"] == id, "the rollout was taken back"
            return [one["rolloutState"] for one in shown["deployments"]] == ["COMPLETED"]
        until(done)

    def link_v1(self, balancer):
        rest = self.aws.apigateway
        link = rest.create_vpc_link(name="apiaudit-link", targetArns=[balancer], tags=TAGS)["id"]
        until(lambda: rest.get_vpc_link(vpcLinkId=link)["status"] == "AVAILABLE")
        return link

    def link_v2(self, group):
        http = self.aws.apigatewayv2
        link = http.create_vpc_link(Name="apiaudit-link", SubnetIds=self.made["private_subnets"], SecurityGroupIds=[group],
                                    Tags=TAGS)["VpcLinkId"]
        until(lambda: http.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE")
        return link

    # ---- REST ------------------------------------------------------------------------------------------------------

    def integrate(self, **values):
        self.aws.apigateway.update_integration(
            restApiId=self.made["rest_api"], resourceId=self.made["resource"], httpMethod="ANY",
            patchOperations=[{"op": "replace", "path": f"/{name}", "value": value} for name, value in values.items()])

    def test(self):
        answer = self.aws.apigateway.test_invoke_method(
            restApiId=self.made["rest_api"], resourceId=self.made["resource"], httpMethod="GET", pathWithQueryString="/a/b")
        assert answer["status"] == 200 and '"/a/b"' in answer["body"], answer

    def deploy(self):
        """Deploys the working copy, first as a canary of half of the requests."""
        rest, place = self.aws.apigateway, {"restApiId": self.made["rest_api"], "stageName": "prod"}
        new = rest.create_deployment(**place, description="apiaudit", canarySettings={"percentTraffic": 50.0})["id"]
        time.sleep(0.3)
        patches = [{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"},
                   {"op": "copy", "path": "/deploymentId", "from": "/canarySettings/deploymentId"}]
        rest.update_stage(**place, patchOperations=patches)
        rest.update_stage(**place, patchOperations=[{"op": "remove", "path": "/canarySettings"}])
        stage = rest.get_stage(**place)
        assert stage["deploymentId"] == new and "canarySettings" not in stage, stage

    def serve(self, deployment):
        self.aws.apigateway.update_stage(restApiId=self.made["rest_api"], stageName="prod", patchOperations=[
            {"op": "replace", "path": "/deploymentId", "value": deployment}])

    def close(self):
        """Nobody comes in from the internet any more."""
        group, ec2 = self.made["load_balancer_groups"][0], self.aws.ec2
        rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
        world = [rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"]
                 if rule.get("CidrIpv4") == "0.0.0.0/0" and not rule["IsEgress"]]
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=world)
        time.sleep(0.3)


def way(told, kind):
    return any(kind in one for one in told["ways"])


@move
def rest_nlb(account):
    """A REST API to an internal NLB before the tasks, locked down, and all the way back."""
    made, aws = account.made, account.aws
    group = account.group("apiaudit-nlb")
    nlb, addresses = account.nlb(group)
    targets = target_group(aws, "apiaudit-t80", made["vpc"], 8080, protocol="TCP", HealthCheckProtocol="HTTP",
                           HealthCheckPath="/health", HealthCheckIntervalSeconds=10, Tags=LISTED)
    listener = account.listen(nlb, targets)
    rules = account.admit(made["task_group"], 8080, group, *addresses)
    account.roll_out(made["target_group"], targets)
    account.healthy(targets, 2)
    link = account.link_v1(nlb)
    account.integrate(connectionType="VPC_LINK", connectionId=link)
    account.test()
    account.deploy()
    account.close()
    account.roll_out(targets)
    status, body = account.running.get(made["rest_api"], "prod", "/a/b")
    assert (status, body["service"]) == (200, "orders")
    assert refused(lambda: aws.apigateway.delete_vpc_link(vpcLinkId=link), "BadRequestException")
    # And back: the public way is opened, then traffic moves, then the private one goes.
    account.admit(made["load_balancer_groups"][0], 80, "0.0.0.0/0")
    account.roll_out(made["target_group"], targets)
    account.healthy(made["target_group"], 2)
    account.serve(made["deployment"])
    account.integrate(connectionType="INTERNET")
    account.roll_out(made["target_group"])
    _undo_nlb(account, link, nlb, listener, targets, rules, group)
    return way(account.ends(), "VPC_LINK V1")


def _undo_nlb(account, link, nlb, listener, targets, rules, group):
    aws = account.aws
    # Nothing serves the deployments made here; one that a stage serves would hold the link.
    aws.apigateway.delete_vpc_link(vpcLinkId=link)
    until(lambda: refused(lambda: aws.apigateway.get_vpc_link(vpcLinkId=link), "NotFoundException"))
    aws.elbv2.delete_listener(ListenerArn=listener)
    aws.elbv2.delete_target_group(TargetGroupArn=targets)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=nlb)
    if rules:
        aws.ec2.revoke_security_group_ingress(GroupId=account.made["task_group"], SecurityGroupRuleIds=rules)
    assert refused(lambda: aws.ec2.delete_security_group(GroupId=group), "DependencyViolation")
    until(lambda: not refused(lambda: aws.ec2.delete_security_group(GroupId=group)))


@move
def rollout_that_fails(account):
    """Nobody lets the NLB in to the tasks: the circuit breaker takes the rollout back, and clients see nothing of it."""
    made, aws = account.made, account.aws
    nlb, _ = account.nlb(account.group("apiaudit-nlb"))
    targets = target_group(aws, "apiaudit-t80", made["vpc"], 8080, protocol="TCP")
    account.listen(nlb, targets)
    aws.set_state(delays={"rollouts": 0.1})
    try:
        account.roll_out(made["target_group"], targets)
    except AssertionError as problem:
        assert "taken back" in str(problem)
    shown = aws.ecs.describe_services(cluster=made["cluster"], services=[made["service"]])["services"][0]
    return account.ends() and [one["targetGroupArn"] for one in shown["loadBalancers"]] == [made["target_group"]]


@move
def rest_nlb_alb(account):
    """A REST API to an internal NLB before the ALB."""
    made, aws = account.made, account.aws
    group = account.group("apiaudit-nlb")
    nlb, addresses = account.nlb(group)
    targets = target_group(aws, "apiaudit-t80", made["vpc"], 80, protocol="TCP", kind="alb", HealthCheckProtocol="HTTP",
                           Matcher={"HttpCode": "200-499"}, Tags=LISTED)
    account.listen(nlb, targets)
    account.admit(made["load_balancer_groups"][0], 80, group, *addresses)
    aws.elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": made["load_balancer"], "Port": 80}])
    account.healthy(targets, 1)
    account.integrate(connectionType="VPC_LINK", connectionId=account.link_v1(nlb))
    account.test()
    account.deploy()
    account.close()
    return way(account.ends(), "VPC_LINK V1")


@move
def rest_alb(account):
    """A REST API to the ALB by a VPC link V2."""
    group = account.group("apiaudit-link")
    link = account.link_v2(group)
    account.admit(account.made["load_balancer_groups"][0], 80, group)
    account.integrate(connectionType="VPC_LINK", connectionId=link, integrationTarget=account.made["load_balancer"])
    account.test()
    account.deploy()
    account.close()
    return way(account.ends(), "VPC_LINK V2")


def _move_http(account):
    """Leads the integration of an HTTP API to the ALB's listener. The group of the link, and the link."""
    made = account.made
    group = account.group("apiaudit-link")
    link = account.link_v2(group)
    account.admit(made["load_balancer_groups"][0], 80, group)
    account.aws.apigatewayv2.update_integration(
        ApiId=made["http_api"], IntegrationId=made["integration"], ConnectionType="VPC_LINK", ConnectionId=link,
        IntegrationUri=made["listener"], RequestParameters={"overwrite:path": "/${request.path.proxy}"})
    return group, link


@move
def http_alb(account):
    """An HTTP API with a named stage to the ALB by a VPC link V2, and back."""
    made, http = account.made, account.aws.apigatewayv2
    group, link = _move_http(account)
    stage = {"ApiId": made["http_api"], "StageName": made["http_stage"]}
    new = http.create_deployment(ApiId=made["http_api"], Description="apiaudit")["DeploymentId"]
    http.update_stage(**stage, DeploymentId=new)
    account.close()
    assert refused(lambda: http.delete_vpc_link(VpcLinkId=link), "BadRequestException")
    account.admit(made["load_balancer_groups"][0], 80, "0.0.0.0/0")
    http.update_stage(**stage, DeploymentId=made["http_deployment"])
    http.update_integration(ApiId=made["http_api"], IntegrationId=made["integration"], ConnectionType="INTERNET",
                            IntegrationUri=f"http://{made['dns']}/{{proxy}}", RequestParameters={"overwrite:path": ""})
    http.delete_deployment(ApiId=made["http_api"], DeploymentId=new)
    http.delete_vpc_link(VpcLinkId=link)
    until(lambda: refused(lambda: http.get_vpc_link(VpcLinkId=link), "NotFoundException"))
    return way(account.ends(), "VPC_LINK V2")


@move
def http_auto_alb(account):
    """The same with a stage that deploys by itself, held meanwhile."""
    made, http = account.made, account.aws.apigatewayv2
    stage = {"ApiId": made["http_api"], "StageName": "$default"}
    http.update_stage(**stage, AutoDeploy=False)
    _move_http(account)
    new = http.create_deployment(ApiId=made["http_api"])["DeploymentId"]
    http.update_stage(**stage, DeploymentId=new)
    http.update_stage(**stage, AutoDeploy=True)
    account.close()
    return way(account.ends(), "VPC_LINK V2")


@move
def losses_are_seen(account):
    """What goes wrong is lost: a closed door, a link that fails, the stage's name before the path."""
    made, running = account.made, account.running
    account.close()
    closed = running.get(made["rest_api"], "prod", "/a/b")
    told = running.control("/_emulator/traffic", {"stop": True})
    running.control("/_emulator/set", {"new_vpc_links": {"*": {"status": "FAILED", "message": "no"}}})
    group = account.group("apiaudit-link")
    link = account.aws.apigatewayv2.create_vpc_link(Name="l", SubnetIds=made["private_subnets"], SecurityGroupIds=[group])
    account.admit(made["load_balancer_groups"][0], 80, group)
    account.aws.apigatewayv2.update_integration(
        ApiId=made["http_api"], IntegrationId=made["integration"], ConnectionType="VPC_LINK",
        ConnectionId=link["VpcLinkId"], IntegrationUri=made["listener"])
    account.aws.apigatewayv2.create_deployment(ApiId=made["http_api"], StageName="prod")
    until(lambda: account.aws.apigatewayv2.get_vpc_link(VpcLinkId=link["VpcLinkId"])["VpcLinkStatus"] == "FAILED")
    failed = running.get(made["http_api"], "prod", "/a/b")
    running.control("/_emulator/set", {"vpc_links": {link["VpcLinkId"]: {"status": "AVAILABLE"}}})
    prefixed = running.get(made["http_api"], "prod", "/a/b")
    return (closed[0] == 504 and "do not let the internet in" in closed[1]["why"] and told["lost"] > 0
            and all(loss["why"] == closed[1]["why"] for loss in told["losses"]) and told["losses"][0]["at"] > 0
            and failed[0] == 503 and "FAILED" in failed[1]["why"] and prefixed[1]["path"] == "/prod/a/b")


SCENARIO = {"http-alb": "migrate-http", "http-auto-alb": "migrate-http-auto", "losses-are-seen": "migrate-two-apis"}


def main():
    running, failed = Running(), 0
    for name in sys.argv[1:] or moves:
        begun = time.monotonic()
        try:
            held = moves[name](Account(running, SCENARIO.get(name, "migrate-rest")))
        except Exception:
            traceback.print_exc()
            held = False
        failed += not held
        print(f"{'ok' if held else 'FAIL':4}  {name}  {time.monotonic() - begun:.1f} s", flush=True)
    running.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
