"""The checks of the patches for what is written; check_patches.py runs them."""
import json

from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, cluster, link_v1, link_v2, redirect, register, respond,
                      service, target_group)
from checking import check, refused, until
from migrations import ROLLING

SLOW = 0.4


# ---- security groups -----------------------------------------------------------------------------------------------

def _tcp(port, **sources):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port} | sources


@check("security-group-rules")
def _(aws):
    ec2, network = aws.ec2, Network(aws, "n")
    one, other = network.group("one"), network.group("other")
    both = [_tcp(80, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "inside"}]),
            _tcp(8080, UserIdGroupPairs=[{"GroupId": other, "Description": "the other"}])]
    tags = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "apiaudit:step", "Value": "7"}]}]
    made = ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=both,
                                                TagSpecifications=tags)["SecurityGroupRules"]
    again = [_tcp(81, IpRanges=[{"CidrIp": ANYWHERE}]), both[0]]
    duplicate = refused(lambda: ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=again),
                        "InvalidPermission.Duplicate")
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [one]}])["SecurityGroupRules"]
    found = [rule for rule in found if not rule["IsEgress"]]
    ids = [rule["SecurityGroupRuleId"] for rule in made]
    revoked = ec2.revoke_security_group_ingress(GroupId=one, SecurityGroupRuleIds=ids[:1])["RevokedSecurityGroupRules"]
    unknown = refused(lambda: ec2.revoke_security_group_ingress(GroupId=one, SecurityGroupRuleIds=ids),
                      "InvalidSecurityGroupRuleId.NotFound")
    return (len(ids) == 2 and duplicate and unknown and found == made
            and [rule["Description"] for rule in found] == ["inside", "the other"]
            and found[1]["ReferencedGroupInfo"]["GroupId"] == other
            and all(rule["Tags"] == tags[0]["Tags"] for rule in found)
            and [rule["SecurityGroupRuleId"] for rule in revoked] == ids[:1])


@check("security-group-in-use")
def _(aws):
    network = Network(aws, "n")
    used, link_group, free = network.group("used"), network.group("link"), network.group("free")
    user = network.group("user")
    aws.ec2.authorize_security_group_egress(GroupId=user, IpPermissions=[_tcp(80, UserIdGroupPairs=[{"GroupId": used}])])
    link_v2(aws, "l", network.private, [link_group])
    aws.ec2.delete_security_group(GroupId=free)
    return all(refused(lambda: aws.ec2.delete_security_group(GroupId=group), "DependencyViolation")
               for group in (used, link_group))


# ---- load balancers ------------------------------------------------------------------------------------------------

def _nlb(aws, network, groups=(), name="nlb", **more):
    return Balancer(aws, name, network.private, groups, kind="network", scheme="internal", **more)


def _state(aws, balancer):
    return aws.elbv2.describe_load_balancers(LoadBalancerArns=[balancer.arn])["LoadBalancers"][0]["State"]["Code"]


@check("load-balancer-provisioning")
def _(aws):
    aws.set_state(delays={"load_balancers": SLOW})
    balancer = _nlb(aws, Network(aws, "n"), Tags=[{"Key": "a", "Value": "b"}])
    first = _state(aws, balancer)
    until(lambda: _state(aws, balancer) == "active")
    return first == "provisioning"


@check("load-balancer-names")
def _(aws):
    network, elb = Network(aws, "n"), aws.elbv2
    one = _nlb(aws, network)
    again = _nlb(aws, network)
    group = target_group(aws, "g", network.vpc, 80, protocol="TCP")
    return (again.arn == one.arn and again.dns == one.dns
            and target_group(aws, "g", network.vpc, 80, protocol="TCP") == group
            and refused(lambda: Balancer(aws, "nlb", network.public), "DuplicateLoadBalancerName")
            and refused(lambda: target_group(aws, "g", network.vpc, 81, protocol="TCP"), "DuplicateTargetGroupName")
            and refused(lambda: elb.describe_load_balancers(Names=["nlb", "absent"]), "LoadBalancerNotFound")
            and refused(lambda: elb.describe_target_groups(Names=["absent"]), "TargetGroupNotFound"))


@check("load-balancer-deletion")
def _(aws):
    network = Network(aws, "n")
    linked, kept = _nlb(aws, network), _nlb(aws, network, name="kept")
    link = link_v1(aws, "l", linked)
    kept.attributes(deletion_protection__enabled="true")
    held = refused(lambda: aws.elbv2.delete_load_balancer(LoadBalancerArn=linked.arn), "ResourceInUse")
    protected = refused(lambda: aws.elbv2.delete_load_balancer(LoadBalancerArn=kept.arn), "OperationNotPermitted")
    aws.apigateway.delete_vpc_link(vpcLinkId=link)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=linked.arn)
    return held and protected


@check("listener-ports")
def _(aws):
    network = Network(aws, "n")
    balancer, other = _nlb(aws, network), _nlb(aws, network, name="other")
    groups = [target_group(aws, name, network.vpc, 80, protocol="TCP") for name in ("g", "h")]
    listener = balancer.listen(80, groups[0])
    in_use = refused(lambda: aws.elbv2.delete_target_group(TargetGroupArn=groups[0]), "ResourceInUse")
    return (in_use and balancer.listen(80, groups[0]) == listener
            and refused(lambda: balancer.listen(80, groups[1]), "DuplicateListener")
            and refused(lambda: other.listen(80, groups[0]), "TargetGroupAssociationLimit"))


@check("load-balancer-tags")
def _(aws):
    network, tags = Network(aws, "n"), [{"Key": "a", "Value": "b"}]
    arn = _nlb(aws, network, Tags=tags).arn
    shown = aws.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    return shown == tags and refused(lambda: aws.elbv2.describe_tags(ResourceArns=[arn]), "LoadBalancerNotFound")


@check("modify-listener")
def _(aws):
    network, elb = Network(aws, "n"), aws.elbv2
    group = target_group(aws, "g", network.vpc, 80, protocol="TCP")
    arns = [aws.acm.request_certificate(DomainName=f"{name}.example.com")["CertificateArn"] for name in "ab"]
    listener = _nlb(aws, network).listen(443, group, protocol="TLS", SslPolicy="ELBSecurityPolicy-2016-08",
                                         Certificates=[{"CertificateArn": arns[0]}])
    strong = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    elb.modify_listener(ListenerArn=listener, Protocol="TLS", SslPolicy=strong, Certificates=[{"CertificateArn": arns[1]}])
    plain = Balancer(aws, "alb", network.public).listen(80, respond(404))
    elb.modify_listener(ListenerArn=plain, DefaultActions=[redirect()])
    shown = elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]
    redirected = elb.describe_listeners(ListenerArns=[plain])["Listeners"][0]["DefaultActions"][0]
    return ((shown["Protocol"], shown["SslPolicy"], shown["Certificates"][0]["CertificateArn"]) == ("TLS", strong, arns[1])
            and redirected["RedirectConfig"]["Port"] == "443")


@check("nlb-security-groups")
def _(aws):
    network = Network(aws, "n")
    group = network.group("g")
    without, having = _nlb(aws, network), _nlb(aws, network, [group], name="having")
    return all(refused(lambda: aws.elbv2.set_security_groups(LoadBalancerArn=one.arn, SecurityGroups=groups),
                       "InvalidConfigurationRequest") for one, groups in ((without, [group]), (having, [])))


# ---- targets -------------------------------------------------------------------------------------------------------

def _health(aws, group):
    return [description["TargetHealth"]["State"] for description
            in aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]]


@check("target-registration")
def _(aws):
    aws.set_state(delays={"targets": SLOW, "draining": SLOW}, health={"sick-*": "unhealthy"})
    network = Network(aws, "n")
    balancer = _nlb(aws, network)
    groups = [target_group(aws, name, network.vpc, 80, protocol="TCP") for name in ("g", "sick-g")]
    for port, group in enumerate(groups, 80):
        balancer.listen(port, group)
        register(aws, group, "10.0.10.50")
    first = _health(aws, groups[0])
    until(lambda: _health(aws, groups[0]) == ["healthy"])
    aws.elbv2.deregister_targets(TargetGroupArn=groups[0], Targets=[{"Id": "10.0.10.50"}])
    leaving = _health(aws, groups[0])
    until(lambda: not _health(aws, groups[0]))
    aws.elbv2.deregister_targets(TargetGroupArn=groups[0], Targets=[{"Id": "10.0.10.50"}])
    return first == ["initial"] and leaving == ["draining"] and _health(aws, groups[1]) == ["unhealthy"]


@check("alb-targets")
def _(aws):
    network = Network(aws, "n")
    nlb_group = network.group("nlb")
    alb_group = network.group("alb")
    alb = Balancer(aws, "alb", network.public, [alb_group])
    alb.listen(80, respond(404))
    group = target_group(aws, "g", network.vpc, 80, protocol="TCP", kind="alb", HealthCheckProtocol="HTTP")
    _nlb(aws, network, [nlb_group]).listen(80, group)
    wrong = refused(lambda: register(aws, group, "10.0.10.50"), "InvalidTarget")
    register(aws, group, (alb.arn, 80))
    shut = _health(aws, group)
    network.admit(alb_group, 80, nlb_group)
    held = refused(lambda: aws.elbv2.delete_load_balancer(LoadBalancerArn=alb.arn), "ResourceInUse")
    return wrong and held and shut == ["unhealthy"] and _health(aws, group) == ["healthy"]


@check("nlb-health-checks")
def _(aws):
    arn = target_group(aws, "g", Network(aws, "n").vpc, 80, protocol="TCP", HealthCheckProtocol="HTTP")
    aws.elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckPath="/health")
    shown = aws.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    return (shown["Matcher"]["HttpCode"], shown["HealthCheckTimeoutSeconds"], shown["HealthCheckPath"]) == (
        "200-399", 6, "/health")


# ---- ECS -----------------------------------------------------------------------------------------------------------

class _Service:
    """A service behind an NLB, and a second target group for it."""

    def __init__(self, aws):
        self.aws, network = aws, Network(aws, "n")
        balancer_group = network.group("nlb")
        tasks = network.group("tasks", (8080, balancer_group))
        balancer = _nlb(aws, network, [balancer_group])
        self.groups = [target_group(aws, name, network.vpc, 8080, protocol="TCP") for name in ("g", "h")]
        for port, group in enumerate(self.groups, 80):
            balancer.listen(port, group)
        self.loose = target_group(aws, "loose", network.vpc, 8080, protocol="TCP")
        self.cluster = cluster(aws, "c")
        service(aws, self.cluster, "s", network.private, [tasks], self.groups[:1], deploymentConfiguration=ROLLING)

    def shown(self):
        return self.aws.ecs.describe_services(cluster=self.cluster, services=["s"])["services"][0]

    def update(self, *groups, **more):
        wanted = [{"targetGroupArn": arn, "containerName": "app", "containerPort": 8080} for arn in groups]
        if wanted:
            more["loadBalancers"] = wanted
        return self.aws.ecs.update_service(cluster=self.cluster, service="s", **more)["service"]

    def steady(self):
        until(lambda: [one["rolloutState"] for one in self.shown()["deployments"]] == ["COMPLETED"])
        return self.shown()


@check("ecs-rollout")
def _(aws):
    behind = _Service(aws)
    before = behind.shown()["deployments"][0]["id"]
    aws.set_state(delays={"rollouts": 0.2, "targets": 0.2, "draining": 0.2})
    answered = behind.update(*behind.groups)["deployments"]
    after = behind.steady()
    registered = [_health(aws, group) for group in behind.groups]
    aws.set_state(rollout={"s": "fail"})
    failing = behind.update(behind.groups[0])["deployments"][0]["id"]
    until(lambda: behind.shown()["deployments"][0]["id"] != failing)
    back = behind.steady()
    aws.set_state(rollout={"s": "succeed"})
    forced = behind.update(forceNewDeployment=True)["deployments"][0]["id"]
    behind.steady()
    behind.update(desiredCount=3)
    until(lambda: behind.shown()["runningCount"] == 3)
    return ([(one["status"], one["id"] == before) for one in answered] == [("PRIMARY", False), ("ACTIVE", True)]
            and after["deployments"][0]["id"] == answered[0]["id"] and after["runningCount"] == 2
            and registered == [["healthy"] * 2] * 2 and back["deployments"][0]["id"] == after["deployments"][0]["id"]
            and len(back["loadBalancers"]) == 2 and behind.shown()["deployments"][0]["id"] == forced)


@check("ecs-service-refusals")
def _(aws):
    behind = _Service(aws)
    ecs, family = aws.ecs, behind.shown()["taskDefinition"]
    asked = {"cluster": behind.cluster, "serviceName": "t", "taskDefinition": family, "desiredCount": 0, "clientToken": "x",
             "tags": [{"key": "a", "value": "b"}]}
    once, twice = (ecs.create_service(**asked)["service"]["serviceArn"] for _ in range(2))
    ecs.delete_service(cluster=behind.cluster, service="t", force=True)
    return (once == twice and refused(lambda: behind.update(behind.loose), "InvalidParameterException")
            and refused(lambda: ecs.create_service(**asked | {"serviceName": "s"}), "InvalidParameterException")
            and refused(lambda: ecs.update_service(cluster=behind.cluster, service="t", desiredCount=1),
                        "ServiceNotActiveException"))


# ---- VPC links -----------------------------------------------------------------------------------------------------

@check("vpc-link-lifecycle")
def _(aws):
    aws.set_state(delays={"vpc_links": SLOW}, new_vpc_links={"bad-*": {"status": "FAILED", "message": "why"}})
    network, rest, http = Network(aws, "n"), aws.apigateway, aws.apigatewayv2
    made = rest.create_vpc_link(name="one", targetArns=[_nlb(aws, network).arn], tags={"a": "b"})
    one, two = made["id"], link_v2(aws, "two", network.private, [])
    bad = link_v1(aws, "bad-1", _nlb(aws, network, name="bad"))
    pending = http.get_vpc_link(VpcLinkId=two)["VpcLinkStatus"]
    until(lambda: rest.get_vpc_link(vpcLinkId=one)["status"] == "AVAILABLE")
    until(lambda: http.get_vpc_links()["Items"][0]["VpcLinkStatus"] == "AVAILABLE")
    until(lambda: rest.get_vpc_link(vpcLinkId=bad)["status"] != "PENDING")
    failed = rest.get_vpc_link(vpcLinkId=bad)
    api = RestApi(aws, "api")
    api.method("GET", "/x", "http://x.example.com/", link=one)
    used = refused(lambda: rest.delete_vpc_link(vpcLinkId=one), "BadRequestException")
    rest.delete_rest_api(restApiId=api.id)
    rest.delete_vpc_link(vpcLinkId=one)
    deleting = rest.get_vpc_link(vpcLinkId=one)["status"]
    until(lambda: refused(lambda: rest.get_vpc_link(vpcLinkId=one), "NotFoundException"))
    return ((made["status"], pending, deleting) == ("PENDING", "PENDING", "DELETING") and used
            and (failed["status"], failed["statusMessage"]) == ("FAILED", "why"))


# ---- REST APIs -----------------------------------------------------------------------------------------------------

def _rest(aws):
    api = RestApi(aws, "api", tags={"a": "b"})
    api.method("GET", "/x", "http://x.example.com/")
    return api, {"restApiId": api.id, "resourceId": api.resources["/x"], "httpMethod": "GET"}


def _replace(**values):
    return [{"op": "replace", "path": f"/{name}", "value": value} for name, value in values.items()]


@check("rest-update-integration")
def _(aws):
    api, place = _rest(aws)
    link = link_v2(aws, "l", Network(aws, "n").private, [])
    rest, to = aws.apigateway, {"connectionType": "VPC_LINK", "connectionId": link}
    lacking = refused(lambda: rest.update_integration(**place, patchOperations=_replace(**to)), "BadRequestException")
    untouched = rest.get_integration(**place).get("connectionType")
    more = [{"op": "add", "path": "/requestParameters/integration.request.header.A", "value": "'b'"}]
    rest.update_integration(**place, patchOperations=_replace(**to, integrationTarget="arn:lb") + more)
    shown = rest.get_integration(**place)
    rest.update_integration(**place, patchOperations=_replace(connectionType="INTERNET", uri="http://y.example.com/"))
    back = rest.get_integration(**place)
    return (lacking and untouched != "VPC_LINK" and shown["connectionId"] == link and shown["integrationTarget"] == "arn:lb"
            and shown["requestParameters"]["integration.request.header.A"] == "'b'"
            and (back["connectionType"], back["uri"]) == ("INTERNET", "http://y.example.com/")
            and refused(lambda: rest.update_integration(**place, patchOperations=_replace(type="MOCK")),
                        "BadRequestException"))


@check("rest-deployments-in-use")
def _(aws):
    api, rest = _rest(aws)[0], aws.apigateway
    first, second = api.deploy("prod"), api.deploy(description="apiaudit plan")
    canary = api.deploy("prod", canarySettings={"percentTraffic": 5.0})
    place = {"restApiId": api.id, "stageName": "prod"}
    normal = refused(lambda: api.deploy("prod"), "BadRequestException")
    held = all(refused(lambda: rest.delete_deployment(restApiId=api.id, deploymentId=id), "BadRequestException")
               for id in (first, canary))
    rest.update_stage(**place, patchOperations=[
        {"op": "copy", "path": "/deploymentId", "from": "/canarySettings/deploymentId"}])
    rest.update_stage(**place, patchOperations=[{"op": "remove", "path": "/canarySettings"}])
    stage = rest.get_stage(**place)
    described = rest.get_deployment(restApiId=api.id, deploymentId=second)["description"]
    rest.delete_deployment(restApiId=api.id, deploymentId=first)
    unknown = refused(lambda: rest.get_deployment(restApiId=api.id, deploymentId=first), "NotFoundException")
    return (normal and held and unknown and stage["deploymentId"] == canary and "canarySettings" not in stage
            and described == "apiaudit plan"
            and refused(lambda: api.update_stage("prod", ("/deploymentId", "absent")), "BadRequestException"))


@check("rest-update-api")
def _(aws):
    api, rest = _rest(aws)[0], aws.apigateway
    shown = [rest.update_rest_api(restApiId=api.id, patchOperations=_replace(disableExecuteApiEndpoint=value))
             ["disableExecuteApiEndpoint"] for value in ("true", "false")]
    return shown == [True, False] and refused(lambda: rest.delete_rest_api(restApiId="absent"), "NotFoundException")


@check("rest-tags")
def _(aws):
    api, rest = _rest(aws)[0], aws.apigateway
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api.id}"
    rest.tag_resource(resourceArn=arn, tags={"apiaudit:lock": "x"})
    both = rest.get_tags(resourceArn=arn)["tags"]
    rest.untag_resource(resourceArn=arn, tagKeys=["a"])
    return both == {"a": "b", "apiaudit:lock": "x"} and rest.get_rest_apis()["items"][0]["tags"] == {"apiaudit:lock": "x"}


@check("rest-test-invoke")
def _(aws):
    network = Network(aws, "n")
    alb = Balancer(aws, "alb", network.public, [network.group("alb", (80, ANYWHERE))])
    targets = target_group(aws, "g", network.vpc, 80)
    alb.listen(80, targets)
    register(aws, targets, "10.0.10.50")
    api = RestApi(aws, "api")
    api.method("ANY", "/{proxy+}", f"http://{alb.dns}/{{proxy}}")
    answer = aws.apigateway.test_invoke_method(restApiId=api.id, resourceId=api.resources["/{proxy+}"], httpMethod="ANY",
                                               pathWithQueryString="/a/b")
    return (answer["status"] == 200 and json.loads(answer["body"]) == {"service": "g", "path": "/a/b"}
            and f"Endpoint request URI: http://{alb.dns}/a/b" in answer["log"]
            and "Method completed with status: 200" in answer["log"])


# ---- HTTP APIs -----------------------------------------------------------------------------------------------------

@check("http-update-integration")
def _(aws):
    network = Network(aws, "n")
    listener = Balancer(aws, "alb", network.public).listen(80, respond(404))
    link, api = link_v2(aws, "l", network.private, []), HttpApi(aws, "api")
    id = api.integrate("http://x.example.com/", RequestParameters={"overwrite:header.a": "b"})
    place = {"ApiId": api.id, "IntegrationId": id}
    private = {"ConnectionType": "VPC_LINK", "ConnectionId": link}
    wrong = refused(lambda: api.api.update_integration(**place, **private), "BadRequestException")
    api.api.update_integration(**place, **private, IntegrationUri=listener,
                               TlsConfig={"ServerNameToVerify": "x.example.com"},
                               RequestParameters={"overwrite:path": "$request.path"})
    there = api.api.get_integration(**place)
    api.api.update_integration(**place, ConnectionType="INTERNET", IntegrationUri="http://x.example.com/",
                               RequestParameters={"overwrite:path": ""})
    back = api.api.get_integration(**place)
    return (wrong and there["RequestParameters"] == {"overwrite:path": "$request.path", "overwrite:header.a": "b"}
            and there["ConnectionId"] == link and back["RequestParameters"] == {"overwrite:header.a": "b"}
            and "ConnectionId" not in back and "TlsConfig" not in back)


@check("http-deployments-in-use")
def _(aws):
    api, http = HttpApi(aws, "api"), aws.apigatewayv2
    api.route("GET /x", api.integrate("http://x.example.com/"))
    served = api.stage("v1", auto=False)
    loose = http.create_deployment(ApiId=api.id, Description="apiaudit plan")["DeploymentId"]
    api.stage("$default")
    auto = {"ApiId": api.id, "StageName": "$default"}
    taken = refused(lambda: http.update_stage(**auto, DeploymentId=loose), "BadRequestException")
    held = refused(lambda: http.delete_deployment(ApiId=api.id, DeploymentId=served), "BadRequestException")
    before = http.get_stage(**auto)["DeploymentId"]
    http.update_stage(**auto, AutoDeploy=False)
    api.route("GET /y", api.integrate("http://y.example.com/"))
    frozen = http.get_stage(**auto)["DeploymentId"]
    http.update_stage(**auto, AutoDeploy=True)
    http.delete_deployment(ApiId=api.id, DeploymentId=loose)
    left = [one["DeploymentId"] for one in http.get_deployments(ApiId=api.id)["Items"]]
    return taken and held and frozen == before != http.get_stage(**auto)["DeploymentId"] and loose not in left
